//! Logging out everywhere: other sessions end, and so does init data that Telegram signed before.

use ibw::auth::error::AuthError;
use ibw::users::standing::Kept;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::gate::Gate;
use crate::support::telegram::Person;
use crate::users::{ME, entities};

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

const REFRESH: &str = "/api/v1/auth/refresh";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn login_that_races_a_logout_everywhere_leaves_no_session() {
    // Before each call of a login: the reads, and the write of the session.
    for call in 1..=3 {
        let app = TestApp::start().await;
        let person = Person::new(1);
        app.login(&person).await;
        let stolen = app.signed(&person).1;
        app.clock.advance(60);
        let gate = Gate::before(call);
        let service = app.over(&gate).auth.service.clone();
        let proof = service.verify_init_data(&stolen).unwrap();
        let logout = async {
            let answer = app.auth().delete(SESSIONS).header(app.signed(&person)).send().await;
            assert_eq!(answer.status, 204, "{}", answer.text);
            // The clock of the thief's instance is ahead.
            app.clock.advance(1);
        };
        let raced = gate.holds(move || async move { service.login(&proof, None).await.map(|_| ()) }, logout).await;
        assert!(matches!(raced, Err(AuthError::InitDataRevoked)), "{call}: {raced:?}");
        assert_eq!(entities(&app, "ephemeral", "session").len(), 0, "{call}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn login_that_races_a_ban_leaves_no_session() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let login = app.login(&person).await;
    let sessions = entities(&app, "ephemeral", "session").len();
    let gate = Gate::before(3);
    let service = app.over(&gate).auth.service.clone();
    let proof = service.verify_init_data(&app.signed(&person).1).unwrap();
    let users = app.backstage().users.service.clone();
    let ban = async {
        users.ban(login.user_id.parse().unwrap(), None, None).await.unwrap();
    };
    let raced = gate.holds(move || async move { service.login(&proof, None).await.map(|_| ()) }, ban).await;
    assert!(matches!(raced, Err(AuthError::Banned)), "{raced:?}");
    assert_eq!(entities(&app, "ephemeral", "session").len(), sessions);
}

#[tokio::test]
async fn session_that_an_interrupted_logout_left_behind_cannot_refresh() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let (own, stolen) = (app.login(&person).await, app.login(&person).await);
    app.clock.advance(60);
    // The first write of a logout everywhere, after which the instance dies.
    let session = super::session_of(&own);
    let users = app.backstage().users.service.clone();
    users.revoke_logins(own.user_id.parse().unwrap(), &Kept::Session(session)).await.unwrap();
    let refresh = async |token: &str| app.auth().post(REFRESH).json(&json!({"refresh_token": token})).send().await;
    assert_eq!(refresh(&stolen.refresh_token).await.error(), (401, "SESSION_ENDED"));
    assert_eq!(entities(&app, "ephemeral", "session").len(), 1, "it is deleted");
    assert_eq!(app.users().get(ME).header(stolen.bearer()).send().await.error(), (401, "SESSION_ENDED"));
    assert_eq!(refresh(&own.refresh_token).await.status, 200);
    // A login after it is none of its concern.
    app.clock.advance(1);
    let later = app.login(&person).await;
    assert_eq!(refresh(&later.refresh_token).await.status, 200);
}

#[tokio::test]
async fn session_that_has_ended_does_not_come_back_by_a_logout_of_its_own() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let (own, stolen) = (app.login(&person).await, app.login(&person).await);
    app.clock.advance(60);
    // An instance that has not read the list since.
    let thief = app.auth();
    assert_eq!(thief.get(SESSIONS).header(stolen.bearer()).send().await.status, 200);
    assert_eq!(app.auth().delete(SESSIONS).header(own.bearer()).send().await.status, 204);
    app.login(&person).await;
    assert_eq!(thief.delete(SESSIONS).header(stolen.bearer()).send().await.status, 204);
    app.clock.advance(5);
    assert_eq!(app.users().get(ME).header(stolen.bearer()).send().await.error(), (401, "SESSION_ENDED"));
    let refresh = app.auth().post(REFRESH).json(&json!({"refresh_token": stolen.refresh_token})).send().await;
    assert_eq!(refresh.error(), (401, "SESSION_ENDED"));
}
