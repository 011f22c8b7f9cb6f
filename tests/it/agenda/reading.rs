//! What everybody reads of an agenda.

use serde_json::{Value, json};

use super::{CONFERENCE, import_schedule, publish, read, session, titles, with_conference, write_session};
use crate::support::app::{ADMIN_API_KEY, TestApp};

/// A schedule of so many sessions with long texts, by so many people.
pub(crate) fn large_schedule(sessions: usize, people: usize) -> Value {
    let mut days = vec![json!({"date": "2026-12-01", "rooms": {}}); 4];
    for n in 0..sessions {
        let (day, room, hour) = (n % 4, n / 4 % 8, 9 + n / 32 % 12);
        let speaker = n % people;
        let words: Vec<String> = (0..120).map(|word| format!("word{}", (n * 7_919 + word * 104_729) % 5_000)).collect();
        let session = json!({
            "guid": format!("00000000-0000-4000-8000-{n:012}"), "title": format!("Session {n}"), "track": format!("Track {}", n % 6),
            "date": format!("2026-12-0{}T{hour:02}:00:00+05:30", day + 1), "duration": "00:45", "type": "talk", "language": "en",
            "abstract": words[..30].join(" "), "description": words.join(" "),
            "persons": [{"code": format!("P{speaker}"), "name": format!("Speaker {speaker}"), "biography": "Speaks."}],
        });
        days[day]["date"] = json!(format!("2026-12-0{}", day + 1));
        let rooms = days[day]["rooms"].as_object_mut().expect("rooms");
        let room = rooms.entry(format!("Room {room}")).or_insert_with(|| json!([]));
        room.as_array_mut().expect("sessions").push(session);
    }
    json!({"schedule": {"conference": {"title": "Large", "days": days}}})
}

/// An app with a released agenda of 300 sessions.
pub(crate) async fn with_large_agenda() -> TestApp {
    let app = with_conference().await;
    let report = import_schedule(&app, &large_schedule(300, 200)).await;
    assert_eq!(report["sessions"]["created"], 300, "{report}");
    publish(&app).await;
    app
}

#[tokio::test]
async fn sessions_are_filtered_by_day_track_stage_and_speaker() {
    let app = with_conference().await;
    let speaker = app.speakers().post(&format!("{CONFERENCE}/speakers")).header(("x-api-key", ADMIN_API_KEY));
    let speaker = speaker.json(&json!({"name": "Asha Rao"})).send().await.json;
    let id = speaker["id"].as_str().unwrap();
    let mut opening = session("Opening", "09:00", "Main");
    opening["speakers"] = json!([id, id]);
    write_session(&app, &opening).await;
    // Half past midnight in India, which is the day before in UTC.
    let night =
        json!({"title": "Night", "start": "2026-12-01T19:00:00Z", "end": "2026-12-01T20:00:00Z", "stage": "Side"});
    write_session(&app, &night).await;
    publish(&app).await;
    for (query, expected) in [
        ("", vec!["Opening", "Night"]),
        ("?day=2026-12-01", vec!["Opening"]),
        ("?day=2026-12-02", vec!["Night"]),
        ("?day=2026-12-03", vec![]),
        ("?track=DeFi", vec!["Opening"]),
        ("?stage=Side", vec!["Night"]),
        ("?stage=Side&track=DeFi", vec![]),
        (&format!("?speaker={id}"), vec!["Opening"]),
    ] {
        let agenda = read(&app, query).await;
        assert_eq!((agenda.status, titles(&agenda.json["sessions"])), (200, expected), "{query}: {}", agenda.text);
    }
    let agenda = read(&app, "").await.json;
    assert_eq!(agenda["sessions"][0]["speakers"], json!([{"id": id, "name": "Asha Rao"}]));
    assert_eq!(agenda["timezone"], "Asia/Kolkata");
    for query in ["?day=tomorrow", "?speaker=asha", "?room=Main"] {
        assert_eq!(read(&app, query).await.error(), (400, "INVALID_REQUEST"), "{query}");
    }
}
