//! Callers of every kind, and an object of every kind that a path can name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{give, grant};
use crate::agenda::{publish, session, write_conference, write_session};
use crate::attendees::world::{World, row};
use crate::events::{published, register};
use crate::notifications::{organise, template};
use crate::support::app::{ADMIN_API_KEY, Login};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;

/// The callers, by the names of the table's columns, the ones with fewer rights first.
pub(super) const CALLERS: [&str; 14] = [
    "anonymous",
    "attendee",
    "host",
    "steward",
    "steward elsewhere",
    "supervisor",
    "supervisor elsewhere",
    "moderator",
    "moderator elsewhere",
    "organizer",
    "organizer elsewhere",
    "admin",
    "key",
    "key without",
];

/// The first Telegram id of the callers. All have this beginning, so that a test finds them in answers.
const FIRST_ID: i64 = 770_000_001;

/// A person's private data, which nobody else is shown without the right.
pub(super) fn private(telegram_id: i64) -> [String; 3] {
    [
        telegram_id.to_string(),
        format!("private{telegram_id}@example.org"),
        format!("+9198{:08}", telegram_id % 100_000_000),
    ]
}

/// A conference with something of every kind.
pub(super) struct Matrix {
    pub(super) world: World,
    logins: BTreeMap<&'static str, Login>,
    /// What stands for `{name}` in paths that begin so.
    ids: Vec<(&'static str, &'static str, String)>,
    /// What the guest of the side event shows at its door.
    code: String,
}

impl Matrix {
    pub(super) async fn start() -> Self {
        let world = World::start_with(&[]).await;
        let mut logins = BTreeMap::new();
        for (n, caller) in CALLERS.into_iter().enumerate().filter(|(_, name)| !name.starts_with("key")).skip(1) {
            logins.insert(caller, caller_of(&world, FIRST_ID + i64::try_from(n).unwrap(), caller).await);
        }
        let ids = objects(&world, &logins["host"], &logins["attendee"]).await;
        let event = ids.iter().find(|(prefix, ..)| *prefix == "/api/v1/events/").map(|(.., id)| id.clone()).unwrap();
        let code = format!("/api/v1/events/{event}/registrations/me/code");
        let code = world.app.events().get(&code).header(logins["attendee"].bearer()).send().await;
        Self { code: text(&code, "code"), world, logins, ids }
    }

    /// A body for an operation: one that changes nothing, or is refused after the caller was looked at.
    pub(super) fn body(&self, method: &str, path: &str) -> Value {
        match (method, path) {
            ("POST", "/api/v1/events/{id}/checkin") => json!({"code": self.code}),
            ("PATCH", _) => json!({}),
            _ => json!({"no route knows this": true}),
        }
    }

    /// The path with the ids of the objects, or `None` if the world has no such object.
    pub(super) fn path(&self, template: &str) -> Option<String> {
        let mut path = template.to_owned();
        while let (Some(begin), Some(end)) = (path.find('{'), path.find('}')) {
            let name = &path[begin + 1..end];
            let known = self.ids.iter().find(|(prefix, known, _)| path.starts_with(prefix) && *known == name);
            let (_, _, id) = known?;
            path.replace_range(begin..=end, id);
        }
        Some(path)
    }

    /// The credential of a caller. A key has `scope`, or every scope but it.
    pub(super) async fn credential(&self, caller: &str, scope: Option<&str>) -> Option<(&'static str, String)> {
        match caller {
            "anonymous" => None,
            "key" | "key without" => {
                let scopes = match (caller, scope) {
                    ("key", Some(scope)) => vec![scope.to_owned()],
                    ("key", None) => vec!["*".to_owned()],
                    _ => vec!["nothing:read".to_owned()],
                };
                let service = &self.world.app.backstage().auth.service;
                let (_, key) = service.create_api_key("matrix", scopes.into_iter().collect(), None).await.unwrap();
                Some(("x-api-key", key.expose().to_owned()))
            }
            user => Some(self.logins[user].bearer()),
        }
    }

    /// The private data of all people but the caller.
    pub(super) fn secrets_of_others(&self, caller: &str) -> Vec<String> {
        let numbers = (FIRST_ID..).zip(CALLERS).filter(|(_, name)| !name.starts_with("key") && *name != caller);
        numbers.skip(usize::from(caller != "anonymous")).flat_map(|(id, _)| private(id)).collect()
    }
}

async fn caller_of(world: &World, telegram_id: i64, caller: &str) -> Login {
    let app = &world.app;
    // A name and a username that do not tell the id.
    let username = format!("maya_{}", caller.replace(' ', "_"));
    let person = Person::new(telegram_id).with("first_name", "Maya").with("username", username);
    let person = person.with("allows_write_to_pm", true);
    let login = app.login(&person).await;
    let [_, email, phone] = private(telegram_id);
    let backstage = app.backstage();
    let (id, address) = (login.user_id.parse().unwrap(), email.parse().unwrap());
    backstage.users.service.start_email_verification(id, &address, &backstage.email_codes).await.unwrap();
    let phone = json!({"phone_number": phone, "visibility": "public"});
    crate::users::patch(app, &login, &phone).await;
    let (role, place) = caller.split_once(' ').unwrap_or((caller, ""));
    let resource = match (role, place) {
        ("admin", _) => "*",
        (_, "elsewhere") => "conferences/elsewhere",
        _ => "conferences/ibw-2026",
    };
    let grants = if ["attendee", "host"].contains(&role) { vec![] } else { vec![format!("{role} {resource}")] };
    assert!(grants.iter().all(|text| grant(text).resource.to_string() == resource));
    give(app, &login, &grants.iter().map(String::as_str).collect::<Vec<_>>()).await;
    app.login(&person).await
}

fn text(response: &TestResponse, name: &str) -> String {
    assert!(response.status < 300, "{}", response.text);
    response.json[name].as_str().unwrap().to_owned()
}

async fn objects(world: &World, host: &Login, guest: &Login) -> Vec<(&'static str, &'static str, String)> {
    let app = &world.app;
    let key = || ("x-api-key", ADMIN_API_KEY.to_owned());
    write_conference(app, "elsewhere").await;
    let here = "/api/v1/conferences/ibw-2026";
    let speaker = app.speakers().post(&format!("{here}/speakers")).header(key()).json(&json!({"name": "Maya"})).send();
    let talk = write_session(app, &session("Rollups", "10:00", "Hall A")).await;
    publish(app).await;
    let list = json!({"name": "Main entrance"});
    let list = app.checkin().post(&format!("{here}/checkin/lists")).header(key()).json(&list).send().await;
    let mut ticket = row("TICKET1", "Asha Rao");
    ticket["email"] = json!("private770000001@example.org");
    world.tickets(&[ticket]).await;
    let import = world.queue_import(json!({"rows": [row("TICKET2", "Ravi")]})).await;
    let event = published(app, host, json!({"conference": "ibw-2026"})).await;
    register(app, guest, &event, "register").await;
    organise(app, "POST", "/templates").json(&template("news", &[])).send().await;
    let job = json!({"title": "News", "template": "news", "audience": {"users": [guest.user_id]}});
    let job = organise(app, "POST", "/jobs").json(&job).send().await;
    let sessions = app.auth().get("/api/v1/auth/sessions").header(guest.bearer()).send().await;
    vec![
        ("/api/v1/conferences/", "slug", "ibw-2026".to_owned()),
        ("/api/v1/conferences/ibw-2026/agenda/sessions/", "id", talk["id"].as_str().unwrap().to_owned()),
        ("/api/v1/conferences/ibw-2026/agenda/bookmarks/", "session", talk["id"].as_str().unwrap().to_owned()),
        ("/api/v1/conferences/ibw-2026/agenda/releases/", "number", "1".to_owned()),
        ("/api/v1/conferences/ibw-2026/checkin/", "id", text(&list, "id")),
        ("/api/v1/conferences/ibw-2026/attendees/imports/", "id", import),
        ("/api/v1/conferences/ibw-2026/attendees/tickets/", "code", "TICKET1".to_owned()),
        ("/api/v1/speakers/", "id", text(&speaker.await, "id")),
        ("/api/v1/events/", "id", event),
        ("/api/v1/events/", "user_id", guest.user_id.clone()),
        ("/api/v1/notifications/jobs/", "id", text(&job, "id")),
        ("/api/v1/notifications/templates/", "name", "news".to_owned()),
        ("/api/v1/users/by-telegram/", "telegram_id", (FIRST_ID + 1).to_string()),
        ("/api/v1/users/", "id", host.user_id.clone()),
        ("/api/v1/auth/sessions/", "id", first_id(&sessions.json)),
    ]
}

fn first_id(list: &Value) -> String {
    list["items"][0]["id"].as_str().unwrap().to_owned()
}
