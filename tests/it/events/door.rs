//! The door: a guest's code, and being checked in once.

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{ask, people, published, register, stored};
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::login_with_role;

async fn code(app: &TestApp, guest: &Login, event: &str) -> String {
    let response = register(app, guest, event, "show").await;
    assert_eq!(response.status, 200);
    let response = ask(app, guest, "GET", &format!("/{event}/registrations/me/code")).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    response.json["code"].as_str().unwrap().to_owned()
}

async fn scan(app: &TestApp, by: &Login, event: &str, code: &str) -> TestResponse {
    ask(app, by, "POST", &format!("/{event}/checkin")).json(&json!({"code": code})).send().await
}

#[tokio::test]
async fn guest_is_checked_in_once_by_host_or_staff() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 3).await;
    let id = published(&app, &logins[0], json!({})).await;
    let mut codes = Vec::new();
    for guest in &logins[1..] {
        register(&app, guest, &id, "register").await;
        codes.push(code(&app, guest, &id).await);
    }
    assert_eq!(codes[0], code(&app, &logins[1], &id).await);
    assert_eq!(scan(&app, &logins[1], &id, &codes[0]).await.error(), (403, "FORBIDDEN"));
    let entered = scan(&app, &logins[0], &id, &codes[0]).await;
    assert_eq!((entered.status, &entered.json["first_name"]), (200, &json!("Asha2")), "{}", entered.text);
    assert_eq!(entered.json["checked_in_at"], "2026-11-22T09:30:00.000Z");
    assert_eq!(scan(&app, &logins[0], &id, &codes[0]).await.error(), (409, "ALREADY_CHECKED_IN"));
    let steward = login_with_role(&app, &Person::new(9), AccessRole::Steward).await;
    assert_eq!(scan(&app, &steward, &id, &codes[1]).await.status, 200);
    assert_eq!(register(&app, &logins[1], &id, "cancel").await.error(), (409, "ALREADY_CHECKED_IN"));
    let away = ask(&app, &logins[0], "POST", &format!("/{id}/registrations/{}/decline", logins[1].user_id));
    assert_eq!(away.send().await.error(), (409, "ALREADY_CHECKED_IN"));
    let (seats, _) = stored(&app, &id).await;
    assert_eq!((seats.tally.checked_in, seats.tally.taken), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_scanned_at_several_doors_at_once_checks_in_once() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = published(&app, &logins[0], json!({})).await;
    register(&app, &logins[1], &id, "register").await;
    let code = code(&app, &logins[1], &id).await;
    let events = app.events();
    let doors: Vec<_> = (0..8)
        .map(|_| {
            let request = events.post(&format!("{}/{id}/checkin", super::EVENTS)).header(logins[0].bearer());
            tokio::spawn(request.json(&json!({"code": code})).send())
        })
        .collect();
    let mut statuses = Vec::new();
    for door in doors {
        statuses.push(door.await.unwrap().status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(stored(&app, &id).await.0.tally.checked_in, 1);
}

#[tokio::test]
async fn code_that_is_forged_of_another_event_or_without_a_seat_is_refused() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 3).await;
    let host = &logins[0];
    let (id, other) = (published(&app, host, json!({"capacity": 1})).await, published(&app, host, json!({})).await);
    register(&app, &logins[1], &id, "register").await;
    register(&app, &logins[1], &other, "register").await;
    register(&app, &logins[2], &id, "register").await;
    let elsewhere = code(&app, &logins[1], &other).await;
    let own = code(&app, &logins[1], &id).await;
    for bad in [elsewhere.as_str(), "nonsense", &own[..own.len() - 2], &format!("{own}A")] {
        assert_eq!(scan(&app, host, &id, bad).await.error(), (422, "CHECKIN_CODE_INVALID"), "{bad}");
    }
    let waiting = ask(&app, &logins[2], "GET", &format!("/{id}/registrations/me/code")).send().await;
    assert_eq!(waiting.error(), (409, "REGISTRATION_STATE_CONFLICT"));
    register(&app, &logins[1], &id, "cancel").await;
    assert_eq!(scan(&app, host, &id, &own).await.error(), (409, "REGISTRATION_STATE_CONFLICT"));
    let nobody = ask(&app, host, "GET", &format!("/{id}/registrations/me/code")).send().await;
    assert_eq!(nobody.error(), (404, "NOT_FOUND"));
    for body in [json!({}), json!({"code": ""}), json!({"code": "x", "more": 1})] {
        let refused = ask(&app, host, "POST", &format!("/{id}/checkin")).json(&body).send().await;
        assert_eq!(refused.error(), (400, "INVALID_BODY"), "{body}");
    }
    let registrations = stored(&app, &id).await.1;
    assert_eq!(registrations.iter().filter(|one| one.checked_in_at.is_some()).count(), 0);
}

#[tokio::test]
async fn cancelled_event_has_no_door() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = published(&app, &logins[0], json!({})).await;
    register(&app, &logins[1], &id, "register").await;
    let code = code(&app, &logins[1], &id).await;
    let cancelled = ask(&app, &logins[0], "DELETE", &format!("/{id}")).header(("if-match", "\"2\"")).send().await;
    assert_eq!((cancelled.status, cancelled.json), (204, Value::Null));
    assert_eq!(scan(&app, &logins[0], &id, &code).await.error(), (409, "EVENT_NOT_OPEN"));
}
