//! Agendas: drafts, imports, releases, and what everybody reads of them.

mod audit;
mod draft;
mod export;
mod hot;
mod import;
pub(crate) mod reading;
mod release;

use serde_json::{Value, json};

use crate::conferences::{conference, organise as organise_conferences};
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::{TestRequest, TestResponse};

/// The conference of these tests.
pub(crate) const CONFERENCE: &str = "/api/v1/conferences/ibw-2026";

/// A schedule of pretalx: 36 sessions by 27 people.
pub(crate) fn democon() -> Value {
    serde_json::from_str(include_str!("../../data/schedule-pretalx-democon.json")).expect("JSON")
}

/// An app with a conference.
pub(crate) async fn with_conference() -> TestApp {
    let app = TestApp::start().await;
    write_conference(&app, "ibw-2026").await;
    app
}

/// Writes a conference of this slug.
pub(crate) async fn write_conference(app: &TestApp, slug: &str) {
    let written = organise_conferences(app, "POST", "").json(&conference(slug)).send().await;
    assert_eq!(written.status, 201, "{}", written.text);
}

/// An organiser's request about the agenda.
pub(crate) fn organise(app: &TestApp, method: &str, path: &str) -> TestRequest {
    let method = method.parse().expect("a method");
    app.agenda().request(method, &format!("{CONFERENCE}/agenda{path}")).header(("x-api-key", ADMIN_API_KEY))
}

/// Somebody's request about the agenda.
pub(crate) async fn read(app: &TestApp, path: &str) -> TestResponse {
    app.agenda().get(&format!("{CONFERENCE}/agenda{path}")).send().await
}

/// A session of an hour on 1 December 2026 in India, to be written.
pub(crate) fn session(title: &str, start: &str, stage: &str) -> Value {
    let hour: u32 = start[..2].parse().expect("an hour");
    let end = format!("{:02}{}", hour + 1, &start[2..]);
    json!({
        "title": title, "start": format!("2026-12-01T{start}:00+05:30"), "end": format!("2026-12-01T{end}:00+05:30"),
        "stage": stage, "track": "DeFi",
    })
}

/// Writes a session into the draft; answers it.
pub(crate) async fn write_session(app: &TestApp, session: &Value) -> Value {
    let written = organise(app, "POST", "/sessions").json(session).send().await;
    assert_eq!(written.status, 201, "{}", written.text);
    written.json
}

/// Imports a schedule, which has to work; answers the report.
pub(crate) async fn import_schedule(app: &TestApp, schedule: &Value) -> Value {
    let imported = organise(app, "POST", "/import").json(schedule).send().await;
    assert_eq!(imported.status, 200, "{}", imported.text);
    imported.json
}

/// The draft.
pub(crate) async fn the_draft(app: &TestApp) -> Value {
    let draft = organise(app, "GET", "/draft").send().await;
    assert_eq!(draft.status, 200, "{}", draft.text);
    draft.json
}

/// Publishes the draft as it is now, which has to work; answers the release.
pub(crate) async fn publish(app: &TestApp) -> Value {
    let version = the_draft(app).await["version"].to_string();
    let released = organise(app, "POST", "/release").header(("if-match", format!("\"{version}\""))).send().await;
    assert_eq!(released.status, 201, "{}", released.text);
    released.json
}

/// The titles of a list of sessions or changes.
pub(crate) fn titles(sessions: &Value) -> Vec<&str> {
    sessions.as_array().expect("a list").iter().map(|session| session["title"].as_str().expect("a title")).collect()
}
