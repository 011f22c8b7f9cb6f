//! A conference week through the gateway, streams, queues and workers: an agenda that moves, tickets at an entrance, a
//! seat that is passed on.

use std::time::Instant;

use flate2::read::GzDecoder;
use ibw::random::Random;
use ibw::time::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::cloud::{Cloud, eventually, json as answer, parsed, send};

/// What an organiser asks; the answer's body and `ETag`.
async fn organise(cloud: &Cloud, method: Method, path: &str, etag: &str, body: Value) -> (u16, Value, String) {
    let request = cloud.request(method, path).header("X-API-Key", cloud.variable("ADMIN_API_KEY"));
    let request = if etag.is_empty() { request } else { request.header("If-Match", etag) };
    let (status, headers, body) = send(if body.is_null() { request } else { request.json(&body) }).await;
    let etag = headers.get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
    (status, parsed(&body), etag)
}

/// What somebody asks with their own header.
async fn ask(cloud: &Cloud, who: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = cloud.request(method, path).header("X-Telegram-Auth", who);
    answer(if body.is_null() { request } else { request.json(&body) }).await
}

/// A conference of a name of its own, in the days of the sample schedule: its path.
async fn conference(cloud: &Cloud) -> String {
    let slug = format!("week-{}", hex::encode(Random::System.bytes::<5>()));
    let new = json!({
        "slug": slug, "name": "DemoCon", "start_date": "2020-12-14", "end_date": "2020-12-16", "timezone": "Europe/Berlin",
    });
    let (status, body, _) = organise(cloud, Method::POST, "/api/v1/conferences", "", new).await;
    assert_eq!(status, 201, "{body}");
    format!("/api/v1/conferences/{slug}")
}

/// Publishes the draft.
async fn release(cloud: &Cloud, conference: &str) {
    let (status, _, etag) = organise(cloud, Method::GET, &format!("{conference}/agenda/draft"), "", Value::Null).await;
    assert_eq!(status, 200);
    let (status, body, _) =
        organise(cloud, Method::POST, &format!("{conference}/agenda/release"), &etag, Value::Null).await;
    assert!([200, 201].contains(&status), "{status} {body}");
}

/// The titles in somebody's feed.
async fn told(cloud: &Cloud, who: &str) -> Vec<String> {
    let (status, feed) = ask(cloud, who, Method::GET, "/api/v1/notifications?limit=100", Value::Null).await;
    assert_eq!(status, 200, "{feed}");
    let title = |item: &Value| {
        format!("{}: {}", item["title"].as_str().unwrap_or_default(), item["body"].as_str().unwrap_or_default())
    };
    feed["items"].as_array().expect("a feed").iter().map(title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn agenda_is_imported_released_moved_and_told_to_who_bookmarked() {
    let cloud = Cloud::running();
    let path = conference(&cloud).await;
    let schedule: Value = serde_json::from_str(include_str!("../../data/schedule-pretalx-democon.json")).expect("JSON");
    let (status, report, _) =
        organise(&cloud, Method::POST, &format!("{path}/agenda/import"), "", schedule.clone()).await;
    let created = (&report["sessions"]["created"], &report["speakers"]["created"]);
    assert_eq!((status, created), (200, (&json!(36), &json!(27))), "{report}");
    let (_, again, _) = organise(&cloud, Method::POST, &format!("{path}/agenda/import"), "", schedule).await;
    assert_eq!((&again["sessions"]["created"], &again["sessions"]["unchanged"]), (&json!(0), &json!(36)), "{again}");
    release(&cloud, &path).await;

    let (fan, other) = (cloud.somebody().1, cloud.somebody().1);
    let (_, agenda) = ask(&cloud, &fan, Method::GET, &format!("{path}/agenda"), Value::Null).await;
    let sessions = agenda["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 36);
    let request = cloud.request(Method::GET, &format!("{path}/agenda")).header("Accept-Encoding", "gzip");
    let (_, headers, compressed) = send(request).await;
    assert_eq!(headers["content-encoding"], "gzip");
    let decoded: Value = serde_json::from_reader(GzDecoder::new(&*compressed)).expect("JSON");
    assert_eq!(decoded, agenda);
    let id = |n: usize| sessions[n]["id"].as_str().expect("an id");
    for (who, n) in [(&fan, 0), (&other, 1)] {
        let bookmark = format!("{path}/agenda/bookmarks/{}", id(n));
        let (status, body) = ask(&cloud, who, Method::PUT, &bookmark, Value::Null).await;
        assert!([200, 201, 204].contains(&status), "{status} {body}");
    }
    let (_, draft, _) = organise(&cloud, Method::GET, &format!("{path}/agenda/draft"), "", Value::Null).await;
    let drafted = draft["sessions"].as_array().expect("sessions").iter().find(|session| session["id"] == id(0));
    let version = format!("\"{}\"", drafted.expect("the session")["version"]);
    let session = format!("{path}/agenda/sessions/{}", id(0));
    let (status, body, _) = organise(&cloud, Method::PATCH, &session, &version, json!({"stage": "Garden"})).await;
    assert_eq!(status, 200, "{body}");
    release(&cloud, &path).await;
    let title = sessions[0]["title"].as_str().expect("a title");
    let heard = eventually("the word of the move", || async {
        let feed = told(&cloud, &fan).await;
        (!feed.is_empty()).then_some(feed)
    })
    .await;
    assert!(heard.len() == 1 && heard[0].contains(title), "{heard:?}");
    assert_eq!(told(&cloud, &other).await, [] as [String; 0]);

    let elsewhere = conference(&cloud).await;
    let (_, exported, _) = organise(&cloud, Method::GET, &format!("{path}/agenda/export"), "", Value::Null).await;
    let (status, report, _) =
        organise(&cloud, Method::POST, &format!("{elsewhere}/agenda/import"), "", exported.clone()).await;
    assert_eq!((status, &report["sessions"]["created"]), (200, &json!(36)), "{report}");
    release(&cloud, &elsewhere).await;
    let (_, copy, _) = organise(&cloud, Method::GET, &format!("{elsewhere}/agenda/export"), "", Value::Null).await;
    let days = |schedule: &Value| schedule["schedule"]["conference"]["days"].clone();
    assert_eq!(days(&copy), days(&exported));
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_imported_by_the_worker_and_five_hundred_scans_are_one_request() {
    let cloud = Cloud::running();
    let path = conference(&cloud).await;
    let code = |n: usize| format!("E2E-{n:04}");
    let rows: Vec<Value> =
        (0..500).map(|n| json!({"code": code(n), "name": format!("Guest {n}"), "ticket_type": "General"})).collect();
    let file = json!({"rows": rows, "exported_at": Clock::System.now()});
    let (status, import, _) = organise(&cloud, Method::POST, &format!("{path}/attendees/import"), "", file).await;
    assert_eq!(status, 202, "{import}");
    let import = format!("{path}/attendees/imports/{}", import["id"].as_str().expect("an id"));
    let done = eventually("the end of the import", || async {
        let (_, found, _) = organise(&cloud, Method::GET, &import, "", Value::Null).await;
        (found["state"] == "finished").then_some(found)
    })
    .await;
    assert_eq!((&done["counts"]["created"], &done["counts"]["failed"]), (&json!(500), &json!(0)), "{done}");

    let (status, list, _) =
        organise(&cloud, Method::POST, &format!("{path}/checkin/lists"), "", json!({"name": "Door"})).await;
    assert_eq!(status, 201, "{list}");
    let list = format!("{path}/checkin/lists/{}", list["id"].as_str().expect("an id"));
    let scan =
        |n: usize| json!({"code": code(n % 450), "nonce": format!("nonce-{n}"), "datetime": Clock::System.now()});
    let scans = json!({"scans": (0..500).map(scan).collect::<Vec<_>>()});
    let begun = Instant::now();
    let (status, answer, _) = organise(&cloud, Method::POST, &format!("{list}/redeem/batch"), "", scans.clone()).await;
    println!("500 scans in one request: {:.2} s", begun.elapsed().as_secs_f64());
    let results = answer["results"].as_array().expect("results");
    let of = |status: &str| results.iter().filter(|result| result["status"] == status).count();
    assert_eq!((status, of("ok"), of("error")), (200, 450, 50), "{answer}");
    let (_, again, _) = organise(&cloud, Method::POST, &format!("{list}/redeem/batch"), "", scans).await;
    let statuses = |answer: &Value| -> Vec<Value> {
        let results = answer["results"].as_array().expect("results").iter();
        results.map(|result| result["status"].clone()).collect()
    };
    assert_eq!(statuses(&again), statuses(&answer), "sent again, they are the same scans");
    let (_, status, _) = organise(&cloud, Method::GET, &format!("{list}/status"), "", Value::Null).await;
    assert_eq!((&status["checked_in"], &status["inside"]), (&json!(450), &json!(450)), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn seat_that_is_given_up_is_offered_to_who_waits_and_told() {
    let cloud = Cloud::running();
    let [host, first, second] = [cloud.somebody().1, cloud.somebody().1, cloud.somebody().1];
    let hour = |hours: i64| Clock::System.now().plus_seconds(hours * 3600);
    let new = json!({
        "title": "One chair", "starts_at": hour(48), "ends_at": hour(49), "timezone": "Asia/Kolkata", "format": "online",
        "capacity": 1,
    });
    let (status, event) = ask(&cloud, &host, Method::POST, "/api/v1/events", new).await;
    assert_eq!((status, &event["approval_status"]), (201, &json!("pending")), "{event}");
    let event = format!("/api/v1/events/{}", event["id"].as_str().expect("an id"));
    let (_, _, etag) = organise(&cloud, Method::GET, &event, "", Value::Null).await;
    let (status, body, _) = organise(&cloud, Method::POST, &format!("{event}/approve"), &etag, Value::Null).await;
    assert_eq!(status, 200, "{body}");
    let registrations = format!("{event}/registrations");
    for (who, state) in [(&first, "approved"), (&second, "waitlisted")] {
        let (status, body) = ask(&cloud, who, Method::POST, &registrations, Value::Null).await;
        assert_eq!((status, &body["state"]), (201, &json!(state)), "{body}");
    }
    let mine = format!("{registrations}/me");
    let (status, body) = ask(&cloud, &first, Method::DELETE, &mine, Value::Null).await;
    assert!([200, 204].contains(&status), "{status} {body}");
    let (_, offered) = ask(&cloud, &second, Method::GET, &mine, Value::Null).await;
    assert_eq!(offered["state"], "offered", "{offered}");
    let heard = eventually("the word of the offer", || async {
        let feed = told(&cloud, &second).await;
        feed.iter().any(|line| line.contains("One chair")).then_some(feed)
    })
    .await;
    assert!(!heard.is_empty());
    let (status, taken) = ask(&cloud, &second, Method::POST, &format!("{mine}/accept"), Value::Null).await;
    assert_eq!((status, &taken["state"]), (200, &json!("approved")), "{taken}");
}
