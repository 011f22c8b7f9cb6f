//! The webhook: only Telegram may call it, and what it tells is accepted once.

use serde_json::json;

use super::{SECRET, command, outbox, tell};
use crate::support::app::{TestApp, WEBHOOK_SECRET};

#[tokio::test]
async fn update_with_a_wrong_or_missing_secret_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let webhook = app.telegram();
    let update = command(1, 100, 42, "/start");
    let missing = webhook.post("/api/v1/telegram/webhook").json(&update).send().await;
    assert_eq!(missing.error(), (401, "WEBHOOK_SECRET_INVALID"));
    for wrong in ["", "test-webhook-secre", "test-webhook-secret ", "TEST-WEBHOOK-SECRET"] {
        let request = webhook.post("/api/v1/telegram/webhook").header((SECRET, wrong)).json(&update);
        assert_eq!(request.send().await.error(), (401, "WEBHOOK_SECRET_INVALID"), "{wrong:?}");
    }
    assert!(app.database.items("notifications").is_empty() && app.database.items("ephemeral").is_empty());
}

#[tokio::test]
async fn webhook_without_a_configured_secret_refuses_everybody() {
    let app = TestApp::start_with(&[("TELEGRAM_WEBHOOK_SECRET", "")]).await;
    let webhook = app.telegram();
    for secret in ["", WEBHOOK_SECRET] {
        let request = webhook.post("/api/v1/telegram/webhook").header((SECRET, secret));
        assert_eq!(request.json(&command(1, 100, 42, "/start")).send().await.status, 401, "{secret:?}");
    }
}

#[tokio::test]
async fn update_is_accepted_once_however_often_it_comes() {
    let app = TestApp::start().await;
    let update = command(7, 100, 42, "/start ref_1");
    let first = tell(&app, &update).await;
    assert_eq!((first.status, &first.json["status"]), (200, &json!("accepted")));
    let again = tell(&app, &update).await;
    assert_eq!((again.status, &again.json["status"]), (200, &json!("repeated")));
    let (payload, key) = outbox(&app, "telegram_updates").pop().expect("a message");
    assert_eq!(outbox(&app, "telegram_updates").len(), 1);
    assert_eq!(key, "telegram:7");
    let event = json!({"type": "start", "telegram_id": 42, "chat_id": 42, "payload": "ref_1"});
    let expected = json!({"v": 1, "time": {"sent_at": 100, "update_id": 7}, "event": event});
    assert_eq!(serde_json::from_str::<serde_json::Value>(&payload).expect("JSON"), expected, "no name and no text");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn update_told_eight_times_at_once_is_accepted_once() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let tellings: Vec<_> = (0..8)
        .map(|_| {
            let app = std::sync::Arc::clone(&app);
            tokio::spawn(async move { tell(&app, &command(7, 100, 42, "/stop")).await.json["status"].clone() })
        })
        .collect();
    let mut statuses = Vec::new();
    for telling in tellings {
        statuses.push(telling.await.expect("no panic"));
    }
    assert_eq!(statuses.iter().filter(|status| **status == json!("accepted")).count(), 1, "{statuses:?}");
    assert_eq!(outbox(&app, "telegram_updates").len(), 1);
}

#[tokio::test]
async fn update_that_does_not_concern_us_is_acknowledged_and_not_kept() {
    let app = TestApp::start().await;
    for update in [json!({"update_id": 1, "poll": {"id": "x"}}), command(2, 100, 42, "hello"), json!({"update_id": 3})]
    {
        let response = tell(&app, &update).await;
        assert_eq!((response.status, &response.json["status"]), (200, &json!("ignored")), "{update}");
    }
    assert!(app.database.items("notifications").is_empty() && app.database.items("ephemeral").is_empty());
}

#[tokio::test]
async fn body_that_is_no_update_is_a_bad_request() {
    let app = TestApp::start().await;
    for body in [json!({}), json!({"update_id": "x"}), json!({"update_id": 1, "message": {}})] {
        assert_eq!(tell(&app, &body).await.error(), (400, "INVALID_BODY"), "{body}");
    }
    let webhook = app.telegram();
    let request = webhook.post("/api/v1/telegram/webhook").header((SECRET, WEBHOOK_SECRET));
    let request = request.header(("content-type", "application/json")).body("{");
    assert_eq!(request.send().await.error(), (400, "INVALID_BODY"));
}

#[tokio::test]
async fn webhook_is_not_counted_by_address() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "write=1/60")]).await;
    for update_id in 0..5 {
        assert_eq!(tell(&app, &command(update_id, 100, 42, "/help")).await.status, 200);
    }
}
