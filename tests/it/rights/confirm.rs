//! Fresh proof: what sensitive acts ask for, and the code that the bot sends.

use ibw::auth::confirmation::FRESH_SECONDS;
use ibw::one_time_code::VALID_FOR;
use serde_json::{Value, json};

use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{ME, entities};

const CONFIRM: &str = "/api/v1/auth/confirm";

/// A user to whom the bot may write.
async fn reachable(app: &TestApp, id: i64) -> Login {
    app.login(&Person::new(id).with("allows_write_to_pm", true)).await
}

async fn ask(app: &TestApp, login: &Login) -> TestResponse {
    app.auth().post(CONFIRM).header(login.bearer()).send().await
}

async fn enter(app: &TestApp, login: &Login, code: &str) -> TestResponse {
    let request = app.auth().post("/api/v1/auth/confirm/verify").header(login.bearer());
    request.json(&json!({"code": code})).send().await
}

/// The code of the newest message to the bot.
fn code(app: &TestApp) -> String {
    let mut messages: Vec<Value> = entities(app, "users", "outbox")
        .into_iter()
        .filter(|item| item["topic"]["S"] == "notification_urgent")
        .collect();
    messages.sort_by_key(|item| item["sk"]["S"].to_string());
    let payload: Value = serde_json::from_str(messages.last().unwrap()["payload"]["S"].as_str().unwrap()).unwrap();
    payload["code"].as_str().unwrap().to_owned()
}

async fn erase(app: &TestApp, credential: (&'static str, String)) -> TestResponse {
    app.users().delete(ME).header(credential).send().await
}

#[tokio::test]
async fn init_data_is_fresh_proof_for_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let signed = app.signed(&Person::new(1));
    app.clock.advance(FRESH_SECONDS);
    let refused = erase(&app, signed.clone()).await;
    assert_eq!(refused.error(), (401, "FRESH_PROOF_REQUIRED"));
    let ways: Vec<&str> = crate::users::places(&refused);
    assert_eq!(ways, ["init_data", "code", "scope"]);
    app.clock.advance(-1);
    assert_eq!(erase(&app, signed).await.status, 202);
}

#[tokio::test]
async fn right_code_is_fresh_proof_for_the_credential_that_entered_it() {
    let app = TestApp::start().await;
    let login = reachable(&app, 1).await;
    let other = reachable(&app, 1).await;
    assert_eq!(erase(&app, login.bearer()).await.error(), (401, "FRESH_PROOF_REQUIRED"));
    assert_eq!(ask(&app, &login).await.status, 202);
    assert_eq!(erase(&app, login.bearer()).await.error(), (401, "FRESH_PROOF_REQUIRED"));
    assert_eq!(enter(&app, &login, &code(&app)).await.status, 204);
    assert_eq!(erase(&app, other.bearer()).await.error(), (401, "FRESH_PROOF_REQUIRED"));
    app.clock.advance(VALID_FOR - 1);
    assert_eq!(erase(&app, login.bearer()).await.status, 202);
}

#[tokio::test]
async fn confirmation_ends_with_its_code() {
    let app = TestApp::start().await;
    let login = reachable(&app, 1).await;
    ask(&app, &login).await;
    assert_eq!(enter(&app, &login, &code(&app)).await.status, 204);
    app.clock.advance(VALID_FOR);
    assert_eq!(erase(&app, login.bearer()).await.error(), (401, "FRESH_PROOF_REQUIRED"));
    assert_eq!(enter(&app, &login, &code(&app)).await.error(), (422, "CONFIRMATION_CODE_EXPIRED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn code_can_be_guessed_five_times_however_many_try_at_once() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "code=100000/60")]).await;
    let login = reachable(&app, 1).await;
    ask(&app, &login).await;
    let right = code(&app);
    let wrong = |n: u32| format!("{:06}", (right.parse::<u32>().unwrap() + 1 + n) % 1_000_000);
    let request = app.auth().post("/api/v1/auth/confirm/verify").header(login.bearer());
    let guesses: Vec<_> =
        (0..20).map(|n| tokio::spawn(request.clone().json(&json!({"code": wrong(n)})).send())).collect();
    let mut counted = 0;
    for guess in guesses {
        let response = guess.await.unwrap();
        counted += usize::from(response.error() == (422, "CONFIRMATION_CODE_WRONG"));
    }
    assert_eq!(counted, 5);
    assert_eq!(enter(&app, &login, &right).await.error(), (422, "CONFIRMATION_CODE_EXPIRED"));
    // A new code starts anew, and the old one is worth nothing.
    app.clock.advance(1);
    ask(&app, &login).await;
    assert_eq!(enter(&app, &login, &right).await.error(), (422, "CONFIRMATION_CODE_WRONG"));
    assert_eq!(enter(&app, &login, &code(&app)).await.status, 204);
}

#[tokio::test]
async fn user_to_whom_the_bot_may_not_write_is_told_to_start_it() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1).with("allows_write_to_pm", false)).await;
    assert_eq!(ask(&app, &login).await.error(), (409, "BOT_NOT_STARTED"));
    assert_eq!(entities(&app, "users", "outbox"), [] as [Value; 0]);
}
