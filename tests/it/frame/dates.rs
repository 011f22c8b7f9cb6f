//! Dates and times in requests: those of RFC 3339, and no others.

use serde_json::{Value, json};

use crate::conferences::{conference, organise};
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;

/// No dates, but what general parsers take for one.
const DATES: [&str; 9] = [
    "20261201",
    "+002026-12-01",
    "-000001-12-01",
    "2026-12-01[u-ca=gregory]",
    "2026-12-01T00Z",
    "2026-12-01T10:00:00",
    "2026-W49-2",
    "2026-02-30",
    "tomorrow",
];
/// The same for times.
const TIMES: [&str; 13] = [
    "2026-12-01",
    "2026-12-01T10:00",
    "2026-12-01T10:00:00",
    "2026-12-01 10:00:00Z",
    "2026-12-01T10:00:00Z[Asia/Kolkata]",
    "2026-12-01T10:00:00,5Z",
    "2026-12-01T10:00:60Z",
    "2026-12-01T10:00:00+25:00",
    "-000001-12-01T10:00:00Z",
    "9999-12-31T23:59:59-23:00",
    "9999-12-30T22:00:00.001Z",
    "9999-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z",
];
const NO_DATE: &str = "must be a date such as `2026-12-01`";
const NO_TIME: &str = "must be a time in RFC 3339, such as `2026-11-22T09:30:00Z`, of the years 1970 to 9998";

/// Asserts that an answer refuses one part of the request in these words.
fn assert_refused(answer: &TestResponse, code: &str, field: &str, message: &str, sent: &str) {
    assert_eq!(answer.error(), (400, code), "{sent}: {}", answer.text);
    assert_eq!(answer.json["details"], json!([{"field": field, "message": message}]), "{sent}");
}

fn event() -> Value {
    json!({
        "title": "Rust on Chain", "starts_at": "2026-12-01T13:00:00Z", "ends_at": "2026-12-01T16:00:00Z",
        "timezone": "Asia/Kolkata", "format": "online",
    })
}

#[tokio::test]
async fn date_in_another_form_is_refused_in_bodies_and_queries() {
    let app = TestApp::start().await;
    for date in DATES {
        for field in ["start_date", "end_date"] {
            let mut body = conference("ibw-2026");
            body[field] = json!(date);
            assert_refused(&organise(&app, "POST", "").json(&body).send().await, "INVALID_BODY", field, NO_DATE, date);
        }
        let patch = organise(&app, "PATCH", "/ibw-2026").header(("if-match", "\"1\"")).json(&json!({"end_date": date}));
        assert_refused(&patch.send().await, "INVALID_BODY", "end_date", NO_DATE, date);
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("day", date).finish();
        let read = app.agenda().get(&format!("/api/v1/conferences/ibw-2026/agenda?{query}")).send().await;
        assert_refused(&read, "INVALID_REQUEST", "day", NO_DATE, date);
    }
}

#[tokio::test]
async fn time_in_another_form_is_refused_in_bodies_and_queries() {
    let app = TestApp::start().await;
    let host = app.login(&Person::new(1)).await;
    for time in TIMES {
        let mut body = event();
        body["starts_at"] = json!(time);
        let created = app.events().post("/api/v1/events").header(host.bearer()).json(&body).send().await;
        assert_refused(&created, "INVALID_BODY", "starts_at", NO_TIME, time);
        for name in ["from", "to"] {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair(name, time).finish();
            let read = app.events().get(&format!("/api/v1/events?{query}")).send().await;
            assert_refused(&read, "INVALID_REQUEST", name, NO_TIME, time);
        }
        let list = json!({"name": "Main entrance", "closes_at": time});
        let request = app.checkin().post("/api/v1/conferences/ibw-2026/checkin/lists").json(&list);
        let created = request.header(("x-api-key", ADMIN_API_KEY)).send().await;
        assert_refused(&created, "INVALID_BODY", "closes_at", NO_TIME, time);
    }
}

#[tokio::test]
async fn year_that_is_far_off_is_refused() {
    const FAR: &str = "must be between 1970 and 2199";
    let app = TestApp::start().await;
    let host = app.login(&Person::new(1)).await;
    assert_eq!(organise(&app, "POST", "").json(&conference("ibw-2026")).send().await.status, 201);
    for (field, year) in [("start_date", "0202"), ("start_date", "1969"), ("end_date", "2200"), ("end_date", "9999")] {
        let mut body = conference("other");
        body[field] = json!(format!("{year}-12-01"));
        assert_refused(&organise(&app, "POST", "").json(&body).send().await, "INVALID_BODY", field, FAR, year);
    }
    for year in ["2200", "9998"] {
        let (start, end) = (format!("{year}-12-01T10:00:00Z"), format!("{year}-12-01T11:00:00Z"));
        let session = json!({"title": "Keynote", "start": start, "end": end});
        let request = app.agenda().post("/api/v1/conferences/ibw-2026/agenda/sessions").json(&session);
        let created = request.header(("x-api-key", ADMIN_API_KEY)).send().await;
        assert_refused(&created, "INVALID_BODY", "start", FAR, year);
    }
    let mut far = event();
    (far["starts_at"], far["ends_at"]) = (json!("9998-12-30T20:00:00Z"), json!("9998-12-30T22:00:00Z"));
    let created = app.events().post("/api/v1/events").header(host.bearer()).json(&far).send().await;
    assert_refused(&created, "INVALID_BODY", "starts_at", FAR, "9998");
}

/// A filter is no date of ours, so it may be far off.
#[tokio::test]
async fn extreme_times_and_dates_are_read_in_filters() {
    let app = TestApp::start().await;
    for query in
        ["from=1970-01-01T00:00:00Z", "to=9998-12-31T23:59:59.999Z", "from=9998-12-31T23:59:59.999Z&status=upcoming"]
    {
        assert_eq!(app.events().get(&format!("/api/v1/events?{query}")).send().await.status, 200, "{query}");
    }
    for day in ["0000-01-01", "9999-12-31"] {
        let read = app.agenda().get(&format!("/api/v1/conferences/none/agenda?day={day}")).send().await;
        assert_eq!(read.error(), (404, "NOT_FOUND"), "{day}");
    }
}
