//! Which of several credentials counts, and routes that do not look at any.

use axum::routing::get;
use ibw::http::{Router, Routes};

use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::telegram::Person;
use crate::users::{ME, USERS, entities};

#[tokio::test]
async fn telegrams_signature_counts_before_the_token_and_the_token_before_the_key() {
    let app = TestApp::start().await;
    let (first, second) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    let key = ("x-api-key", ADMIN_API_KEY.to_owned());
    let me = app.users().get(ME).header(app.signed(&Person::new(1))).header(second.bearer()).header(key.clone());
    assert_eq!(me.send().await.json["id"], *first.user_id);
    let me = app.users().get(ME).header(second.bearer()).header(key);
    assert_eq!(me.send().await.json["id"], *second.user_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn first_requests_at_once_by_telegrams_signature_make_one_user() {
    let app = TestApp::start().await;
    let request = app.users().get(ME).header(app.signed(&Person::new(1)));
    let running: Vec<_> = (0..16).map(|_| tokio::spawn(request.clone().send())).collect();
    let mut ids = std::collections::BTreeSet::new();
    for task in running {
        let response = task.await.unwrap();
        assert_eq!(response.status, 200, "{}", response.text);
        ids.insert(response.json["id"].to_string());
    }
    assert_eq!((ids.len(), entities(&app, "users", "user").len()), (1, 1));
}

#[tokio::test]
async fn credential_that_does_not_hold_is_401_whatever_else_would() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let bad_signature = ("x-telegram-auth", app.signed(&Person::new(1)).1.replace("Asha1", "Asha2"));
    let bearer = |token: &str| ("authorization", format!("Bearer {token}"));
    let key = ("x-api-key", ADMIN_API_KEY.to_owned());
    // The second path is for anybody who is somebody or nobody: a bad credential is neither.
    for path in [ME, USERS] {
        for (credentials, code) in [
            ([bad_signature.clone(), login.bearer()], "INIT_DATA_SIGNATURE_INVALID"),
            ([("x-telegram-auth", String::new()), login.bearer()], "INIT_DATA_MALFORMED"),
            ([bearer("nonsense"), key.clone()], "TOKEN_INVALID"),
            ([("authorization", "Basic YTpi".to_owned()), key.clone()], "TOKEN_INVALID"),
            ([("authorization", String::new()), key.clone()], "TOKEN_INVALID"),
            ([("x-api-key", "nonsense".to_owned()), ("x-nothing", String::new())], "API_KEY_INVALID"),
        ] {
            let [first, second] = credentials;
            let response = app.users().get(path).header(first.clone()).header(second).send().await;
            assert_eq!(response.error(), (401, code), "{path} {first:?}");
        }
    }
}

#[tokio::test]
async fn route_that_is_public_does_not_look_at_credentials() {
    let app = TestApp::start().await;
    let function = app.function("users", Router::default().undocumented("/api/v1/test", get(async || "open")));
    let response = function.get("/api/v1/test").header(("authorization", "Bearer nonsense")).send().await;
    assert_eq!((response.status, response.text.as_str()), (200, "open"));
}
