//! What follows from what Telegram tells, however often and in whatever order it comes.

use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::users::model::ChatState;
use serde_json::{Value, json};
use telegram_updates::Worker;

use super::{command, outbox, tell};
use crate::support::app::TestApp;
use crate::support::aws::{Sqs, failures, queue_record};
use crate::support::telegram::Person;
use crate::users::me;

/// The worker, under its policy.
async fn worker(app: &TestApp, sqs: &Sqs) -> Worker {
    let (mut env, aws) = sqs.configuration(&[("QUEUE_URL", "updates"), ("DEAD_LETTER_QUEUE_URL", "dead")]);
    let consumer = Consumer::read(&mut env, &aws, Random::System);
    let (domains, _) = app.domains("telegram-updates");
    env.finish(Worker::new(consumer, domains.telegram.service)).expect("a sound environment")
}

/// Has all that the webhook accepted worked on, in this order of the update ids.
async fn work(app: &TestApp, order: &[i64]) {
    let sqs = Sqs::start(&[]).await;
    let worker = worker(app, &sqs).await;
    let accepted = outbox(app, "telegram_updates");
    for id in order {
        let key = format!("telegram:{id}");
        let (payload, _) = accepted.iter().find(|(_, other)| *other == key).expect("an accepted update");
        let event = json!({"Records": [queue_record("m", payload, &key, 1)]});
        let response = worker.handle(serde_json::from_value(event).expect("an event")).await.expect("an answer");
        assert!(failures(response).is_empty());
    }
    assert!(sqs.calls("SendMessage").await.is_empty(), "nothing was poison");
}

async fn chat(app: &TestApp, user_id: &str) -> ChatState {
    app.backstage().users.service.get(user_id.parse().expect("an id")).await.expect("the user").chat
}

fn member_change(id: i64, date: i64, kind: &str, chat: (i64, &str), account: i64, status: &str) -> Value {
    json!({"update_id": id, kind: {
        "date": date, "chat": {"id": chat.0, "type": chat.1}, "from": {"id": account},
        "old_chat_member": {"user": {"id": account}, "status": "left"},
        "new_chat_member": {"user": {"id": account}, "status": status},
    }})
}

#[tokio::test]
async fn start_and_stop_decide_whether_the_bot_may_write() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(42)).await;
    let user = login.user_id.clone();
    assert_eq!(chat(&app, &user).await, ChatState::Unknown);
    for (id, text, expected) in [
        (1, "/start quest_welcome", ChatState::Started),
        (2, "/stop", ChatState::Stopped),
        (3, "/start", ChatState::Started),
    ] {
        assert_eq!(tell(&app, &command(id, 100 + id, 42, text)).await.status, 200);
        work(&app, &[id, id]).await;
        assert_eq!(chat(&app, &user).await, expected, "{text}");
        let profile = me(&app, &login).await;
        let reachable = expected == ChatState::Started;
        assert_eq!(
            (&profile["reachable"], &profile["allows_write_to_pm"]),
            (&json!(reachable), &json!(false)),
            "{text}"
        );
    }
    let starts = app.backstage().users.service.starts(user.parse().expect("an id")).await.expect("the starts");
    assert_eq!(starts.iter().map(|start| start.parameter.as_str()).collect::<Vec<_>>(), ["quest_welcome"]);
}

#[tokio::test]
async fn command_is_answered_once_in_five_seconds() {
    let app = TestApp::start().await;
    let commands = [(1, 100, "/start"), (2, 101, "/start"), (3, 104, "/help"), (4, 104, "/stop"), (5, 106, "/start")];
    for (id, at, text) in commands {
        tell(&app, &command(id, at, 42, text)).await;
    }
    work(&app, &[1, 2, 3, 4, 5, 1]).await;
    let mut replies: Vec<(String, Value)> = outbox(&app, "notification_urgent")
        .into_iter()
        .map(|(payload, key)| (key, serde_json::from_str(&payload).expect("JSON")))
        .collect();
    replies.sort_by(|one, other| one.0.cmp(&other.0));
    replies.dedup();
    let reply = |time: i64, reply: &str| {
        let key = format!("telegram:42:{reply}:{time}");
        (key, json!({"type": "reply", "v": 1, "chat_id": 42, "reply": reply}))
    };
    // A reply is sent once by its key. The five seconds of this chat begin two seconds before those of the clock.
    assert_eq!(replies, [reply(21, "help"), reply(21, "stopped"), reply(20, "welcome"), reply(21, "welcome")]);
}

#[tokio::test]
async fn answer_is_in_the_language_of_the_update_or_of_the_last_login() {
    let app = TestApp::start().await;
    app.login(&Person::new(42).with("language_code", "hi")).await;
    let mut told = command(1, 100, 42, "/START");
    told["message"]["from"]["language_code"] = json!("zh-Hans");
    tell(&app, &told).await;
    tell(&app, &command(2, 100, 42, "/help")).await;
    tell(&app, &command(3, 100, 43, "/help")).await;
    work(&app, &[1, 2, 3]).await;
    let answers: Vec<Value> = outbox(&app, "notification_urgent")
        .into_iter()
        .map(|(payload, _)| serde_json::from_str(&payload).expect("JSON"))
        .collect();
    let language = |chat: i64, reply: &str| {
        let answer = answers.iter().find(|answer| answer["chat_id"] == chat && answer["reply"] == reply);
        answer.expect("an answer")["language"].clone()
    };
    let languages = [language(42, "welcome"), language(42, "help"), language(43, "help")];
    assert_eq!(languages, [json!("zh-Hans"), json!("hi"), Value::Null]);
}

#[tokio::test]
async fn updates_in_the_wrong_order_leave_what_the_last_one_said() {
    let app = TestApp::start().await;
    let user = app.login(&Person::new(42)).await.user_id;
    tell(&app, &command(1, 100, 42, "/start")).await;
    tell(&app, &command(2, 100, 42, "/stop")).await;
    tell(&app, &member_change(3, 101, "chat_member", (-100, "supergroup"), 42, "member")).await;
    tell(&app, &member_change(4, 102, "chat_member", (-100, "supergroup"), 42, "left")).await;
    work(&app, &[4, 2, 3, 1]).await;
    assert_eq!(chat(&app, &user).await, ChatState::Stopped);
    assert!(!is_member(&app, 42, -100).await);
}

#[tokio::test]
async fn block_and_its_end_are_told_apart_from_stop() {
    let app = TestApp::start().await;
    let user = app.login(&Person::new(42)).await.user_id;
    let private = (42, "private");
    let changes = [
        (member_change(1, 101, "my_chat_member", private, 42, "kicked"), ChatState::Blocked),
        (member_change(2, 102, "my_chat_member", private, 42, "member"), ChatState::Started),
        (command(3, 103, 42, "/stop"), ChatState::Stopped),
        (member_change(4, 104, "my_chat_member", private, 42, "member"), ChatState::Stopped),
    ];
    for (n, (update, expected)) in (1..).zip(changes) {
        tell(&app, &update).await;
        work(&app, &[n]).await;
        assert_eq!(chat(&app, &user).await, expected, "{update}");
    }
}

#[tokio::test]
async fn somebody_without_an_account_is_answered_and_not_stored() {
    let app = TestApp::start().await;
    tell(&app, &command(1, 100, 42, "/start ref_1")).await;
    work(&app, &[1]).await;
    assert_eq!(outbox(&app, "notification_urgent").len(), 1);
    assert!(app.database.items("users").is_empty());
}

#[tokio::test]
async fn membership_of_somebody_without_an_account_is_not_stored_until_they_have_one() {
    let app = TestApp::start().await;
    let joined = |update, time| member_change(update, time, "chat_member", (-100, "supergroup"), 42, "member");
    tell(&app, &joined(1, 101)).await;
    tell(&app, &member_change(2, 102, "my_chat_member", (-100, "supergroup"), 9, "member")).await;
    work(&app, &[1, 2]).await;
    let memberships = || crate::users::entities(&app, "notifications", "membership");
    let kept: Vec<_> = memberships().iter().map(|item| item["pk"]["S"].clone()).collect();
    assert_eq!(kept, ["TELEGRAM#BOT"], "only the bot's own");
    let login = app.login(&Person::new(42)).await;
    tell(&app, &joined(3, 103)).await;
    work(&app, &[3]).await;
    assert!(is_member(&app, 42, -100).await);
    // What comes late, after the erasure, is not stored either.
    app.leave(&login).await;
    app.clock.advance(7 * 24 * 3600);
    assert_eq!(app.privacy().erase_due(10).await.expect("erasures").done, 1);
    work(&app, &[3]).await;
    assert_eq!(memberships().len(), 1);
}

async fn is_member(app: &TestApp, telegram_id: i64, chat_id: i64) -> bool {
    app.backstage().telegram.service.is_member(telegram_id, chat_id).await.expect("an answer")
}

#[tokio::test]
async fn membership_of_groups_is_known_exported_and_erased_with_the_user() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(42)).await;
    tell(&app, &member_change(1, 101, "chat_member", (-100, "supergroup"), 42, "member")).await;
    tell(&app, &member_change(2, 102, "chat_member", (-200, "supergroup"), 42, "kicked")).await;
    tell(&app, &member_change(3, 103, "my_chat_member", (-100, "supergroup"), 9, "member")).await;
    work(&app, &[1, 2, 3, 1]).await;
    assert!(is_member(&app, 42, -100).await && !is_member(&app, 42, -200).await && !is_member(&app, 43, -100).await);
    let export = app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    let groups: Vec<_> = export.json["telegram_groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| (group["chat_id"].as_i64(), group["is_member"].as_bool()))
        .collect();
    assert_eq!(groups, [(Some(-100), Some(true)), (Some(-200), Some(false))]);
    app.leave(&login).await;
    app.clock.advance(7 * 24 * 3600);
    assert_eq!(app.privacy().erase_due(10).await.expect("erasures").done, 1);
    assert!(!is_member(&app, 42, -100).await);
    assert!(app.database.items("notifications").iter().all(|item| item["pk"]["S"] != "TELEGRAM#42"));
}

#[tokio::test]
async fn group_that_moved_is_followed() {
    let app = TestApp::start().await;
    let mut update = command(1, 100, 42, "");
    update["message"]["chat"] = json!({"id": -100, "type": "group"});
    update["message"]["migrate_to_chat_id"] = json!(-1000);
    tell(&app, &update).await;
    work(&app, &[1]).await;
    let moved = app.database.items("notifications").into_iter().find(|item| item["entity"]["S"] == "moved_chat");
    assert_eq!(moved.expect("the move")["to"]["N"], "-1000");
}

#[tokio::test]
async fn message_that_is_none_is_buried() {
    let app = TestApp::start().await;
    let sqs = Sqs::start(&[]).await;
    let worker = worker(&app, &sqs).await;
    let bodies = ["", "{}", r#"{"v":2,"time":{"sent_at":1,"update_id":1},"event":{"type":"help","chat_id":1}}"#];
    let records: Vec<_> =
        bodies.iter().enumerate().map(|(n, body)| queue_record(&n.to_string(), body, "k", 1)).collect();
    let event = serde_json::from_value(json!({"Records": records})).expect("an event");
    assert!(failures(worker.handle(event).await.expect("an answer")).is_empty());
    assert_eq!(sqs.calls("SendMessage").await.len(), bodies.len());
}
