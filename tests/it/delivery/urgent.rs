//! Single messages: what is in a feed, tests, and the bot's answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use ibw::dynamo::Transaction;
use ibw::id::UserId;
use ibw::notifications::model::{Category, DeliveryState, Reason};
use ibw::notifications::notice::{Cause, Notice, Recipients};
use ibw::notifications::reply::Reply;
use ibw::random::Random;
use serde_json::{Value, json};

use super::fake::{Answer, FakeTelegram, Plan, obliging};
use super::organiser::organiser;
use super::pace::reply_in;
use super::queues::Queue;
use super::world::World;
use crate::support::app::TestApp;
use crate::support::policy::Watch;

/// A world in which one user was told something that has not been sent yet.
pub(super) async fn notified(plan: Plan) -> (Arc<World>, UserId) {
    let app = TestApp::start().await;
    let telegram = FakeTelegram::start(&app.clock, plan).await;
    let world = World::start(app, telegram, &[]).await;
    let user = world.crowd(1)[0].id;
    let notifications = &world.app.backstage().notifications.service;
    let content = json!({"default_locale": "en", "locales": {"en": {"title": "Seat", "body": "You are in, {first_name}: {hall}"}}});
    let draft = json!({"category": "event", "arguments": ["hall"], "content": content});
    let name = "seat".parse().unwrap();
    notifications.create_template(&organiser(), name, serde_json::from_value(draft).unwrap()).await.unwrap();
    let notice = seat(&world, user);
    // Any table with a stream will do: the domain's own.
    let mut transaction = Transaction::<ibw::dynamo::Error>::new();
    let table = world.app.database.dynamo(&Watch::over_test()).table("notifications");
    transaction.put(&table, &notice.outbox(&Random::System).unwrap());
    transaction.run(&Random::System).await.unwrap();
    world.work(Queue::Jobs, usize::MAX).await;
    (world, user)
}

/// A notice about a seat.
pub(super) fn seat(world: &World, user: UserId) -> Notice {
    Notice {
        to: Recipients::User(user),
        category: Category::Event,
        critical: false,
        template: "seat".parse().unwrap(),
        arguments: BTreeMap::from([("hall".to_owned(), "A<B".to_owned())]),
        link: None,
        dedupe_key: "events:seat:1".to_owned(),
        at: world.app.now(),
        cause: Cause::System,
        subject: None,
        not_after: None,
    }
}

pub(super) async fn telegram_state(world: &World, user: UserId) -> (DeliveryState, Option<Reason>, u32) {
    let feed = world.repository().feed(user, false, None, 10, None).await.unwrap().items;
    assert_eq!(feed.len(), 1);
    (feed[0].telegram.state, feed[0].telegram.reason, feed[0].telegram.tries)
}

#[tokio::test]
async fn notification_of_a_user_is_sent_once_however_often_its_message_comes() {
    let (world, user) = notified(obliging()).await;
    let message = world.take(Queue::Caused);
    assert_eq!(message.len(), 1);
    world.push(vec![message[0].clone(); 4]);
    tokio::join!(world.work(Queue::Caused, 2), world.work(Queue::Caused, 2));
    world.drain().await;
    assert_eq!(telegram_state(&world, user).await, (DeliveryState::Sent, None, 1));
    let log = world.telegram.log();
    assert_eq!((log.len(), log[0].text.as_str()), (1, "<b>Seat</b>\n\nYou are in, Aarav: A&lt;B"));
    assert_eq!(world.repository().unread(user).await.unwrap(), 1);
}

#[tokio::test]
async fn notification_whose_answer_did_not_come_is_sent_once_more_and_no_more() {
    let (world, user) = notified(Arc::new(|_, _| Answer::TakenInSilence)).await;
    world.drain().await;
    assert_eq!(telegram_state(&world, user).await, (DeliveryState::Failed, Some(Reason::Unconfirmed), 2));
    assert_eq!(world.telegram.log().len(), 2);
}

#[tokio::test]
async fn notification_whose_worker_died_twice_is_unknown() {
    let (world, user) = notified(Arc::new(|_, _| Answer::TakenInSilence)).await;
    let message = world.take(Queue::Caused);
    for deaths in 1..=2 {
        world.push(message.clone());
        world.work_and_die(Queue::Caused).await;
        assert_eq!(telegram_state(&world, user).await, (DeliveryState::Leased, None, deaths));
        world.clock().advance(61);
    }
    world.push(message);
    world.drain().await;
    assert_eq!(telegram_state(&world, user).await, (DeliveryState::Unknown, None, 2));
    assert_eq!(world.telegram.log().len(), 2);
}

#[tokio::test]
async fn bulk_row_whose_worker_died_is_unknown_and_not_sent_again() {
    let app = TestApp::start().await;
    let telegram = FakeTelegram::start(&app.clock, Arc::new(|_, _| Answer::TakenInSilence)).await;
    let world = World::start(app, telegram, &[]).await;
    world.crowd(1);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    let message = world.take(Queue::Bulk);
    world.push(message.clone());
    world.work_and_die(Queue::Bulk).await;
    world.clock().advance(61);
    world.push(message);
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.unknown, job.counts.total, world.telegram.log().len()), (1, 1, 1));
}

#[tokio::test]
async fn notification_refused_for_speed_is_sent_when_the_pause_is_over() {
    let (world, user) = notified(Arc::new(|_, n| if n < 3 { Answer::TooMany(120) } else { Answer::Taken })).await;
    world.drain().await;
    assert_eq!(telegram_state(&world, user).await.0, DeliveryState::Sent);
    assert_eq!(world.telegram.log().len(), 4);
}

#[tokio::test]
async fn test_of_a_job_reaches_the_organiser_once_and_no_feed() {
    let world = World::obliging().await;
    let users = world.crowd(2);
    let id = world.job(json!("everyone"), json!({"photo_url": "https://cdn.example.org/a.png"})).await;
    world.notifications().test_job(&organiser(), id, users[1].id).await.unwrap();
    let message = world.take(Queue::Urgent);
    world.push(vec![message[0].clone(); 3]);
    world.drain().await;
    assert_eq!(world.telegram.told(), [users[1].telegram_id]);
    assert!(world.repository().feed(users[1].id, false, None, 10, None).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn answers_are_in_the_users_language_and_the_welcome_opens_the_app() {
    let world = World::obliging().await;
    let answers = [(1, Reply::Welcome, None), (2, Reply::Welcome, Some("hi-IN")), (3, Reply::Help, Some("hi"))];
    world.push(answers.map(|(chat, reply, language)| reply_in(chat, reply, language)).into());
    world.work(Queue::Urgent, usize::MAX).await;
    let mut log = world.telegram.log();
    log.sort_unstable_by_key(|sending| sending.chat);
    let said: Vec<_> = log.iter().map(|sending| (sending.text.as_str(), sending.button.clone())).collect();
    let button = |language| json!({"text": Reply::Welcome.button(language), "url": "https://t.me/ibw_bot/app"});
    let hindi = Some("hi");
    let expected = [
        (Reply::Welcome.html(None), button(None)),
        (Reply::Welcome.html(hindi), button(hindi)),
        (Reply::Help.html(hindi), Value::Null),
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn notification_of_a_bot_that_telegram_refuses_waits_until_it_is_known_again() {
    let (world, user) =
        notified(Arc::new(|_, request| if request < 2 { Answer::Unauthorized } else { Answer::Taken })).await;
    world.drain().await;
    assert_eq!(telegram_state(&world, user).await, (DeliveryState::Sent, None, 1));
    assert_eq!(world.telegram.log().len(), 3);
}
