//! Telegram: what the bot says and asks, and what Telegram tells it.

mod client;
mod updates;
mod webhook;

use serde_json::{Value, json};

use crate::support::app::{TestApp, WEBHOOK_SECRET};
use crate::support::request::TestResponse;

const SECRET: &str = "x-telegram-bot-api-secret-token";

/// Tells the webhook something, as Telegram does.
async fn tell(app: &TestApp, update: &Value) -> TestResponse {
    let webhook = app.telegram();
    webhook.post("/api/v1/telegram/webhook").header((SECRET, WEBHOOK_SECRET)).json(update).send().await
}

/// A command in a private chat.
fn command(update_id: i64, date: i64, telegram_id: i64, text: &str) -> Value {
    json!({"update_id": update_id, "message": {
        "message_id": 1, "date": date, "text": text, "chat": {"id": telegram_id, "type": "private"},
        "from": {"id": telegram_id, "is_bot": false, "first_name": "Asha"},
    }})
}

/// The payloads and dedupe keys in the outbox of a topic.
fn outbox(app: &TestApp, topic: &str) -> Vec<(String, String)> {
    let text = |item: &Value, name: &str| item[name]["S"].as_str().expect("a text").to_owned();
    let items = app.database.items("notifications");
    let of_topic = items.iter().filter(|item| item["entity"]["S"] == "outbox" && item["topic"]["S"] == topic);
    of_topic.map(|item| (text(item, "payload"), text(item, "dedupe_key"))).collect()
}
