//! Rush hour: an announcement runs while many are reminded, a session moves, seats are offered and the bot is asked. The
//! clock is that of the workers, and goes on when all of them wait.

mod flood;

use std::sync::Arc;
use std::time::Duration;

use ibw::agenda::bookmark::Bookmark;
use ibw::id::UserId;
use ibw::notifications::model::Category;
use ibw::notifications::notice::{Cause, Notice, Recipients, Subject};
use ibw::time::{Clock, Time, Timeline};
use ibw::users::model::User;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::calendar::{SLUG, release, released, session, session_id, three_sessions};
use crate::delivery::fake::{FakeTelegram, Sending};
use crate::delivery::pace::{reply, windows};
use crate::delivery::queues::Queue;
use crate::delivery::world::World;
use crate::notifications::replacing::queued;
use crate::support::app::TestApp;
use crate::support::crowd;
use crate::support::policy::Watch;
use crate::users::entities;

/// When the session begins that many are reminded of.
const START: &str = "2026-12-01T10:00:00+05:30";
/// How often somebody without work looks for some.
const POLL: Duration = Duration::from_millis(200);
/// How often the outboxes are relayed.
const RELAY: Duration = Duration::from_secs(1);
/// Workers of each lane.
const WORKERS: usize = 2;

/// How many people each message goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Of an announcement.
    pub(crate) announced: usize,
    /// Who bookmarked the session that begins.
    pub(crate) bookmarkers: usize,
    /// Who bookmarked the session that moves.
    pub(crate) moved: usize,
    /// Who are offered a seat.
    pub(crate) offers: usize,
    /// Seconds from the beginning to the start of the session.
    pub(crate) before: i64,
    /// Seconds from the beginning to the offers.
    pub(crate) offered: i64,
}

/// A world and its time.
struct Rush {
    world: Arc<World>,
    timeline: Arc<Timeline>,
    start: Time,
}

impl Rush {
    async fn start(before: i64) -> Self {
        let start: Time = START.parse().expect("a time");
        let timeline = Arc::new(Timeline::new(start.plus_seconds(-before).millis()));
        let mut app = TestApp::start().await;
        app.clock = Clock::Timeline(Arc::clone(&timeline));
        let telegram = FakeTelegram::obliging(&app.clock).await;
        Self { world: World::start(app, telegram, &[]).await, timeline, start }
    }

    fn now(&self) -> Time {
        self.world.app.now()
    }

    /// Waits while the others work.
    async fn wait(&self, seconds: i64) {
        self.world.clock().sleep_until(self.now().plus_seconds(seconds)).await;
    }

    /// Starts those who work until `end`.
    fn open(&self, end: Time) -> Vec<JoinHandle<()>> {
        self.open_relaying(end, RELAY)
    }

    /// The same, with a relay that is as fast as a stream.
    fn open_relaying(&self, end: Time, every: Duration) -> Vec<JoinHandle<()>> {
        let queues = Queue::ALL.into_iter().flat_map(|queue| [queue; WORKERS]);
        let workers = queues.map(|queue| self.employ(work(Arc::clone(&self.world), queue, end)));
        let relay = self.employ(relay(Arc::clone(&self.world), every, end));
        let scheduler = self.employ(schedule(Arc::clone(&self.world), end));
        workers.chain([relay, scheduler]).collect()
    }

    fn employ(&self, job: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let timeline = Arc::clone(&self.timeline);
        timeline.join();
        tokio::spawn(async move {
            job.await;
            timeline.leave();
        })
    }

    /// Waits for those who work.
    async fn close(&self, working: Vec<JoinHandle<()>>) {
        self.timeline.leave();
        for one in working {
            one.await.expect("no panic");
        }
    }

    /// What users bookmarked.
    fn bookmark(&self, users: &[User], session: i64) {
        let bookmark = |user: &User| Bookmark {
            user_id: user.id,
            conference: SLUG.parse().expect("a slug"),
            session_id: session_id(session),
            bookmarked_at: self.now(),
        };
        let bookmarks: Vec<Bookmark> = users.iter().map(bookmark).collect();
        crowd::load_in(&self.world.app.database, "conferences", &bookmarks);
    }

    /// When Telegram was told what contains this text, in order.
    fn told(&self, text: &str) -> Vec<Sending> {
        let mut told = self.world.telegram.log();
        told.retain(|sending| sending.text.contains(text));
        told.sort_by_key(|sending| sending.at);
        told
    }
}

async fn work(world: Arc<World>, queue: Queue, end: Time) {
    let instance = world.instance(world.app.database.dynamo(&Watch::over_test()));
    while world.app.now() < end {
        let batch = world.hand_out(queue, 1);
        if batch.is_empty() {
            world.clock().sleep_until(world.app.now().plus(POLL)).await;
            continue;
        }
        let left = instance.handle(&batch).await;
        world.give_back(left);
    }
}

async fn relay(world: Arc<World>, every: Duration, end: Time) {
    while world.app.now() < end {
        world.push(world.relay());
        world.clock().sleep_until(world.app.now().plus(every)).await;
    }
}

async fn schedule(world: Arc<World>, end: Time) {
    while world.app.now() < end {
        world.tick().await;
        world.clock().sleep_until(world.app.now().plus_seconds(60)).await;
    }
}

/// A notice to one user.
fn to_one(world: &World, user: UserId, cause: Cause, key: String) -> Notice {
    let arguments = [("event", "Rooftop"), ("until", "12:00")];
    Notice {
        to: Recipients::User(user),
        category: Category::Event,
        critical: false,
        template: "event-seat-offered".parse().expect("a name"),
        arguments: arguments.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        link: None,
        subject: Some(Subject::of(format!("events:registration:{key}"))),
        dedupe_key: key,
        at: world.app.now(),
        cause,
        not_after: Some(world.app.now().plus_seconds(7_200)),
    }
}

/// Seconds between two times.
fn seconds(from: Time, to: Time) -> f64 {
    from.until(to).as_secs_f64()
}

/// Plays the hour before a session begins, and says how long everybody waited.
pub(crate) async fn play(size: Size) {
    let rush = Rush::start(size.before).await;
    let (world, start) = (&rush.world, rush.start);
    released(&world.app, &three_sessions()).await;
    let users = world.crowd(size.announced);
    let (bookmarkers, others) = users.split_at(size.bookmarkers);
    rush.bookmark(bookmarkers, 1);
    rush.bookmark(&others[..size.moved], 2);
    let announcement = world.job(json!("everyone"), json!({})).await;
    world.start_job(announcement).await;
    let working = rush.open(start.max(rush.now().plus_seconds(size.offered + 60)).plus_seconds(60));

    rush.wait(size.offered).await;
    let offered = rush.now();
    let offers = others[..size.offers].iter().enumerate();
    let offers = offers.map(|(n, user)| queued(to_one(world, user.id, Cause::System, format!("offer:{n}"))));
    world.push(offers.collect());
    let mut asked = Vec::new();
    for chat in 1..=6 {
        asked.push((chat, rush.now()));
        world.push(vec![reply(chat)]);
        rush.wait(10).await;
    }
    let moved = rush.now();
    let mut sessions = three_sessions();
    sessions[1] = session(2, "2026-12-02T15:00:00+05:30", "2026-12-02T16:00:00+05:30");
    release(&world.app, SLUG, &sessions).await;
    rush.close(working).await;

    assert_reminded(&rush, bookmarkers.len());
    let told = rush.told("Rooftop");
    let last_offer = seconds(offered, told.last().expect("offers").at);
    assert_eq!(told.len(), size.offers);
    let answered = |(chat, at): &(i64, Time)| {
        let log = world.telegram.log();
        seconds(*at, log.iter().find(|sending| sending.chat == *chat).expect("an answer").at)
    };
    let answer = asked.iter().map(answered).fold(0.0, f64::max);
    let changes = rush.told("is now on");
    assert_eq!(changes.len(), size.moved);
    let (first, last) = (seconds(moved, changes[0].at), seconds(moved, changes[size.moved - 1].at));
    let times: Vec<Time> = rush.told("").iter().map(|sending| sending.at).collect();
    let (most, _) = windows(&times);
    let announced = world.read_job(announcement).await.counts.sent;
    println!(
        "{size:?}: an answer waits {answer:.1} s at most (3), the last offer {last_offer:.1} s (60); of those who hear of \
         the move, the first waits {first:.1} s (60) and the last {last:.1} s; {announced} heard the announcement; at most \
         {most} messages in ten seconds (300)"
    );
    assert!(answer <= 3.0 && last_offer <= 60.0 && first <= 60.0, "somebody waits too long");
    // What reminders leave of the bulk track is 4 a second.
    assert!(last <= 60.0 + seconds_of(size.moved, 4), "the last one waits too long");
    assert!(most <= 300, "too fast");
}

fn seconds_of(messages: usize, rate: u32) -> f64 {
    f64::from(u32::try_from(messages).expect("few")) / f64::from(rate)
}

/// Everybody was reminded before the start, or was skipped for being late.
fn assert_reminded(rush: &Rush, bookmarkers: usize) {
    let reminded = rush.told("Session 1");
    let (first, last) = (reminded[0].at, reminded[reminded.len() - 1].at);
    println!(
        "{} of {} are reminded, from {:.0} to {:.0} s before the start",
        reminded.len(),
        bookmarkers,
        seconds(first, rush.start),
        seconds(last, rush.start)
    );
    assert!(last < rush.start, "nobody is reminded of what has begun");
    let mut chats: Vec<i64> = reminded.iter().map(|sending| sending.chat).collect();
    chats.sort_unstable();
    chats.dedup();
    assert_eq!(chats.len(), reminded.len(), "nobody twice");
    let expired = entities(&rush.world.app, "notifications", "notification");
    let expired = expired.iter().filter(|item| item["telegram"]["M"]["reason"]["S"] == "expired");
    let expired = expired.filter(|item| item["title"]["S"] == "Starting soon").count();
    assert_eq!(reminded.len() + expired, bookmarkers, "the others are skipped, as it is too late");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_what_others_are_told() {
    play(Size { announced: 1_000, bookmarkers: 500, moved: 50, offers: 200, before: 120, offered: 20 }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_reminded_of_what_has_begun() {
    play(Size { announced: 400, bookmarkers: 300, moved: 50, offers: 50, before: 10, offered: 1 }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn message_of_a_user_does_not_wait_behind_1_000_of_another() {
    let rush = Rush::start(600).await;
    let world = &rush.world;
    let users = world.crowd(1_010);
    let end = rush.now().plus_seconds(30);
    let working = rush.open(end);
    let by = |n: usize| Cause::User(users[n].id);
    world.push((10..1_010).map(|n| queued(to_one(world, users[n].id, by(0), format!("noise:{n}")))).collect());
    let mut asked = Vec::new();
    for (n, user) in users.iter().enumerate().take(10).skip(1) {
        rush.wait(1).await;
        asked.push((user.telegram_id, rush.now()));
        world.push(vec![queued(to_one(world, user.id, by(n), format!("quiet:{n}")))]);
    }
    rush.close(working).await;
    let log = world.telegram.log();
    for (chat, at) in asked {
        let told = log.iter().find(|sending| sending.chat == chat).expect("a message").at;
        assert!(seconds(at, told) <= 3.0, "{} s", seconds(at, told));
    }
    let noise = log.len() - 9;
    assert!((50..=65).contains(&noise), "two a second for the other: {noise}");
}
