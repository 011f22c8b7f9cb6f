//! What somebody says to the bot: from the webhook through outbox, streams and queues to the bot's answer.

use reqwest::Method;
use serde_json::{Value, json};

use super::cloud::{Cloud, eventually, json as answer};

#[tokio::test(flavor = "multi_thread")]
async fn start_told_twice_is_answered_once_and_lets_the_bot_write() {
    let cloud = Cloud::running();
    let person = cloud.somebody().0.with("allows_write_to_pm", false);
    let header = cloud.header_of(&person);
    let login = cloud.request(Method::POST, "/api/v1/auth/login").header("X-Telegram-Auth", &header);
    assert_eq!(answer(login).await.1["user"]["allows_write_to_pm"], false);
    let telegram_id = person.user["id"].as_i64().expect("an id");
    let update = json!({"update_id": telegram_id, "message": {
        "message_id": 1, "date": 1_795_339_800, "text": "/start quest_welcome",
        "chat": {"id": telegram_id, "type": "private"}, "from": {"id": telegram_id, "is_bot": false, "first_name": "Asha"},
    }});
    let tell = |secret: &str| {
        let request = cloud.request(Method::POST, "/api/v1/telegram/webhook");
        answer(request.header("X-Telegram-Bot-Api-Secret-Token", secret).json(&update))
    };
    assert_eq!(tell("guessed").await.0, 401);
    let secret = cloud.variable("TELEGRAM_WEBHOOK_SECRET");
    assert_eq!(tell(secret).await, (200, json!({"status": "accepted"})));
    assert_eq!(tell(secret).await, (200, json!({"status": "repeated"})));

    let sent = eventually("an answer", || async {
        let sent = cloud.told_telegram(&telegram_id.to_string()).await;
        (!sent.is_empty()).then_some(sent)
    });
    let sent: Vec<Value> = sent.await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0]["body"].as_str().expect("a body").contains("Welcome"), "{sent:?}");
    let identity = cloud.users().identity(telegram_id).await.expect("a read").expect("the user");
    eventually("the chat's state", || async {
        let user = cloud.users().by_id(identity.user_id).await.expect("a read").expect("the user");
        user.is_reachable().then_some(())
    })
    .await;
}
