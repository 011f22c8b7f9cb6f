//! Who did what to side events and registrations of others.

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{ask, event, organise, people, published, register, written};
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::login_with_role;

/// The entries, in the order of their acts: action, actor and object.
fn entries(app: &TestApp) -> Vec<[String; 3]> {
    let mut items = app.database.items("audit");
    items.sort_by_key(|item| item["id"]["S"].to_string());
    let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
    items.iter().map(|item| ["action", "actor", "object"].map(|name| text(item, name))).collect()
}

/// The changed fields of the only entry of an action, and the values that it shows.
fn change(app: &TestApp, action: &str) -> (Vec<String>, Value, Value) {
    let items = app.database.items("audit");
    let mut found = items.iter().filter(|item| item["action"]["S"] == action);
    let (Some(entry), None) = (found.next(), found.next()) else { panic!("one entry of {action}") };
    let names = entry["fields"]["L"].as_array().unwrap().iter();
    let fields = names.map(|name| name["S"].as_str().unwrap().to_owned()).collect();
    (fields, entry["old"]["M"].clone(), entry["new"]["M"].clone())
}

/// A request with `If-Match`, at a time of its own.
async fn act(app: &TestApp, by: &Login, method: &str, path: &str, version: u64, body: Value) -> TestResponse {
    app.clock.advance(1);
    let request = ask(app, by, method, path).header(("if-match", format!("\"{version}\"")));
    if body.is_null() { request.send().await } else { request.json(&body).send().await }
}

#[tokio::test]
async fn acts_of_staff_are_audited_once_and_what_hosts_do_with_their_events_is_not() {
    let app = TestApp::start().await;
    let host = app.login(&Person::new(1)).await;
    let staff = login_with_role(&app, &Person::new(2), AccessRole::Organizer).await;
    let private = json!({"host_name": "Asha Rao", "description": "Ring Ravi", "location": {"name": "Asha's home"}});
    let event = written(&app, &host, "Dinner with Ravi", private).await;
    let id = event["id"].as_str().unwrap();
    let at = format!("/{id}");
    let (approve, reject) = (format!("{at}/approve"), format!("{at}/reject"));
    let because = json!({"reason": "Ask Ravi"});
    assert_eq!(act(&app, &staff, "POST", &reject, 1, because.clone()).await.status, 200);
    assert_eq!(act(&app, &staff, "POST", &approve, 1, because.clone()).await.status, 412);
    assert_eq!(act(&app, &staff, "POST", &approve, 2, because.clone()).await.status, 200);
    // Nothing to decide.
    assert_eq!(act(&app, &staff, "POST", &approve, 3, because.clone()).await.status, 200);
    let change_by_staff = json!({"capacity": 9, "title": "Supper with Ravi"});
    assert_eq!(act(&app, &staff, "PATCH", &at, 3, change_by_staff).await.status, 200);
    // The host's own: a revision, and a time that is reviewed after.
    let own = json!({"title": "Lunch with Ravi", "starts_at": "2026-11-23T10:30:00Z"});
    assert_eq!(act(&app, &host, "PATCH", &at, 4, own).await.status, 200);
    assert_eq!(act(&app, &staff, "POST", &format!("{at}/revision/reject"), 1, because.clone()).await.status, 200);
    assert_eq!(act(&app, &host, "PATCH", &at, 5, json!({"title": "Tea with Ravi"})).await.status, 200);
    assert_eq!(act(&app, &staff, "POST", &format!("{at}/revision/approve"), 3, because.clone()).await.status, 200);
    assert_eq!(act(&app, &staff, "POST", &approve, 6, because).await.status, 200);
    assert_eq!(act(&app, &staff, "DELETE", &at, 6, Value::Null).await.status, 204);
    assert_eq!(act(&app, &staff, "DELETE", &at, 7, Value::Null).await.status, 204);
    let actions = [
        "event.reject",
        "event.approve",
        "event.update",
        "event_revision.reject",
        "event_revision.approve",
        "event.approve",
        "event.cancel",
    ];
    let object = format!("events/{id}");
    let expected = actions.map(|action| [action.to_owned(), staff.user_id.clone(), object.clone()]);
    assert_eq!(entries(&app), expected);
    let (fields, old, new) = change(&app, "event.reject");
    assert_eq!(fields, ["approval_status", "decision_reason"]);
    assert_eq!(old, json!({"approval_status": {"S": "pending"}}));
    assert_eq!(new, json!({"approval_status": {"S": "rejected"}}));
    let (fields, old, new) = change(&app, "event.update");
    assert_eq!(
        (fields, old, new),
        (vec!["capacity".into(), "title".into()], json!({}), json!({"capacity": {"N": "9"}}))
    );
    assert_eq!(change(&app, "event_revision.approve").0, ["reviews", "revision", "title"]);
    let all = json!(app.database.items("audit")).to_string();
    for personal in ["Asha", "Ravi", "Rao", "home"] {
        assert!(!all.contains(personal), "{personal}: {all}");
    }
}

#[tokio::test]
async fn host_who_cancels_their_own_event_has_no_entry_and_a_key_has_one() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let (own, other) = (published(&app, host, json!({})).await, published(&app, host, json!({})).await);
    assert_eq!(act(&app, host, "DELETE", &format!("/{own}"), 2, Value::Null).await.status, 204);
    let cancel = || {
        let request = organise(&app, "DELETE", &format!("/{other}")).header(("if-match", "\"2\""));
        request.header(("idempotency-key", "one")).send()
    };
    app.clock.advance(1);
    assert_eq!((cancel().await.status, cancel().await.header("idempotency-replayed")), (204, "true"));
    let cancelled: Vec<_> = entries(&app).into_iter().filter(|[action, ..]| action == "event.cancel").collect();
    assert_eq!(cancelled, [["event.cancel".to_owned(), "bootstrap".to_owned(), format!("events/{other}")]]);
    assert_eq!(entries(&app).len(), 3, "and two approvals");
}

#[tokio::test]
async fn decisions_about_guests_are_audited_once_whoever_makes_them() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let (host, guest) = (&logins[0], &logins[1]);
    let steward = login_with_role(&app, &Person::new(9), AccessRole::Steward).await;
    let id = published(&app, host, json!({"requires_approval": true})).await;
    register(&app, guest, &id, "register").await;
    let about = format!("/{id}/registrations/{}", guest.user_id);
    for (act, status) in [("decline", 200), ("decline", 200), ("approve", 200), ("approve", 200)] {
        app.clock.advance(1);
        assert_eq!(ask(&app, host, "POST", &format!("{about}/{act}")).send().await.status, status, "{act}");
    }
    let code = ask(&app, guest, "GET", &format!("/{id}/registrations/me/code")).send().await.json["code"].clone();
    let scan = || ask(&app, &steward, "POST", &format!("/{id}/checkin")).json(&json!({"code": code})).send();
    app.clock.advance(1);
    assert_eq!((scan().await.status, scan().await.error()), (200, (409, "ALREADY_CHECKED_IN")));
    let object = format!("events/{id}/registrations/{}", guest.user_id);
    let expected = [("decline", host), ("approve", host), ("check_in", &steward)]
        .map(|(act, by)| [format!("event_registration.{act}"), by.user_id.clone(), object.clone()]);
    assert_eq!(entries(&app)[1..], expected);
    let (fields, old, new) = change(&app, "event_registration.decline");
    assert_eq!(fields, ["state"]);
    assert_eq!((old, new), (json!({"state": {"S": "pending_approval"}}), json!({"state": {"S": "declined"}})));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guest_whom_many_approve_at_once_has_one_entry() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = published(&app, &logins[0], json!({"requires_approval": true})).await;
    register(&app, &logins[1], &id, "register").await;
    let about = format!("/{id}/registrations/{}/approve", logins[1].user_id);
    let requests =
        (0..8).map(|n| if n % 2 == 0 { organise(&app, "POST", &about) } else { ask(&app, &logins[0], "POST", &about) });
    let tasks: Vec<_> = requests.map(|request| tokio::spawn(request.send())).collect();
    for task in tasks {
        // The harness looks whether the request that changed something has the entry, and no other.
        assert_eq!(task.await.unwrap().status, 200);
    }
    assert_eq!(change(&app, "event_registration.approve").0, ["state"]);
}

#[tokio::test]
async fn organizer_acts_in_office_with_their_own_event_too() {
    let app = TestApp::start().await;
    let both = login_with_role(&app, &Person::new(1), AccessRole::Organizer).await;
    let created = ask(&app, &both, "POST", "").json(&event("Party")).send().await;
    let id = created.json["id"].as_str().unwrap();
    // The right spares them the review, so it is the right that they use.
    assert_eq!(act(&app, &both, "PATCH", &format!("/{id}"), 1, json!({"capacity": 5})).await.status, 200);
    assert_eq!(entries(&app), [["event.update".to_owned(), both.user_id, format!("events/{id}")]]);
}
