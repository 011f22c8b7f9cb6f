//! What Telegram's answers do to a row.

use std::sync::Arc;

use ibw::notifications::job::JobState;
use ibw::notifications::model::JobId;
use ibw::users::model::ChatState;
use serde_json::json;

use super::fake::{Answer, FakeTelegram, Plan};
use super::world::World;
use crate::support::app::TestApp;

async fn job_with(plan: Plan, audience: serde_json::Value, more: serde_json::Value) -> (Arc<World>, JobId) {
    let app = TestApp::start().await;
    let telegram = FakeTelegram::start(&app.clock, plan).await;
    let world = World::start(app, telegram, &[]).await;
    world.crowd(4);
    let id = world.job(audience, more).await;
    world.start_job(id).await;
    (world, id)
}

/// The states and reasons of all rows, in order.
async fn outcomes(world: &World, id: JobId) -> Vec<String> {
    let rows = world.chunks(id).await.into_iter().flat_map(|chunk| chunk.rows);
    let mut all: Vec<String> = rows
        .map(|row| {
            let reason = row.delivery.reason.map(|reason| format!(" {reason}")).unwrap_or_default();
            format!("{}{reason} after {}", row.delivery.state, row.delivery.tries)
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn answers_that_are_final_fail_the_row_with_their_reason_at_the_first_try() {
    let plan: Plan = Arc::new(|chat, _| match chat % 4 {
        0 => Answer::Blocked,
        1 => Answer::NotFound,
        2 => Answer::Rejected,
        _ => Answer::TakenInSilence,
    });
    let (world, id) = job_with(plan, json!("everyone"), json!({})).await;
    let job = world.run_until_over(id).await;
    assert_eq!(job.state, JobState::FinishedWithErrors);
    let expected = [
        "failed blocked after 1",
        "failed chat_not_found after 1",
        "failed rejected after 1",
        "failed unconfirmed after 1",
    ];
    assert_eq!(outcomes(&world, id).await, expected);
    assert_eq!(world.telegram.log().len(), 4, "nothing is sent again");
}

#[tokio::test]
async fn recipients_who_blocked_the_bot_are_unreachable_from_then_on() {
    let plan: Plan = Arc::new(|chat, _| if chat % 2 == 0 { Answer::Blocked } else { Answer::Taken });
    let (world, id) = job_with(plan, json!("everyone"), json!({})).await;
    world.run_until_over(id).await;
    let users = &world.app.backstage().users.service;
    let mut chats = Vec::new();
    for telegram_id in 1_000_000..1_000_004 {
        let text = telegram_id.to_string();
        let items = world.app.database.items("users");
        let found = items.iter().find(|item| item["telegram_id"]["N"] == text.as_str()).expect("the user");
        let id = found["id"]["S"].as_str().expect("an id").parse().expect("a user's id");
        chats.push(users.get(id).await.unwrap().chat);
    }
    assert_eq!(chats, [ChatState::Blocked, ChatState::Unknown, ChatState::Blocked, ChatState::Unknown]);
    let again = world.job(json!("everyone"), json!({})).await;
    world.start_job(again).await;
    let job = world.run_until_over(again).await;
    assert_eq!((job.counts.sent, job.counts.skipped, job.counts.failed), (2, 2, 0));
}

#[tokio::test]
async fn telegram_out_of_order_is_tried_six_times_and_then_given_up() {
    let plan: Plan = Arc::new(|chat, request| if chat % 4 == 0 || request < 3 { Answer::Down } else { Answer::Taken });
    let (world, id) = job_with(plan, json!("everyone"), json!({})).await;
    world.run_until_over(id).await;
    let expected = ["failed unavailable after 6", "sent after 4", "sent after 4", "sent after 4"];
    assert_eq!(outcomes(&world, id).await, expected);
    assert_eq!(world.telegram.log().len(), 6 + 3 * 4);
}

#[tokio::test]
async fn announcement_is_posted_in_the_configured_group_and_follows_it_when_it_moves() {
    let plan: Plan = Arc::new(|chat, _| if chat == -100 { Answer::Moved(-200) } else { Answer::Taken });
    let app = TestApp::start().await;
    let telegram = FakeTelegram::start(&app.clock, plan).await;
    let world = World::start(app, telegram, &[]).await;
    world.crowd(1);
    for _ in 0..2 {
        let id = world.announcement().await;
        world.start_job(id).await;
        let job = world.run_until_over(id).await;
        assert_eq!((job.state, job.counts.sent), (JobState::Finished, 2));
    }
    let told: Vec<i64> = world.telegram.log().iter().map(|sending| sending.chat).collect();
    assert_eq!(told, [1_000_000, -100, -200, 1_000_000, -200], "the second goes to the new chat at once");
}
