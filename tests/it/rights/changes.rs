//! Rights change within five seconds, everywhere: an instance that has answered before refuses after that.

use std::collections::BTreeSet;

use ibw::control::service::{HOLDS_FOR, READ_EVERY};

use super::{BY_TELEGRAM, give, login_with};
use crate::support::app::{Login, TestApp};
use crate::support::request::TestFunction;
use crate::support::telegram::Person;
use crate::users::{ME, USERS};

/// Within so many seconds every instance knows of a change.
const KNOWN: i64 = 5;

/// What a route of each class answers a bearer token: of users, of everybody, of a right.
async fn classes(function: &TestFunction, login: &Login) -> Vec<(u16, String)> {
    let mut answers = Vec::new();
    for path in [ME, USERS, BY_TELEGRAM] {
        let answer = function.get(path).header(login.bearer()).send().await;
        answers.push((answer.status, answer.json["code"].as_str().unwrap_or_default().to_owned()));
    }
    answers
}

fn all(status: u16, code: &str) -> Vec<(u16, String)> {
    vec![(status, code.to_owned()); 3]
}

#[tokio::test]
async fn banned_user_is_refused_on_every_class_of_route_until_the_ban_ends() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let admin = login_with(&app, &person, &["admin *"]).await;
    let function = app.users();
    assert_eq!(classes(&function, &admin).await, all(200, ""));

    let change = || {
        let request = function.patch(ME).header(admin.bearer()).header(("idempotency-key", "key"));
        request.json(&serde_json::json!({"job_title": "CTO"})).send()
    };
    assert_eq!(change().await.status, 200);

    let users = &app.backstage().users.service;
    let until = app.now().plus_seconds(600);
    users.ban(admin.user_id.parse().unwrap(), Some(until), None).await.unwrap();
    app.clock.advance(KNOWN);
    assert_eq!(classes(&function, &admin).await, all(403, "ACCOUNT_BANNED"));
    assert_eq!(change().await.error(), (403, "ACCOUNT_BANNED"), "an answer of before is not repeated");
    let by_init_data = function.get(ME).header(app.signed(&person)).send().await;
    assert_eq!(by_init_data.error(), (403, "ACCOUNT_BANNED"));
    let login = app.auth().post("/api/v1/auth/login").header(app.signed(&person)).send().await;
    assert_eq!(login.error(), (403, "ACCOUNT_BANNED"));
    let token = serde_json::json!({"refresh_token": admin.refresh_token});
    let refresh = app.auth().post("/api/v1/auth/refresh").json(&token).send().await;
    assert_eq!(refresh.error(), (403, "ACCOUNT_BANNED"));

    app.clock.advance(600 - KNOWN);
    assert_eq!(function.get(ME).header(app.signed(&person)).send().await.status, 200);
    assert_eq!(classes(&function, &admin).await, all(200, ""));
}

#[tokio::test]
async fn ban_that_is_lifted_is_gone_within_seconds() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let (function, users) = (app.users(), &app.backstage().users.service);
    let id = login.user_id.parse().unwrap();
    users.ban(id, None, None).await.unwrap();
    assert_eq!(function.get(ME).header(login.bearer()).send().await.error(), (403, "ACCOUNT_BANNED"));
    app.clock.advance(1);
    users.unban(id).await.unwrap();
    app.clock.advance(KNOWN);
    assert_eq!(function.get(ME).header(login.bearer()).send().await.status, 200);
}

#[tokio::test]
async fn role_that_is_taken_away_or_given_counts_for_tokens_that_exist() {
    let app = TestApp::start().await;
    let login = login_with(&app, &Person::new(1), &["admin *"]).await;
    let attendee = app.login(&Person::new(2)).await;
    let function = app.users();
    let status = async |login: &Login| function.get(BY_TELEGRAM).header(login.bearer()).send().await.status;
    assert_eq!((status(&login).await, status(&attendee).await), (200, 403));
    give(&app, &login, &[]).await;
    give(&app, &attendee, &["admin *"]).await;
    app.clock.advance(KNOWN);
    assert_eq!((status(&login).await, status(&attendee).await), (403, 200));
}

#[tokio::test]
async fn session_that_ended_is_refused_though_its_token_is_valid() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let (first, second) = (login_with(&app, &person, &["admin *"]).await, app.login(&person).await);
    let function = app.users();
    assert_eq!(classes(&function, &first).await, all(200, ""));
    assert_eq!(app.auth().post("/api/v1/auth/logout").header(first.bearer()).send().await.status, 204);
    app.clock.advance(KNOWN);
    assert_eq!(classes(&function, &first).await, all(401, "SESSION_ENDED"));
    assert_eq!(classes(&function, &second).await, all(200, ""));
}

#[tokio::test]
async fn key_that_is_revoked_is_refused_at_once_and_so_is_its_token() {
    let app = TestApp::start().await;
    let backstage = app.backstage();
    let scopes = BTreeSet::from(["users:read".to_owned()]);
    let (stored, key) = backstage.auth.service.create_api_key("reader", scopes, None).await.unwrap();
    app.login(&Person::new(1)).await;
    let key = ("x-api-key", key.expose().to_owned());
    let token = app.auth().post("/api/v1/auth/admin/token").header(key.clone()).send().await;
    let bearer = ("authorization", format!("Bearer {}", token.json["access_token"].as_str().unwrap()));
    let function = app.users();
    for credential in [&key, &bearer] {
        assert_eq!(function.get(BY_TELEGRAM).header(credential.clone()).send().await.status, 200);
    }
    backstage.auth.service.revoke_api_key(stored.id).await.unwrap();
    for credential in [key, bearer] {
        let refused = function.get(BY_TELEGRAM).header(credential).send().await;
        assert_eq!(refused.error(), (401, "API_KEY_INVALID"));
    }
}

#[tokio::test]
async fn control_list_is_read_once_in_three_seconds_and_adds_no_other_request() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let function = app.users();
    let request = function.get(ME).header(login.bearer());
    for _ in 0..5 {
        request.clone().send().await;
    }
    let calls: Vec<String> = function.watch.take().into_iter().map(|call| call.operation).collect();
    assert_eq!(
        (function.watch.control_reads(), calls),
        (1, ["UpdateItem", "GetItem"].repeat(5).into_iter().map(str::to_owned).collect::<Vec<_>>())
    );
    app.clock.advance(READ_EVERY);
    request.send().await;
    assert_eq!(function.watch.control_reads(), 2);
}

#[tokio::test]
async fn list_that_cannot_be_read_holds_for_a_minute_and_then_closes_routes_of_staff_only() {
    let app = TestApp::start().await;
    let admin = login_with(&app, &Person::new(1), &["admin *"]).await;
    let function = app.users();
    let status = async |path: &str| function.get(path).header(admin.bearer()).send().await.status;
    assert_eq!(status(BY_TELEGRAM).await, 200);
    function.watch.refuse_control_reads();
    app.clock.advance(HOLDS_FOR);
    assert_eq!(status(BY_TELEGRAM).await, 200);
    app.clock.advance(READ_EVERY);
    let closed = function.get(BY_TELEGRAM).header(admin.bearer()).send().await;
    assert_eq!(closed.error(), (503, "UNAVAILABLE"));
    assert_eq!((status(ME).await, status(USERS).await), (200, 200));
    // An admin reads the directory as any user does: private profiles are not shown.
    let other = app.login(&Person::new(2)).await;
    crate::users::patch(&app, &other, &serde_json::json!({"visibility": "private"})).await;
    assert_eq!(status(&format!("{USERS}/{}", other.user_id)).await, 404);
}
