//! What somebody can make the control list hold, which every instance reads every three seconds.

use ibw::control::model::KEPT_SECONDS;
use ibw::control::service::{ControlList, READ_EVERY};
use serde_json::{Value, json};

use super::session_of;
use crate::support::app::{Login, TestApp};
use crate::support::policy::Watch;
use crate::support::telegram::Person;
use crate::users::{ME, entities};

const SESSIONS: &str = "/api/v1/auth/sessions";
const LOGOUT: &str = "/api/v1/auth/logout";
const REFRESH: &str = "/api/v1/auth/refresh";

/// Entries of the control list.
fn entries(app: &TestApp) -> Vec<Value> {
    entities(app, "ephemeral", "control")
}

async fn log_out(app: &TestApp, login: &Login) -> u16 {
    app.auth().post(LOGOUT).header(login.bearer()).send().await.status
}

async fn log_out_elsewhere(app: &TestApp, login: &Login) -> u16 {
    app.auth().delete(SESSIONS).header(login.bearer()).send().await.status
}

async fn refresh(app: &TestApp, token: &str) -> (u16, String) {
    let response = app.auth().post(REFRESH).json(&json!({"refresh_token": token})).send().await;
    (response.status, response.json["refresh_token"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn nothing_is_listed_where_no_session_ends() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let login = app.login(&person).await;
    app.clock.advance(1);
    let unknown = format!("{SESSIONS}/ses_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
    for _ in 0..10 {
        assert_eq!(app.auth().post(LOGOUT).header(app.signed(&person)).send().await.status, 204);
        let refused = app.auth().delete(&unknown).header(app.signed(&person)).send().await;
        assert_eq!(refused.error(), (404, "NOT_FOUND"));
    }
    assert_eq!(entries(&app).len(), 0);
    for _ in 0..10 {
        assert_eq!(log_out_elsewhere(&app, &login).await, 204);
    }
    assert_eq!(entries(&app).len(), 1, "all logouts everywhere of a user are one entry");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_is_listed_once_however_often_its_token_logs_out() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let function = app.auth();
    let call = || function.post(LOGOUT).header(login.bearer()).send();
    let calls: Vec<_> = (0..16).map(|_| tokio::spawn(call())).collect();
    for call in calls {
        assert!([204, 401].contains(&call.await.unwrap().status));
    }
    assert_eq!(entries(&app).len(), 1);
}

#[tokio::test]
async fn account_that_logs_in_and_out_all_day_has_few_entries() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let mut last = None;
    for _ in 0..40 {
        let login = app.login(&person).await;
        assert_eq!(log_out(&app, &login).await, 204);
        assert_eq!(refresh(&app, &login.refresh_token).await.0, 401, "the session has ended in any case");
        app.clock.advance(1);
        last = Some(login);
    }
    assert_eq!(entries(&app).len(), 10);
    // The end of the last session is not listed. Logging out everywhere always is.
    let (last, own) = (last.unwrap(), app.login(&person).await);
    let stolen = app.login(&person).await;
    app.clock.advance(5);
    assert_eq!(app.users().get(ME).header(last.bearer()).send().await.status, 200, "until the token expires");
    assert_eq!(log_out_elsewhere(&app, &own).await, 204);
    for token in [&last, &stolen] {
        assert_eq!(app.users().get(ME).header(token.bearer()).send().await.error(), (401, "SESSION_ENDED"));
    }
    assert_eq!((entries(&app).len(), app.users().get(ME).header(own.bearer()).send().await.status), (11, 200));
    // Also if no session is left, as that of this token has just ended unlisted.
    assert_eq!(log_out(&app, &own).await, 204);
    app.clock.advance(1);
    assert_eq!(app.auth().delete(SESSIONS).header(app.signed(&person)).send().await.status, 204);
    app.clock.advance(5);
    assert_eq!(app.users().get(ME).header(own.bearer()).send().await.error(), (401, "SESSION_ENDED"));
    assert_eq!(entries(&app).len(), 11);
    // Others have entries of their own, and so has this account later.
    let other = app.login(&Person::new(2)).await;
    log_out(&app, &other).await;
    app.clock.advance(KEPT_SECONDS);
    log_out(&app, &app.login(&person).await).await;
    assert_eq!(entries(&app).len(), 13);
}

#[tokio::test]
async fn refresh_tokens_that_are_used_again_and_again_leave_few_entries() {
    let app = TestApp::start().await;
    for _ in 0..15 {
        let login = app.login(&Person::new(1)).await;
        let (_, next) = refresh(&app, &login.refresh_token).await;
        refresh(&app, &next).await;
        assert_eq!(refresh(&app, &login.refresh_token).await.0, 401);
    }
    assert_eq!((entries(&app).len(), entities(&app, "ephemeral", "session").len()), (10, 0));
}

#[tokio::test]
async fn logouts_everywhere_of_one_account_are_one_entry_which_each_reader_sees() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    // An instance that reads what is new all the time, and one that reads now and then.
    let (often, seldom) = (app.users(), ControlList::new(&app.platform(&Watch::over("users"))));
    let own = app.login(&person).await;
    for round in 0..30 {
        let other = app.login(&person).await;
        app.clock.advance(READ_EVERY);
        assert_eq!(often.get(ME).header(other.bearer()).send().await.status, 200);
        assert_eq!(log_out_elsewhere(&app, &own).await, 204);
        assert_eq!(entries(&app).len(), 1, "{round}");
        app.clock.advance(READ_EVERY);
        assert_eq!(often.get(ME).header(other.bearer()).send().await.error(), (401, "SESSION_ENDED"));
        assert_eq!(often.get(ME).header(own.bearer()).send().await.status, 200);
        if round % 10 == 0 {
            seldom.refresh().await;
            let user = other.user_id.parse().unwrap();
            assert!(seldom.refusal(user, session_of(&other)).is_some());
            assert!(seldom.refusal(user, session_of(&own)).is_none());
        }
    }
}

#[tokio::test]
async fn erasures_that_are_asked_for_and_cancelled_leave_one_entry() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    for _ in 0..5 {
        let login = app.login(&person).await;
        app.clock.advance(1);
        app.leave(&login).await;
        let cancel = app.users().post("/api/v1/users/me/erasure/cancel").header(app.signed(&person)).send().await;
        assert_eq!(cancel.status, 200, "{}", cancel.text);
        assert_eq!(app.users().get(ME).header(login.bearer()).send().await.error(), (401, "SESSION_ENDED"));
    }
    assert_eq!(entries(&app).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn logouts_everywhere_at_once_leave_one_entry() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    for _ in 0..8 {
        app.login(&person).await;
    }
    app.clock.advance(1);
    let function = app.auth();
    let call = || function.delete(SESSIONS).header(app.signed(&person)).send();
    let calls: Vec<_> = (0..8).map(|_| tokio::spawn(call())).collect();
    for call in calls {
        assert_eq!(call.await.unwrap().status, 204);
    }
    assert_eq!((entries(&app).len(), entities(&app, "ephemeral", "session").len()), (1, 0));
}

#[tokio::test]
async fn logging_out_is_limited_as_logging_in_is() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "write=100000/60,read=100000/60")]).await;
    let person = Person::new(1);
    let calls =
        |method: &str, path: &str| app.auth().request(method.parse().unwrap(), path).header(app.signed(&person));
    let one = format!("{SESSIONS}/ses_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
    for (method, path, expected) in [("POST", LOGOUT, 204), ("DELETE", SESSIONS, 204), ("DELETE", &one, 404)] {
        for _ in 0..10 {
            assert_eq!(calls(method, path).send().await.status, expected, "{method} {path}");
        }
        assert_eq!(calls(method, path).send().await.error(), (429, "RATE_LIMITED"), "{method} {path}");
    }
}
