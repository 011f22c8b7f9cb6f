//! The calendar feed, as calendar programs see it: it is read by a library that is not ours (`read_calendar.py`).

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{SLUG, mark, release, released, session, session_id, somebody, three_sessions, unbookmark};
use crate::conferences::{conference, organise};
use crate::structure::root;
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;

/// What the library understands of a calendar, its times by the clocks of these zones.
pub(super) fn understood(calendar: &str, zones: &[&str]) -> Value {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "{} is missing: `make .venv/ready` makes it", python.display());
    let mut reader = Command::new(python)
        .arg(root().join("tests/it/calendar/read_calendar.py"))
        .args(zones)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python");
    reader.stdin.take().expect("a pipe").write_all(calendar.as_bytes()).expect("a calendar");
    let output = reader.wait_with_output().expect("an end");
    assert!(output.status.success(), "the calendar is refused, see above:\n{calendar}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A new address of somebody's calendar, without its host.
pub(super) async fn address(app: &TestApp, login: &Login) -> String {
    let request = app.agenda().post("/api/v1/calendar/token").header(login.bearer());
    let made = request.header(("host", "api.example.org")).header(("x-forwarded-proto", "https")).send().await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.text);
    let (token, url) = (made.json["token"].as_str().unwrap(), made.json["url"].as_str().unwrap());
    assert_eq!(url, format!("https://api.example.org/api/v1/calendar/{token}.ics"));
    format!("/api/v1/calendar/{token}.ics")
}

pub(super) async fn get(app: &TestApp, address: &str) -> TestResponse {
    let response = app.agenda().get(address).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    response
}

/// The entries of a calendar by uid: sequence, status, and start by the clocks of the conference.
async fn entries(app: &TestApp, address: &str) -> Vec<Value> {
    let calendar = understood(&get(app, address).await.text, &["Asia/Kolkata"]);
    let entries = calendar["entries"].as_array().unwrap().iter();
    entries.map(|one| json!([one["uid"], one["sequence"], one["status"], one["starts"][0]])).collect()
}

fn uid(number: i64) -> String {
    format!("{}@indiablockchainweek.com", session_id(number))
}

#[tokio::test]
async fn feed_is_understood_by_another_library() {
    let app = TestApp::start().await;
    let mut talk = session(1, "2026-12-01T10:00:00+05:30", "2026-12-01T10:45:00+05:30");
    let title = "Rollups, explained; \\o/ \u{1F980} करना: a talk that is longer than one line of a calendar may be";
    talk["title"] = json!(title);
    talk["abstract"] = json!("First, this.\nThen; that.");
    talk["url"] = json!("https://example.org/talk/1?a=b,c;d");
    talk["speakers"] = json!([{"id": "spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W", "name": "Asha Rao"}]);
    released(&app, &[talk]).await;
    let login = somebody(&app, 1).await;
    mark(&app, &login, 1).await;
    let response = get(&app, &address(&app, &login).await).await;
    let headers = ["content-type", "content-disposition", "cache-control"].map(|name| response.header(name));
    let expected = ["text/calendar; charset=utf-8", "inline; filename=\"calendar.ics\"", "private, no-cache"];
    assert_eq!(headers, expected);
    let lines: Vec<&str> = response.text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{lines:?}");
    let expected = json!({
        "name": "My conference week", "product": "-//India Blockchain Week//IBW//EN", "method": null,
        "refresh_seconds": 3600, "components": ["VEVENT"],
        "entries": [{
            "uid": uid(1), "sequence": 0, "status": "CONFIRMED", "summary": title, "location": "Hall A",
            "description": "Asha Rao\n\nFirst, this.\nThen; that.", "url": "https://example.org/talk/1?a=b,c;d",
            "changed_at": "2026-11-22T09:30:00+00:00", "stamp": "2026-11-22T09:30:00+00:00",
            "starts": ["2026-12-01T10:00:00+05:30"], "ends": ["2026-12-01T10:45:00+05:30"],
        }],
    });
    assert_eq!(understood(&response.text, &["Asia/Kolkata"]), expected);
}

#[tokio::test]
async fn feed_keeps_uids_over_releases_and_raises_the_sequence_of_what_changed() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    for number in 1..=3 {
        mark(&app, &login, number).await;
    }
    let address = address(&app, &login).await;
    let entry = |number: i64, sequence, status: &str, hour: u8| {
        json!([uid(number), sequence, status, format!("2026-12-01T{hour}:00:00+05:30")])
    };
    let confirmed = "CONFIRMED";
    let first = [entry(1, 0, confirmed, 10), entry(2, 0, confirmed, 11), entry(3, 0, confirmed, 12)];
    assert_eq!(entries(&app, &address).await, first);
    app.clock.advance(3600);
    let mut sessions = three_sessions();
    sessions[1] = session(2, "2026-12-01T14:00:00+05:30", "2026-12-01T15:00:00+05:30");
    sessions.remove(2);
    release(&app, SLUG, &sessions).await;
    let second = [entry(1, 0, confirmed, 10), entry(3, 1, "CANCELLED", 12), entry(2, 1, confirmed, 14)];
    assert_eq!(entries(&app, &address).await, second);
    app.clock.advance(3600);
    release(&app, SLUG, &[sessions, three_sessions().split_off(2)].concat()).await;
    let third = [entry(1, 0, confirmed, 10), entry(3, 2, confirmed, 12), entry(2, 1, confirmed, 14)];
    assert_eq!(entries(&app, &address).await, third, "what comes back goes on counting");
    let login = somebody(&app, 1).await;
    assert_eq!(unbookmark(&app, &login, 1).await.status, 204);
    assert_eq!(entries(&app, &address).await, third[1..]);
}

#[tokio::test]
async fn feed_has_the_right_times_on_both_sides_of_a_change_of_clocks() {
    let app = TestApp::start().await;
    // Clocks go back on 2026-10-25 at 03:00 in Berlin, on 2026-11-01 at 02:00 in New York.
    for (slug, zone, first, times) in [
        (
            "berlin",
            "Europe/Berlin",
            "2026-10-24",
            [
                "2026-10-24T10:00:00+02:00",
                "2026-10-25T02:30:00+02:00",
                "2026-10-25T02:30:00+01:00",
                "2026-10-26T10:00:00+01:00",
            ],
        ),
        (
            "new-york",
            "America/New_York",
            "2026-10-31",
            [
                "2026-10-31T10:00:00-04:00",
                "2026-11-01T01:30:00-04:00",
                "2026-11-01T01:30:00-05:00",
                "2026-11-02T10:00:00-05:00",
            ],
        ),
    ] {
        let mut new = conference(slug);
        new["timezone"] = json!(zone);
        new["start_date"] = json!(first);
        assert_eq!(organise(&app, "POST", "").json(&new).send().await.status, 201);
        let later = |time: &str| time.replace(":00:00", ":20:00").replace(":30:00", ":50:00");
        let sessions: Vec<Value> = (1..).zip(times).map(|(number, time)| session(number, time, &later(time))).collect();
        release(&app, slug, &sessions).await;
        let login = somebody(&app, 1).await;
        for number in 1..=4 {
            let path = format!("/api/v1/conferences/{slug}/agenda/bookmarks/{}", session_id(number));
            assert_eq!(app.agenda().put(&path).header(login.bearer()).send().await.status, 204);
        }
        let calendar = understood(&get(&app, &address(&app, &login).await).await.text, &[zone]);
        let of_it = |name: &str| -> Vec<Value> {
            let entries = calendar["entries"].as_array().unwrap().iter();
            entries.map(|entry| entry[name][0].clone()).filter(|time| time.as_str().unwrap() >= first).collect()
        };
        // The calendar is of all conferences: this one's entries come last.
        let (starts, ends) = (of_it("starts"), of_it("ends"));
        assert_eq!(starts[starts.len() - 4..], times.map(|time| json!(time)), "{zone}");
        assert_eq!(ends[ends.len() - 4..], times.map(|time| json!(later(time))), "{zone}");
    }
}

#[tokio::test]
async fn feed_without_anything_in_it_is_a_calendar_all_the_same() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let calendar = understood(&get(&app, &address(&app, &login).await).await.text, &[]);
    assert_eq!((&calendar["components"], &calendar["entries"]), (&json!(["VTIMEZONE"]), &json!([])));
}

#[tokio::test]
async fn feed_that_is_as_it_was_is_not_sent_again() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    mark(&app, &login, 1).await;
    let address = address(&app, &login).await;
    let tag = get(&app, &address).await.header("etag").to_owned();
    app.clock.advance(3600);
    let again = app.agenda().get(&address).header(("if-none-match", tag.clone())).send().await;
    assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag.as_str()));
    mark(&app, &somebody(&app, 1).await, 2).await;
    let changed = app.agenda().get(&address).header(("if-none-match", tag.clone())).send().await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn address_is_the_public_one_wherever_the_request_was_sent() {
    for (public, expected) in [
        ("https://api.example.org", "https://api.example.org"),
        ("http://127.0.0.1:4566/_aws/execute-api/ibw/", "http://127.0.0.1:4566/_aws/execute-api/ibw"),
    ] {
        let app = TestApp::start_with(&[("PUBLIC_URL", public)]).await;
        let login = somebody(&app, 1).await;
        let request = app.agenda().post("/api/v1/calendar/token").header(login.bearer());
        let made = request.header(("host", "proxy.example.net")).header(("x-forwarded-proto", "http")).send().await;
        let url = made.json["url"].as_str().unwrap();
        let token = made.json["token"].as_str().unwrap();
        assert_eq!(url, format!("{expected}/api/v1/calendar/{token}.ics"));
        get(&app, url.strip_prefix(expected).unwrap()).await;
        let document = app.docs().get("/api/v1/openapi.json").header(("host", "proxy.example.net")).send().await;
        assert_eq!(document.json["servers"][0]["url"], expected);
    }
}

#[tokio::test]
async fn new_token_revokes_the_one_before() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let first = address(&app, &login).await;
    let second = address(&app, &login).await;
    assert_ne!(first, second);
    assert_eq!(app.agenda().get(&first).send().await.error(), (404, "NOT_FOUND"));
    get(&app, &second).await;
    let stored = app.database.items("conferences");
    assert_eq!(stored.len(), 2);
    let token = second.trim_start_matches("/api/v1/calendar/").trim_end_matches(".ics");
    assert!(!format!("{stored:?}{:?}", app.database.items("ephemeral")).contains(token), "the token is nowhere");
}

#[tokio::test]
async fn tokens_made_at_the_same_time_leave_one() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let agenda = app.agenda();
    let make = || agenda.post("/api/v1/calendar/token").header(login.bearer()).send();
    let made = tokio::join!(make(), make(), make());
    let mut good = 0;
    for answer in [made.0, made.1, made.2] {
        assert!([201, 409].contains(&answer.status), "{}", answer.text);
        if let Some(token) = answer.json["token"].as_str() {
            let read = app.agenda().get(&format!("/api/v1/calendar/{token}.ics")).send().await;
            good += usize::from(read.status == 200);
        }
    }
    assert_eq!((good, app.database.items("conferences").len()), (1, 2));
}

#[tokio::test]
async fn token_is_not_kept_for_requests_that_are_sent_again() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let make =
        || app.agenda().post("/api/v1/calendar/token").header(login.bearer()).header(("idempotency-key", "k")).send();
    let (first, second) = (make().await, make().await);
    assert_eq!((first.status, second.status), (201, 201));
    assert_ne!(first.json["token"], second.json["token"]);
}

#[tokio::test]
async fn feed_of_no_token_is_not_found() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let address = address(&app, &login).await;
    let unknown = format!("/api/v1/calendar/{}.ics", "A".repeat(43));
    for path in [address.trim_end_matches(".ics"), &format!("{address}.ics"), "/api/v1/calendar/x.ics", &unknown] {
        assert_eq!(app.agenda().get(path).send().await.error(), (404, "NOT_FOUND"), "{path}");
    }
    let anonymous = app.agenda().post("/api/v1/calendar/token").send().await;
    assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"));
}

#[tokio::test]
async fn feeds_are_counted_by_their_owner_and_not_by_address() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "read=2/60,anonymous=2/60")]).await;
    let (asha, maya) = (somebody(&app, 1).await, somebody(&app, 2).await);
    let (first, second) = (address(&app, &asha).await, address(&app, &maya).await);
    let read = |address: &str| app.agenda().get(address).through_gateway("r", "192.0.2.1").send();
    for (address, status) in [(&first, 200), (&first, 200), (&first, 429), (&second, 200)] {
        assert_eq!(read(address).await.status, status);
    }
    let unknown = format!("/api/v1/calendar/{}.ics", "A".repeat(43));
    for status in [404, 404, 429] {
        assert_eq!(read(&unknown).await.status, status);
    }
}

#[tokio::test]
async fn feed_of_one_conference_takes_few_requests() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    mark(&app, &login, 1).await;
    let address = address(&app, &login).await;
    let agenda = app.agenda();
    assert_eq!(agenda.get(&address).send().await.status, 200);
    let calls: Vec<String> = agenda.watch.take().into_iter().map(|call| call.operation).collect();
    // The token and its owner; the count of the request; bookmarks and registrations at once; the agenda's head and its
    // one part.
    assert_eq!(calls, ["GetItem", "GetItem", "UpdateItem", "Query", "Query", "GetItem", "Query"]);
}
