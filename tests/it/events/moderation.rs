//! Organisers decide which events are seen; hosts copy theirs.

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{EVENTS, ask, organise, people, published, register, state, told, written};
use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::login_with_role;

#[tokio::test]
async fn event_is_seen_by_all_when_it_is_approved_and_not_before() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = written(&app, &logins[0], "Party", json!({})).await["id"].as_str().unwrap().to_owned();
    let path = format!("/{id}");
    let seen_by = async || {
        let anonymous = app.events().get(&format!("{EVENTS}{path}")).send().await.status;
        let other = ask(&app, &logins[1], "GET", &path).send().await.status;
        let admin = organise(&app, "GET", &path).send().await.status;
        [anonymous, other, admin, ask(&app, &logins[0], "GET", &path).send().await.status]
    };
    assert_eq!(seen_by().await, [404, 404, 200, 200]);
    assert_eq!(register(&app, &logins[1], &id, "register").await.error(), (404, "NOT_FOUND"));
    assert_eq!(register(&app, &logins[0], &id, "register").await.error(), (409, "EVENT_NOT_OPEN"));
    super::approve(&app, &id).await;
    assert_eq!(seen_by().await, [200, 200, 200, 200]);
    assert_eq!(state(&register(&app, &logins[1], &id, "register").await), "approved");
}

#[tokio::test]
async fn decisions_are_organisers_at_the_version_they_read() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = written(&app, host, "Party", json!({})).await["id"].as_str().unwrap().to_owned();
    for action in ["approve", "reject"] {
        let path = format!("/{id}/{action}");
        let body = json!({"reason": "Fine"});
        let by_host = ask(&app, host, "POST", &path).header(("if-match", "\"1\"")).json(&body).send().await;
        assert_eq!(by_host.error(), (403, "FORBIDDEN"), "{action}");
        assert_eq!(organise(&app, "POST", &path).json(&body).send().await.error(), (428, "PRECONDITION_REQUIRED"));
        let stale = organise(&app, "POST", &path).header(("if-match", "\"2\"")).json(&body).send().await;
        assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"), "{action}");
    }
    let organiser = login_with_role(&app, &Person::new(9), AccessRole::Organizer).await;
    let approve =
        |version: &str| ask(&app, &organiser, "POST", &format!("/{id}/approve")).header(("if-match", version)).send();
    let approved = approve("\"1\"").await;
    assert_eq!((approved.status, &approved.json["approval_status"]), (200, &json!("approved")), "{}", approved.text);
    let again = approve("\"2\"").await;
    assert_eq!((again.status, &again.json["version"]), (200, &json!(2)));
    let reject = organise(&app, "POST", &format!("/{id}/reject")).header(("if-match", "\"2\""));
    assert_eq!(reject.json(&json!({"reason": "No"})).send().await.error(), (409, "EVENT_STATE_CONFLICT"));
    assert_eq!(told(&app), ["event-published"]);
}

#[tokio::test]
async fn rejected_event_says_why_to_its_host_and_waits_again_when_changed() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = written(&app, host, "Party", json!({})).await["id"].as_str().unwrap().to_owned();
    let reject =
        |body: Value| organise(&app, "POST", &format!("/{id}/reject")).header(("if-match", "\"1\"")).json(&body).send();
    assert_eq!(reject(json!({})).await.error(), (400, "INVALID_BODY"));
    assert_eq!(reject(json!({"reason": "No venue"})).await.status, 200);
    let shown = ask(&app, host, "GET", &format!("/{id}")).send().await;
    let fields = (&shown.json["approval_status"], &shown.json["decision_reason"]);
    assert_eq!(fields, (&json!("rejected"), &json!("No venue")));
    let change = ask(&app, host, "PATCH", &format!("/{id}")).header(("if-match", "\"2\""));
    let changed = change.json(&json!({"location": {"name": "Hall 5"}})).send().await;
    let fields = (&changed.json["approval_status"], &changed.json["decision_reason"]);
    assert_eq!(fields, (&json!("pending"), &Value::Null));
    assert_eq!(told(&app), ["event-rejected"]);
}

#[tokio::test]
async fn copy_is_a_pending_event_of_the_host_without_registrations() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = published(&app, &logins[0], json!({"capacity": 5})).await;
    register(&app, &logins[1], &id, "register").await;
    let path = format!("/{id}/duplicate");
    assert_eq!(ask(&app, &logins[1], "POST", &path).send().await.error(), (403, "FORBIDDEN"));
    let copy = ask(&app, &logins[0], "POST", &path).send().await;
    let fields = ["title", "capacity", "starts_at", "approval_status", "current_attendees", "version"];
    let fields = fields.map(|field| copy.json[field].clone());
    let expected = json!(["Rooftop Party", 5, "2026-11-23T09:30:00.000Z", "pending", 0, 1]);
    assert_eq!((copy.status, json!(fields)), (201, expected), "{}", copy.text);
    assert!(copy.json["id"] != id.as_str() && copy.json["slug"].as_str().unwrap().starts_with("rooftop-party-"));
    let moved = json!({"title": "Again", "starts_at": "2026-11-30T09:30:00Z"});
    let copy = ask(&app, &logins[0], "POST", &path).json(&moved).send().await;
    let fields = ["title", "starts_at", "ends_at"].map(|field| copy.json[field].clone());
    assert_eq!(json!(fields), json!(["Again", "2026-11-30T09:30:00.000Z", "2026-11-30T12:30:00.000Z"]));
    let past = ask(&app, &logins[0], "POST", &path).json(&json!({"starts_at": "2026-11-01T09:30:00Z"})).send().await;
    assert_eq!(past.error(), (400, "INVALID_BODY"));
}
