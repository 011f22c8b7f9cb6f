//! Who is not told, and why: the row says it, and critical messages reach everybody.

use std::collections::BTreeMap;

use ibw::id::UserId;
use ibw::notifications::chunk::Addressee;
use ibw::notifications::preferences::Preferences;
use ibw::users::model::{ChatState, User};
use ibw::users::standing::Ban;
use serde_json::{Value, json};

use super::world::World;
use crate::support::crowd;

/// A user of each kind, by the reason that is expected.
async fn kinds(world: &World) -> BTreeMap<&'static str, UserId> {
    let mut users = world.crowd(9);
    let mut change = |n: usize, change: fn(&mut User)| {
        change(&mut users[n]);
        crowd::put(&world.app.database, &users[n]);
        users[n].id
    };
    let banned = change(1, |user| user.standing.ban = Some(Ban { since: user.created_at, until: None, reason: None }));
    let never = change(2, |user| user.allows_write_to_pm = false);
    let stopped = change(3, |user| user.chat = ChatState::Stopped);
    let off = change(4, |user| user.notifications_enabled = false);
    let kinds = BTreeMap::from([
        ("sent", users[0].id),
        ("skipped banned", banned),
        ("skipped unreachable", never),
        ("skipped unreachable, stopped", stopped),
        ("skipped telegram_off", off),
        ("skipped muted", users[5].id),
        ("skipped category_off", users[6].id),
        ("skipped quiet_hours", users[7].id),
        ("sent, other quiet hours", users[8].id),
    ]);
    // It is 15:00 in Kolkata, and 04:30 in New York.
    let quiet =
        |from: &str, until: &str, zone: &str| json!({"quiet_hours": {"from": from, "until": until, "timezone": zone}});
    for (kind, choices) in [
        ("skipped muted", json!({"muted": true})),
        ("skipped category_off", json!({"categories": {"announcement": {"in_app": true, "telegram": false}}})),
        ("skipped quiet_hours", quiet("22:00", "07:00", "America/New_York")),
        ("sent, other quiet hours", quiet("22:00", "07:00", "Asia/Kolkata")),
    ] {
        choose(world, kinds[kind], choices).await;
    }
    kinds
}

async fn choose(world: &World, user_id: UserId, choices: Value) {
    let choices = serde_json::from_value(choices).unwrap();
    let preferences = Preferences { user_id, choices, updated_at: world.app.now() };
    world.repository().save_preferences(&preferences).await.unwrap();
}

/// What became of each user of a job.
async fn outcomes(world: &World, id: ibw::notifications::model::JobId) -> BTreeMap<UserId, String> {
    let rows = world.chunks(id).await.into_iter().flat_map(|chunk| chunk.rows);
    let outcome = |row: ibw::notifications::chunk::Row| {
        let Addressee::User(user) = row.to else { panic!("a group") };
        let reason = row.delivery.reason.map(|reason| format!(" {reason}")).unwrap_or_default();
        (user, format!("{}{reason}", row.delivery.state))
    };
    rows.map(outcome).collect()
}

#[tokio::test]
async fn skipped_recipients_have_the_reason_on_their_row_and_in_their_feed() {
    let world = World::obliging().await;
    let kinds = kinds(&world).await;
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.sent, job.counts.skipped, job.counts.total), (2, 7, 9));
    let outcomes = outcomes(&world, id).await;
    for (kind, user) in &kinds {
        let expected = kind.split(',').next().unwrap();
        assert_eq!(outcomes[user], expected, "{kind}");
        let feed = world.repository().feed(*user, false, None, 10, None).await.unwrap().items;
        let telegram = &feed[0].telegram;
        let reason = telegram.reason.map(|reason| format!(" {reason}")).unwrap_or_default();
        assert_eq!(format!("{}{reason}", telegram.state), expected, "{kind}");
    }
    assert_eq!(world.telegram.log().len(), 2);
}

#[tokio::test]
async fn critical_messages_reach_everybody() {
    let world = World::obliging().await;
    kinds(&world).await;
    let id = world.job(json!("everyone"), json!({"critical": true})).await;
    world.start_job(id).await;
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.sent, job.counts.total), (9, 9));
}

#[tokio::test]
async fn recipient_erased_between_expansion_and_delivery_is_skipped() {
    let world = World::obliging().await;
    let users = world.crowd(2);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(super::queues::Queue::Jobs, usize::MAX).await;
    let gone = User { erased: true, ..users[0].clone() };
    crowd::put(&world.app.database, &gone);
    world.repository().forget(gone.id).await.unwrap();
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.sent, job.counts.skipped), (1, 1));
    assert_eq!(outcomes(&world, id).await[&gone.id], "skipped gone");
    assert!(
        world.repository().feed(gone.id, false, None, 10, None).await.unwrap().items.is_empty(),
        "nothing comes back"
    );
}
