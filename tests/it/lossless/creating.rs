//! What is created under an `Idempotency-Key`: one thing, also if the request fails after it was created, and is sent
//! again.

use serde_json::{Value, json};

use super::{done_once, stored};
use crate::agenda::{CONFERENCE, session, write_conference};
use crate::events::event;
use crate::notifications::{organise, template};
use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::lossy::Lossy;
use crate::support::request::TestResponse;
use crate::support::storage::FakeS3;
use crate::support::telegram::Person;

/// A conference, a template, and somebody.
async fn world() -> (TestApp, (FakeS3, Login)) {
    let s3 = FakeS3::start().await;
    let variables = s3.variables();
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let app = TestApp::start_with(&variables).await;
    write_conference(&app, "ibw-2026").await;
    let news = organise(&app, "POST", "/templates").json(&template("news", &[])).send().await;
    assert_eq!(news.status, 201, "{}", news.text);
    let login = app.login(&Person::new(1)).await;
    (app, (s3, login))
}

/// What is created: a name, the path, the body, and whether an organiser creates it.
fn creations() -> Vec<(&'static str, String, Value, bool)> {
    let below = |path: &str| format!("{CONFERENCE}/{path}");
    let row = json!({"code": "ticket-1", "name": "Asha", "ticket_type": "Standard"});
    let job = json!({"template": "news", "title": "News", "audience": "everyone", "arguments": {}});
    let upload = json!({"kind": "image", "content_type": "image/png", "size": 20});
    vec![
        ("speaker", below("speakers"), json!({"name": "Asha"}), true),
        ("session", below("agenda/sessions"), session("Keynote", "09:00", "Main"), true),
        ("checkin_list", below("checkin/lists"), json!({"name": "Main entrance"}), true),
        ("import", below("attendees/import"), json!({"exported_at": "2026-11-22T09:00:00Z", "rows": [row]}), true),
        ("job", "/api/v1/notifications/jobs".to_owned(), job, true),
        ("upload", "/api/v1/media/uploads".to_owned(), upload, false),
        ("event", "/api/v1/events".to_owned(), event("Party"), false),
    ]
}

/// Sends a creation under a key.
async fn create(app: &TestApp, login: &Login, path: &str, body: &Value, by_admin: bool) -> TestResponse {
    let function = match path.rsplit('/').next() {
        Some("speakers") => app.speakers(),
        Some("sessions") => app.agenda(),
        Some("lists") => app.checkin(),
        Some("import") => app.attendees(),
        Some("jobs") => app.notifications(),
        Some("uploads") => app.media(),
        _ => app.events(),
    };
    let request = function.post(path).header(("idempotency-key", "key")).json(body);
    if by_admin { request.header(("x-api-key", ADMIN_API_KEY)) } else { request.header(login.bearer()) }.send().await
}

#[tokio::test]
async fn thing_is_created_once_under_a_key() {
    for (name, path, body, by_admin) in creations() {
        let act =
            async |(app, (_, login)): &(TestApp, (FakeS3, Login))| create(app, login, &path, &body, by_admin).await;
        done_once(&format!("idempotent.{name}"), world, act).await;
    }
}

#[tokio::test]
async fn request_that_fails_after_it_created_something_finds_it_when_it_is_sent_again() {
    for (name, path, body, by_admin) in creations() {
        let (mut app, (_s3, login)) = world().await;
        let whole = Lossy::once(u64::MAX);
        app.losing = Some(whole.clone());
        let created = create(&app, &login, &path, &body, by_admin).await;
        let expected = stored(&app);

        let (mut app, (_s3, login)) = world().await;
        // The last call keeps the answer, and the one before creates.
        app.losing = Some(Lossy::from(whole.seen() - 1));
        let failed = create(&app, &login, &path, &body, by_admin).await;
        assert_eq!(failed.error(), (503, "UNAVAILABLE"), "{name}: {}", failed.text);
        assert_eq!(stored(&app), expected, "{name} was created");
        app.losing = None;
        app.clock.advance(61);
        let again = create(&app, &login, &path, &body, by_admin).await;
        assert_eq!(again.status, created.status, "{name}: {}", again.text);
        assert_eq!(stored(&app), expected, "{name} was created once");
    }
}
