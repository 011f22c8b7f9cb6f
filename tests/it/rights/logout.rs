//! Logging out everywhere: other sessions end, and so does init data that Telegram signed before.

use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::ME;

const SESSIONS: &str = "/api/v1/auth/sessions";

#[tokio::test]
async fn init_data_that_was_signed_before_is_refused_but_for_that_of_the_call() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let stolen = app.signed(&person);
    let other = app.login(&person).await;
    app.clock.advance(60);
    let own = app.signed(&person);
    app.clock.advance(60);
    assert_eq!(app.auth().delete(SESSIONS).header(own.clone()).send().await.status, 204);

    let users = app.users();
    assert_eq!(users.get(ME).header(stolen.clone()).send().await.error(), (401, "INIT_DATA_REVOKED"));
    let login = app.auth().post("/api/v1/auth/login").header(stolen).send().await;
    assert_eq!(login.error(), (401, "INIT_DATA_REVOKED"));
    assert_eq!(users.get(ME).header(other.bearer()).send().await.error(), (401, "SESSION_ENDED"));
    assert_eq!(users.get(ME).header(own).send().await.status, 200);
    app.clock.advance(1);
    assert_eq!(users.get(ME).header(app.signed(&person)).send().await.status, 200);
    assert_eq!(users.get(ME).header(app.login(&person).await.bearer()).send().await.status, 200);
}

#[tokio::test]
async fn another_spelling_of_revoked_init_data_is_revoked_too() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let (name, stolen) = app.signed(&person);
    app.clock.advance(60);
    assert_eq!(app.auth().delete(SESSIONS).header(app.signed(&person)).send().await.status, 204);
    let mut fields: Vec<&str> = stolen.split('&').collect();
    fields.reverse();
    for spelling in [stolen.replace("%22", "%2").replace("%2", "%22"), fields.join("&"), stolen.clone()] {
        let response = app.users().get(ME).header((name, spelling)).send().await;
        assert_eq!(response.status, 401, "{}", response.text);
    }
}

#[tokio::test]
async fn session_of_the_call_goes_on_and_an_interrupted_logout_can_be_repeated() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let (own, other) = (app.login(&person).await, app.login(&person).await);
    app.clock.advance(1);
    for _ in 0..2 {
        assert_eq!(app.auth().delete(SESSIONS).header(own.bearer()).send().await.status, 204);
    }
    let users = app.users();
    assert_eq!(users.get(ME).header(own.bearer()).send().await.status, 200);
    assert_eq!(users.get(ME).header(other.bearer()).send().await.error(), (401, "SESSION_ENDED"));
}
