//! What notices mean for each other: a newer one replaces an older one, late ones are skipped, and one user's are
//! spread.

use std::sync::Arc;

use ibw::id::UserId;
use ibw::notifications::cause::{Caused, MAX_A_DAY};
use ibw::notifications::job::JobState;
use ibw::notifications::messages::{JobsMessage, VERSION};
use ibw::notifications::model::{DeliveryState, Notification, Reason};
use ibw::notifications::notice::{Cause, Notice, Recipients, Subject};
use ibw::notifications::pace::Lane;
use ibw::time::Time;

use super::notices::{notice, world};
use crate::delivery::queues::{Queue, Queued};
use crate::delivery::world::World;
use crate::support::gate::Gate;

/// Calls of an expansion around those that write the notifications of its page and commit its rows.
const AROUND_COMMIT: std::ops::RangeInclusive<u64> = 8..=15;

/// A notice in the queue.
pub(crate) fn queued(notice: Notice) -> Queued {
    let dedupe_key = format!("notice:{}", notice.dedupe_key);
    let message = JobsMessage::Notify { v: VERSION, notice: Box::new(notice) };
    let body = serde_json::to_string(&message).expect("JSON");
    Queued { queue: Queue::Jobs, body, dedupe_key, receives: 0, visible_at: Time::default() }
}

/// A notice about sessions of an agenda that names a hall. It is so many seconds new.
fn about(world: &World, sessions: &[&str], hall: &str, seconds: i64, to: Recipients) -> Notice {
    let mut notice = notice(world, to);
    notice.arguments.insert("hall".to_owned(), hall.to_owned());
    notice.at = Time::default().plus_seconds(1_700_000_000 + seconds);
    notice.dedupe_key = format!("agenda:{hall}:{seconds}");
    let parts = sessions.iter().map(|session| (*session).to_owned()).collect();
    notice.subject = Some(Subject { group: "agenda:ibw".to_owned(), parts });
    notice
}

fn everyone() -> Recipients {
    Recipients::Audience(ibw::notifications::audience::Audience::Everyone)
}

/// Has the jobs worker notify.
async fn notify(world: &World, notice: Notice) {
    world.push(vec![queued(notice)]);
    world.work(Queue::Jobs, usize::MAX).await;
}

/// How many messages Telegram got that name this hall.
fn told(world: &World, hall: &str) -> usize {
    world.telegram.log().iter().filter(|sending| sending.text.ends_with(hall)).count()
}

async fn feed(world: &World, user: UserId) -> Vec<Notification> {
    world.repository().feed(user, false, None, 10, None).await.expect("a page").items
}

/// The states of all jobs, newest first.
async fn states(world: &World) -> Vec<JobState> {
    world.repository().jobs(50, None).await.expect("a page").items.iter().map(|job| job.state).collect()
}

#[tokio::test]
async fn session_that_moves_twice_is_told_once_and_rightly() {
    let world = world().await;
    let users = world.crowd(60);
    notify(&world, about(&world, &["s1"], "A", 0, everyone())).await;
    world.work(Queue::Changes, 1).await;
    let before = told(&world, "A");
    assert!((10..=25).contains(&before), "a chunk: {before}");
    notify(&world, about(&world, &["s1"], "B", 1, everyone())).await;
    world.drain().await;
    assert_eq!((told(&world, "A"), told(&world, "B")), (before, 60));
    let jobs = world.repository().jobs(10, None).await.expect("a page").items;
    let (newer, older) = (&jobs[0], &jobs[1]);
    assert_eq!((newer.state, newer.counts.sent), (JobState::Finished, 60));
    let (sent, cancelled) = (older.counts.sent as usize, older.counts.cancelled as usize);
    assert_eq!((older.state, sent, cancelled), (JobState::Cancelled, before, 60 - before));
    assert_eq!(older.replaced_by, Some(newer.id));
    let reached: Vec<i64> =
        world.telegram.log().iter().filter(|sending| sending.text.ends_with('A')).map(|sending| sending.chat).collect();
    for user in users {
        let shown = feed(&world, user.id).await.len();
        assert_eq!(shown, if reached.contains(&user.telegram_id) { 2 } else { 1 });
    }
}

#[tokio::test]
async fn older_notice_that_comes_later_is_not_told() {
    let world = world().await;
    world.crowd(3);
    notify(&world, about(&world, &["s1"], "B", 1, everyone())).await;
    notify(&world, about(&world, &["s1"], "A", 0, everyone())).await;
    notify(&world, about(&world, &["s2"], "C", 0, everyone())).await;
    world.drain().await;
    assert_eq!(["A", "B", "C"].map(|hall| told(&world, hall)), [0, 3, 3]);
}

#[tokio::test]
async fn notice_about_several_sessions_replaces_those_about_them_and_no_others() {
    let world = world().await;
    world.crowd(3);
    let several: &[&str] = &["s1", "s2"];
    for (sessions, hall, at) in [
        (&["s1"][..], "A", 0),
        (&["s2"][..], "B", 1),
        (&["s3"][..], "C", 1),
        (several, "D", 2),
        (&["s1"][..], "E", 3),
        // What comes late is told only if nothing newer was.
        (&["s2"][..], "F", 1),
        (&["s4"][..], "G", 1),
        (&["s2", "s4"][..], "H", 4),
    ] {
        notify(&world, about(&world, sessions, hall, at, everyone())).await;
    }
    world.drain().await;
    let halls = ["A", "B", "C", "D", "E", "F", "G", "H"];
    assert_eq!(halls.map(|hall| told(&world, hall)), [0, 0, 3, 3, 3, 0, 0, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_notices_at_once_only_the_newest_is_told() {
    let world = world().await;
    world.crowd(2);
    let all: Vec<_> = (0..16)
        .map(|n| {
            // Some are about two sessions, and each comes twice.
            let sessions = if n % 5 == 0 { &["s1", "s2"][..] } else { &["s1"][..] };
            let (world, notice) = (Arc::clone(&world), about(&world, sessions, &format!("H{n}"), n, everyone()));
            tokio::spawn(async move {
                world.push(vec![queued(notice.clone()), queued(notice)]);
                world.work(Queue::Jobs, 2).await
            })
        })
        .collect();
    for one in all {
        one.await.expect("no panic");
    }
    world.drain().await;
    // The newest one is about both.
    assert_eq!(told(&world, "H15"), 2);
    assert_eq!(world.telegram.log().len(), 2, "and no other");
    let states = states(&world).await;
    assert_eq!(states.iter().filter(|state| **state == JobState::Finished).count(), 1, "{states:?}");
}

#[tokio::test]
async fn newer_notice_to_a_user_replaces_the_one_that_waits() {
    let world = world().await;
    let user = world.crowd(1)[0].id;
    let to = || Recipients::User(user);
    notify(&world, about(&world, &[], "A", 0, to())).await;
    notify(&world, about(&world, &[], "B", 1, to())).await;
    notify(&world, about(&world, &[], "C", 0, to())).await;
    world.drain().await;
    assert_eq!(["A", "B", "C"].map(|hall| told(&world, hall)), [0, 1, 0]);
    let shown = feed(&world, user).await;
    assert_eq!((shown.len(), world.repository().unread(user).await.expect("a count")), (1, 1));
    notify(&world, about(&world, &[], "D", 2, to())).await;
    world.drain().await;
    assert_eq!((told(&world, "D"), feed(&world, user).await.len()), (1, 2), "what was sent stays");
}

#[tokio::test]
async fn notice_that_is_being_sent_is_not_sent_again_after_a_newer_one() {
    let world = world().await;
    let user = world.crowd(1)[0].id;
    let to = || Recipients::User(user);
    notify(&world, about(&world, &[], "A", 0, to())).await;
    let first = world.take(Queue::Caused);
    world.push(first.clone());
    world.work_and_die(Queue::Caused).await;
    notify(&world, about(&world, &[], "B", 1, to())).await;
    world.clock().advance(61);
    world.push(first);
    world.drain().await;
    assert_eq!((told(&world, "A"), told(&world, "B")), (1, 1), "the first one was with Telegram when its worker died");
    let last = world.telegram.log().pop().expect("a message").text;
    assert!(last.ends_with('B'), "{last}");
}

#[tokio::test]
async fn host_whose_event_changes_all_day_waits_behind_organisers() {
    let world = world().await;
    let host = world.crowd(1)[0].id;
    for n in 0..17 {
        let changed = Notice { cause: Cause::User(host), subject: None, ..about(&world, &[], "A", n, everyone()) };
        // A repeated notice counts once.
        notify(&world, changed.clone()).await;
        notify(&world, changed).await;
    }
    let jobs = world.repository().jobs(50, None).await.expect("a page").items;
    let lanes: Vec<Lane> = jobs.iter().rev().map(|job| job.lane).collect();
    assert_eq!((lanes.len(), &lanes[15..]), (17, &[Lane::Bulk; 2][..]));
    assert!(lanes[..15].iter().all(|lane| *lane == Lane::Changes));
}

#[tokio::test]
async fn message_that_waited_too_long_is_skipped() {
    let world = world().await;
    let user = world.crowd(1)[0].id;
    let until = Some(world.app.now().plus_seconds(60));
    notify(&world, Notice { not_after: until, ..notice(&world, Recipients::User(user)) }).await;
    let to_all = Notice { not_after: until, dedupe_key: "agenda:1".to_owned(), ..notice(&world, everyone()) };
    notify(&world, to_all).await;
    world.clock().advance(61);
    let late = Notice {
        not_after: until,
        dedupe_key: "agenda:2".to_owned(),
        cause: Cause::Time,
        ..notice(&world, Recipients::Users(vec![user]))
    };
    notify(&world, late).await;
    world.drain().await;
    assert!(world.telegram.log().is_empty());
    let job = &world.repository().jobs(10, None).await.expect("a page").items[0];
    assert_eq!((job.state, job.counts.skipped), (JobState::Finished, 1));
    let shown = feed(&world, user).await;
    assert_eq!(shown.len(), 2, "what came in time is in the feed, and what came late is not");
    for one in shown {
        assert_eq!((one.telegram.state, one.telegram.reason), (DeliveryState::Skipped, Some(Reason::Expired)));
    }
}

#[tokio::test]
async fn messages_that_one_user_causes_are_spread_and_others_do_not_wait() {
    let world = world().await;
    let users = world.crowd(22);
    let (noisy, quiet) = (users[0].id, users[1].id);
    let caused = |by: UserId, n: usize| Notice {
        cause: Cause::User(by),
        dedupe_key: format!("connections:{by}:{n}"),
        ..notice(&world, Recipients::User(users[n].id))
    };
    let now = world.app.now();
    for _ in ["once", "again"] {
        world.push((2..22).map(|n| caused(noisy, n)).chain([caused(quiet, 2)]).map(queued).collect());
        world.work(Queue::Jobs, usize::MAX).await;
    }
    let mut waits: Vec<u64> =
        world.take(Queue::Caused).iter().map(|message| now.until(message.visible_at).as_secs()).collect();
    waits.sort_unstable();
    // Two a second, and the other user's at once. A queue counts whole seconds, rounded up.
    let expected: Vec<u64> = [0].into_iter().chain((0..20).map(|n: u64| n.div_ceil(2))).collect();
    assert_eq!(waits, expected);
}

#[tokio::test]
async fn user_who_caused_too_many_messages_causes_none_until_the_next_day() {
    let world = world().await;
    let users = world.crowd(2);
    let full = Caused {
        user_id: users[0].id,
        day: world.app.now().seconds() / 86_400,
        count: MAX_A_DAY,
        next: world.app.now(),
    };
    assert!(world.repository().count_caused(None, &full).await.expect("a write"));
    let notice = Notice { cause: Cause::User(users[0].id), ..notice(&world, Recipients::User(users[1].id)) };
    notify(&world, notice.clone()).await;
    world.clock().advance(24 * 3600);
    notify(&world, notice.clone()).await;
    notify(&world, Notice { dedupe_key: "events:seat:2".to_owned(), ..notice }).await;
    world.drain().await;
    assert_eq!(world.telegram.log().len(), 1, "the next day's");
    let shown = feed(&world, users[1].id).await;
    let reasons: Vec<_> = shown.iter().map(|one| (one.telegram.state, one.telegram.reason)).collect();
    let skipped = (DeliveryState::Skipped, Some(Reason::TooMany));
    assert_eq!(reasons.len(), 2, "both are in the feed");
    assert!(reasons.contains(&skipped) && reasons.contains(&(DeliveryState::Sent, None)), "{reasons:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notice_that_is_replaced_while_it_is_listed_is_hidden() {
    for call in AROUND_COMMIT {
        let world = world().await;
        let users = world.crowd(3);
        world.push(vec![queued(about(&world, &["s1"], "A", 0, everyone()))]);
        world.work(Queue::Jobs, 1).await;
        let batch = world.take(Queue::Jobs);
        let gate = Gate::before(call);
        let instance = world.instance(world.app.database.dynamo(&gate));
        let newer = notify(&world, about(&world, &["s1"], "B", 1, everyone()));
        let left = gate.holds(move || async move { instance.handle(&batch).await }, newer).await;
        world.push(left);
        world.drain().await;
        for user in users {
            let shown = feed(&world, user.id).await;
            assert!(shown.len() == 1 && shown[0].body.ends_with('B'), "held before call {call}: {shown:?}");
        }
    }
}
