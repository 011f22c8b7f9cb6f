//! Refresh tokens: each works once, and again for a moment.

use serde_json::json;

use super::REFRESH;
use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::entities;

#[tokio::test]
async fn refresh_rotates_and_a_reused_token_ends_the_session() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(42)).await;
    let refresh = |token: String| app.auth().post(REFRESH).json(&json!({"refresh_token": token})).send();
    let second = refresh(login.refresh_token.clone()).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let token = second.json["refresh_token"].as_str().unwrap().to_owned();
    let third = refresh(token).await;
    assert_eq!(third.status, 200, "{}", third.text);
    assert_eq!(refresh(login.refresh_token).await.error(), (401, "REFRESH_TOKEN_REUSED"));
    let latest = third.json["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(refresh(latest).await.error(), (401, "SESSION_ENDED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_of_one_token_at_once_gives_tokens_of_one_generation() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(42)).await;
    let function = app.auth();
    let refresh = |token: &str| function.post(REFRESH).json(&json!({"refresh_token": token})).send();
    let refreshes: Vec<_> = (0..16).map(|_| tokio::spawn(refresh(&login.refresh_token))).collect();
    let mut tokens = Vec::new();
    for refresh in refreshes {
        let response = refresh.await.unwrap();
        assert_eq!(response.status, 200, "{}", response.text);
        tokens.push(response.json["refresh_token"].as_str().unwrap().to_owned());
    }
    // All but the first of them were answered by a request that changed nothing.
    assert_eq!(entities(&app, "ephemeral", "session")[0]["generation"]["N"], "1");
    assert_eq!(refresh(&tokens[0]).await.status, 200);
    app.clock.advance(31);
    assert_eq!(refresh(&tokens[15]).await.error(), (401, "REFRESH_TOKEN_REUSED"));
}

#[tokio::test]
async fn refresh_token_before_the_current_one_works_for_thirty_seconds() {
    for (seconds, generations, expected) in [(29, 1, 200), (30, 1, 401), (0, 2, 401)] {
        let app = TestApp::start().await;
        let login = app.login(&Person::new(42)).await;
        let refresh = |token: &str| app.auth().post(REFRESH).json(&json!({"refresh_token": token})).send();
        let mut token = login.refresh_token.clone();
        for _ in 0..generations {
            token = refresh(&token).await.json["refresh_token"].as_str().unwrap().to_owned();
        }
        app.clock.advance(seconds);
        let again = refresh(&login.refresh_token).await;
        assert_eq!(again.status, expected, "{seconds} s, {generations} generations: {}", again.text);
        // Whoever has the current token goes on, unless the session has ended.
        assert_eq!(refresh(&token).await.status, expected);
    }
}
