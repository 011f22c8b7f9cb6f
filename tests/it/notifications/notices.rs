//! How other domains notify: a notice in the outbox of their own table, told once however often it is delivered.

use std::collections::BTreeMap;
use std::sync::Arc;

use ibw::dynamo::Expression;
use ibw::notifications::audience::Audience;
use ibw::notifications::job::JobState;
use ibw::notifications::model::Category;
use ibw::notifications::notice::{Cause, Notice, Recipients};
use ibw::random::Random;
use serde_json::json;

use super::organise;
use crate::delivery::queues::{Queue, Queued};
use crate::delivery::world::World;
use crate::relay::{outbox, relay, show};
use crate::support::aws::{Sqs, stream_record};
use crate::support::policy::Watch;
use crate::support::telegram::Person;

pub(crate) async fn world() -> Arc<World> {
    let world = World::obliging().await;
    let created = organise(&world.app, "POST", "/templates").json(&super::template("seat", &["hall"])).send().await;
    assert_eq!(created.status, 201, "{}", created.text);
    world
}

pub(crate) fn notice(world: &World, to: Recipients) -> Notice {
    Notice {
        to,
        category: Category::Event,
        critical: false,
        template: "seat".parse().expect("a name"),
        arguments: BTreeMap::from([("hall".to_owned(), "A".to_owned())]),
        link: None,
        dedupe_key: "events:seat:1".to_owned(),
        at: world.app.now(),
        cause: Cause::System,
        subject: None,
        not_after: None,
    }
}

/// Puts a notice into the outbox of `users`, and relays it: what reaches the jobs queue.
pub(crate) async fn relayed(world: &World, notice: Notice) -> Queued {
    let table = world.app.database.dynamo(&Watch::over_test()).table("users");
    table.put(&notice.outbox(&Random::System).expect("a message"), &Expression::default()).await.expect("a put");
    let sqs = Sqs::start(&[]).await;
    let records: Vec<_> = outbox(&world.app.database).iter().map(|item| stream_record("1", item)).collect();
    assert!(show(&relay(&sqs), &records).await.is_empty());
    let (body, dedupe_key) = sqs.published("notification-jobs").await.pop().expect("a message");
    Queued { queue: Queue::Jobs, body, dedupe_key, receives: 0, visible_at: world.app.now() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notice_to_a_user_is_told_once_however_often_it_comes() {
    let world = world().await;
    let login = world.app.login(&Person::new(1).with("allows_write_to_pm", true)).await;
    let user = login.user_id.parse().expect("an id");
    let message = relayed(&world, notice(&world, Recipients::User(user))).await;
    world.push(vec![message.clone(), message.clone()]);
    world.work(Queue::Jobs, 2).await;
    let at_once: Vec<_> = (0..4)
        .map(|_| {
            let (world, message) = (Arc::clone(&world), message.clone());
            tokio::spawn(async move {
                world.push(vec![message]);
                world.work(Queue::Jobs, 1).await
            })
        })
        .collect();
    for one in at_once {
        one.await.expect("no panic");
    }
    assert_eq!(world.take(Queue::Caused).len(), 1);
    let feed = world.app.notifications().get("/api/v1/notifications").header(login.bearer()).send().await;
    let items = feed.json["items"].as_array().expect("items");
    assert_eq!((items.len(), &items[0]["body"]), (1, &json!("Hello Asha1 A")));
    assert_eq!(world.repository().unread(user).await.expect("a count"), 1);
    assert!(world.sqs.calls("SendMessage").await.is_empty());
}

#[tokio::test]
async fn notice_that_can_never_be_told_is_buried_with_its_reason() {
    let world = world().await;
    let login = world.app.login(&Person::new(1)).await;
    let to = || Recipients::User(login.user_id.parse().expect("an id"));
    let unknown = Notice { template: "nothing".parse().expect("a name"), ..notice(&world, to()) };
    let wrong = Notice { arguments: BTreeMap::new(), at: world.app.now().plus_seconds(1), ..notice(&world, to()) };
    for (bad, reason) in [(unknown, "the template does not exist"), (wrong, "the arguments do not fit the template")] {
        let before = world.sqs.calls("SendMessage").await.len();
        let message = relayed(&world, bad).await;
        world.push(vec![message]);
        world.work(Queue::Jobs, 1).await;
        let buried = world.sqs.calls("SendMessage").await;
        assert_eq!(
            (buried.len(), &buried[before]["MessageAttributes"]["reason"]["StringValue"]),
            (before + 1, &json!(reason))
        );
    }
    assert_eq!(world.take(Queue::Caused).len(), 0);
}

#[tokio::test]
async fn notice_to_an_audience_makes_one_job_that_runs() {
    let world = world().await;
    world.crowd(30);
    let message = relayed(&world, notice(&world, Recipients::Audience(Audience::Everyone))).await;
    world.push(vec![message.clone(), message]);
    world.drain().await;
    let jobs = world.repository().jobs(10, None).await.expect("a page").items;
    assert_eq!(jobs.len(), 1);
    let job = world.run_until_over(jobs[0].id).await;
    assert_eq!((job.state, job.counts.sent, job.created_by.as_str()), (JobState::Finished, 30, "system"));
}

#[tokio::test]
async fn notice_of_a_category_that_is_not_wanted_is_hidden_unless_it_is_critical() {
    let world = world().await;
    let login = world.app.login(&Person::new(1).with("allows_write_to_pm", true)).await;
    let choices = json!({"muted": true, "categories": {"event": {"in_app": false, "telegram": false}}});
    let path = "/api/v1/notifications/preferences";
    assert_eq!(world.app.notifications().put(path).header(login.bearer()).json(&choices).send().await.status, 200);
    let user: ibw::id::UserId = login.user_id.parse().expect("an id");
    for (critical, expected) in [(false, 0), (true, 1)] {
        // The later notice is relayed last.
        world.clock().advance(1);
        let notice =
            Notice { critical, dedupe_key: format!("events:{critical}"), ..notice(&world, Recipients::User(user)) };
        let message = relayed(&world, notice).await;
        world.push(vec![message]);
        world.drain().await;
        assert_eq!(world.repository().unread(user).await.expect("a count"), expected);
        assert_eq!(world.telegram.log().len(), usize::try_from(expected).expect("small"));
    }
}

#[tokio::test]
async fn feed_and_preferences_are_exported_and_erased_with_the_user() {
    let world = world().await;
    let login = world.app.login(&Person::new(1)).await;
    let user: ibw::id::UserId = login.user_id.parse().expect("an id");
    let choices = json!({"muted": true, "categories": {"quest": {"in_app": false, "telegram": true}}, "quiet_hours": null, "reminder_minutes": 0});
    let path = "/api/v1/notifications/preferences";
    world.app.notifications().put(path).header(login.bearer()).json(&choices).send().await;
    let message = relayed(&world, notice(&world, Recipients::User(user))).await;
    world.push(vec![message]);
    world.work(Queue::Jobs, 1).await;
    let export = world.app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    assert_eq!(export.json["notification_preferences"], choices);
    assert_eq!(export.json["notifications"][0]["title"], "News");
    world.app.leave(&login).await;
    world.clock().advance(7 * 24 * 3600);
    assert_eq!(world.app.privacy().erase_due(10).await.expect("erasures").done, 1);
    let feed = format!("FEED#{user}");
    assert!(world.app.database.items("notifications").iter().all(|item| item["pk"]["S"] != feed.as_str()));
}
