//! Bookmarks of sessions, the calendar they are in, who is told when they change, and reminders before they begin.

mod bookmarks;
mod events;
mod feed;
mod reminders;
mod runs;
mod secret;
mod told;

use ibw::agenda::model::{Agenda, Draft, DraftSession, Head};
use ibw::agenda::notices::notices;
use ibw::agenda::release::next_release;
use ibw::agenda::repository::AgendaRepository;
use ibw::audit::model::{Actor, AuditEntry, Changes};
use ibw::conferences::model::Conference;
use ibw::dynamo::OutboxMessage;
use ibw::id::AgendaSessionId;
use ibw::random::Random;
use ibw::time::Time;
use serde_json::{Value, json};

use crate::conferences::{conference, organise};
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;

/// The conference of these tests.
pub(crate) const SLUG: &str = "ibw-2026";
/// Its bookmarks.
const BOOKMARKS: &str = "/api/v1/conferences/ibw-2026/agenda/bookmarks";

/// The id of a session.
pub(crate) fn session_id(number: i64) -> AgendaSessionId {
    AgendaSessionId::derive(Time::from_millis(number).expect("a time"), &["test"])
}

/// A session from one time to another, such as `2026-12-01T10:00:00+05:30`.
pub(crate) fn session(number: i64, start: &str, end: &str) -> Value {
    json!({
        "id": session_id(number), "version": 1, "title": format!("Session {number}"), "start": start, "end": end,
        "stage": "Hall A", "speakers": [], "do_not_record": false,
    })
}

/// Sessions of an hour each, one after the other from 10:00 on the first day.
pub(crate) fn three_sessions() -> Vec<Value> {
    let hour = |number: i64| format!("2026-12-01T{}:00:00+05:30", 9 + number);
    (1..=3).map(|number| session(number, &hour(number), &hour(number + 1))).collect()
}

/// Writes the conference, and releases these sessions.
pub(crate) async fn released(app: &TestApp, sessions: &[Value]) -> Agenda {
    let created = organise(app, "POST", "").json(&conference(SLUG)).send().await;
    assert_eq!(created.status, 201, "{}", created.text);
    release(app, SLUG, sessions).await
}

/// Releases these sessions in place of those before, with all that follows from it.
pub(crate) async fn release(app: &TestApp, slug: &str, sessions: &[Value]) -> Agenda {
    let backstage = app.backstage();
    let slug = slug.parse().expect("a slug");
    let conference: Conference = backstage.conferences.service.get(&slug).await.expect("the conference");
    let agendas = AgendaRepository::new(&backstage.platform);
    let (head, draft) = agendas.draft(&slug).await.expect("a draft");
    let current = match head.release {
        Some(number) => agendas.release(&slug, number).await.expect("a release"),
        None => None,
    };
    let sessions: Vec<DraftSession> =
        sessions.iter().map(|session| serde_json::from_value(session.clone()).expect("a session")).collect();
    let draft = Draft { conference: slug, version: draft.version + 1, sessions };
    let actor = Actor { name: "test".to_owned(), request_id: "test".to_owned() };
    let entry = || AuditEntry::new(&actor, "test", "test".to_owned(), Changes::default(), app.now(), &Random::System);
    let head = agendas.save_draft(&head, &draft, &entry()).await.expect("a draft");
    let next = next_release(&draft, current.as_ref(), conference.timezone, app.now());
    let notices = notices(&next, conference.name.as_str());
    let messages: Vec<OutboxMessage> =
        notices.into_iter().map(|notice| notice.outbox(&Random::System).expect("a message")).collect();
    let head = Head { version: head.version + 1, release: Some(next.agenda.number), ..head };
    agendas.publish(&head, &next.agenda, &next.release, &messages, &entry()).await.expect("a release");
    next.agenda
}

/// Somebody whom the bot may write to.
pub(crate) async fn somebody(app: &TestApp, telegram_id: i64) -> Login {
    app.login(&Person::new(telegram_id).with("allows_write_to_pm", true)).await
}

/// Bookmarks a session.
pub(crate) async fn bookmark(app: &TestApp, login: &Login, number: i64) -> TestResponse {
    app.agenda().put(&format!("{BOOKMARKS}/{}", session_id(number))).header(login.bearer()).send().await
}

/// Bookmarks a session, which has to work. A login is good for a quarter of an hour.
async fn mark(app: &TestApp, login: &Login, number: i64) {
    let response = bookmark(app, login, number).await;
    assert_eq!(response.status, 204, "{}", response.text);
}

/// Takes a bookmark away.
pub(crate) async fn unbookmark(app: &TestApp, login: &Login, number: i64) -> TestResponse {
    app.agenda().delete(&format!("{BOOKMARKS}/{}", session_id(number))).header(login.bearer()).send().await
}

/// The sessions that somebody bookmarked.
async fn bookmarked(app: &TestApp, login: &Login) -> Vec<Value> {
    let response = app.agenda().get(BOOKMARKS).header(login.bearer()).send().await;
    assert_eq!((response.status, &response.json["next_cursor"]), (200, &Value::Null), "{}", response.text);
    response.json["items"].as_array().expect("items").clone()
}
