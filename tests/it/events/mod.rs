//! Side events: writing and finding them, registering, the door, and what follows as time passes.

mod audit;
mod chaos;
mod door;
mod lists;
mod model;
mod moderation;
mod names;
mod notices;
mod privacy;
mod race;
mod registering;
mod revisions;
mod sharing;
mod sweep;
mod tellings;
mod waitlist;
mod writing;

use std::sync::LazyLock;

use ibw::audit::model::Actor;
use ibw::events::access::{Access, Caller};
use ibw::events::registration::Registration;
use ibw::events::repository::EventRepository;
use ibw::events::seats::{Seats, Tally};
use ibw::id::EventId;
use serde_json::{Value, json};

use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::request::{TestRequest, TestResponse};
use crate::support::telegram::Person;

/// The events.
pub(crate) const EVENTS: &str = "/api/v1/events";
/// Seconds of an hour.
const HOUR: i64 = 3600;

/// An organiser, for services.
static ORGANISER: LazyLock<Caller> = LazyLock::new(|| Caller {
    access: Access { user: None, admin: true },
    actor: Actor { name: "bootstrap".to_owned(), request_id: "r".to_owned() },
});

/// An event to be written: it begins a day after tests begin, and has no limit of seats.
pub(crate) fn event(title: &str) -> Value {
    json!({
        "title": title, "starts_at": "2026-11-23T09:30:00Z", "ends_at": "2026-11-23T12:30:00Z",
        "timezone": "Asia/Kolkata", "format": "in-person", "location": {"name": "Rooftop"},
    })
}

/// A user's request.
pub(crate) fn ask(app: &TestApp, login: &Login, method: &str, path: &str) -> TestRequest {
    app.events().request(method.parse().unwrap(), &format!("{EVENTS}{path}")).header(login.bearer())
}

/// An organiser's request.
pub(crate) fn organise(app: &TestApp, method: &str, path: &str) -> TestRequest {
    app.events().request(method.parse().unwrap(), &format!("{EVENTS}{path}")).header(("x-api-key", ADMIN_API_KEY))
}

/// Writes an event with these changes, which has to work: the event as it is then.
pub(crate) async fn written(app: &TestApp, host: &Login, title: &str, changes: Value) -> Value {
    let mut event = event(title);
    event.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let response = ask(app, host, "POST", "").json(&event).send().await;
    assert_eq!(response.status, 201, "{}", response.text);
    response.json
}

/// Approves an event that is at its first version.
pub(crate) async fn approve(app: &TestApp, id: &str) -> Value {
    let response = organise(app, "POST", &format!("/{id}/approve")).header(("if-match", "\"1\"")).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    response.json
}

/// Writes an event and has it approved: its id.
pub(crate) async fn published(app: &TestApp, host: &Login, changes: Value) -> String {
    let event = written(app, host, "Rooftop Party", changes).await;
    let id = event["id"].as_str().unwrap().to_owned();
    approve(app, &id).await;
    id
}

/// Does something with one's own registration: `POST` registers, `DELETE` cancels, `accept` and `decline` answer an
/// offer.
pub(crate) async fn register(app: &TestApp, login: &Login, event: &str, what: &str) -> TestResponse {
    let (method, path) = match what {
        "register" => ("POST", String::new()),
        "cancel" => ("DELETE", "/me".to_owned()),
        "show" => ("GET", "/me".to_owned()),
        answer => ("POST", format!("/me/{answer}")),
    };
    ask(app, login, method, &format!("/{event}/registrations{path}")).send().await
}

/// The state that an answer says a registration is in.
pub(crate) fn state(response: &TestResponse) -> &str {
    assert!(response.status < 300, "{}", response.text);
    response.json["state"].as_str().unwrap()
}

/// Logs in so many people, from this Telegram id on.
pub(crate) async fn people(app: &TestApp, first: i64, count: i64) -> Vec<Login> {
    let mut logins = Vec::new();
    for id in first..first + count {
        logins.push(app.login(&Person::new(id)).await);
    }
    logins
}

/// What is stored, past the API.
pub(crate) fn repository(app: &TestApp) -> EventRepository {
    EventRepository::new(&app.backstage().platform)
}

/// An event's seats and registrations as they are stored.
pub(crate) async fn stored(app: &TestApp, id: &str) -> (Seats, Vec<Registration>) {
    let (repository, id): (_, EventId) = (repository(app), id.parse().unwrap());
    (repository.seats(id).await.unwrap().unwrap(), repository.registrations(id).await.unwrap())
}

/// What registrations count.
pub(crate) fn tally(registrations: &[Registration]) -> Tally {
    registrations.iter().map(Tally::of).fold(Tally::default(), |sum, one| sum + one)
}

/// The names of the templates of the notices in the outbox, sorted.
pub(crate) fn told(app: &TestApp) -> Vec<String> {
    let mut names: Vec<String> =
        notices(app).iter().map(|notice| notice["template"].as_str().unwrap().to_owned()).collect();
    names.sort_unstable();
    names
}

/// The notices in the outbox.
pub(crate) fn notices(app: &TestApp) -> Vec<Value> {
    let mut items = app.database.items("events");
    items.retain(|item| item["entity"]["S"] == "outbox");
    // In the order of their ids, so of their times.
    items.sort_by_key(|item| item["sk"]["S"].to_string());
    let payload = |item: Value| serde_json::from_str::<Value>(item["payload"]["S"].as_str().unwrap()).unwrap();
    items.into_iter().map(|item| payload(item)["notice"].clone()).collect()
}
