//! Twenty accounts do what they may, as fast as they may: they ask the bot for help each second, register and cancel.
//! Nobody else waits for them.

use std::sync::Arc;
use std::time::Duration;

use ibw::telegram::messages::{UpdateMessage, VERSION};
use ibw::telegram::model::TelegramEvent;
use ibw::telegram::service::TelegramService;
use ibw::time::Time;
use ibw::users::model::UpdateTime;
use serde_json::json;

use super::{Rush, seconds};
use crate::delivery::pace::windows;
use crate::delivery::world::World;
use crate::events::{EVENTS, people, published};
use crate::support::app::Login;
use crate::support::request::{TestFunction, TestResponse};

/// Accounts that flood.
const FLOODERS: i64 = 20;
/// How long they do, in seconds.
const FLOOD: i64 = 24;
/// Between the beginnings of two of them.
const BETWEEN: Duration = Duration::from_millis(150);
/// Who asks the bot once: Telegram ids from here on.
const ASKERS: i64 = 101;
/// Who registers once.
const GUESTS: i64 = 201;
/// What the announcement says.
const ANNOUNCED: &str = "To all of you";
/// A message of somebody else waits for so many seconds at most.
const PATIENCE: f64 = 3.0;

/// What all of them use. The bot's worker takes no time.
#[derive(Clone)]
struct Stage {
    world: Arc<World>,
    bot: TelegramService,
    events: TestFunction,
    event: String,
}

impl Stage {
    async fn hear(&self, event: TelegramEvent, update_id: i64) {
        let time = UpdateTime { sent_at: self.world.app.now().seconds(), update_id };
        let update = UpdateMessage { v: VERSION, time, language: Some("en".to_owned()), event };
        self.bot.process(update).await.expect("a reply");
    }

    async fn help(&self, chat_id: i64, turn: i64) {
        self.hear(TelegramEvent::Help { chat_id }, chat_id * 1_000 + turn).await;
    }

    /// The bot may write to these.
    async fn begin(&self, chats: impl Iterator<Item = i64>) {
        for telegram_id in chats {
            self.hear(TelegramEvent::Start { telegram_id, chat_id: telegram_id, payload: None }, telegram_id).await;
        }
    }

    async fn register(&self, login: &Login) -> TestResponse {
        let path = format!("{EVENTS}/{}/registrations", self.event);
        self.events.post(&path).header(login.bearer()).send().await
    }

    async fn cancel(&self, login: &Login) -> TestResponse {
        let path = format!("{EVENTS}/{}/registrations/me", self.event);
        self.events.delete(&path).header(login.bearer()).send().await
    }

    /// Asks each second, and registers and cancels in turns: as often as the limit of writes allows.
    async fn flood(self, chat: i64, login: Login, end: Time) {
        // Twenty first requests in one instant would be twenty people as well: the lane takes four seconds for them.
        let begin = self.world.app.now().plus(BETWEEN * u32::try_from(chat).expect("small"));
        self.world.clock().sleep_until(begin).await;
        let mut turn = 0;
        while self.world.app.now() < end {
            self.help(chat, turn).await;
            let answer = if turn % 2 == 0 { self.register(&login).await } else { self.cancel(&login).await };
            assert!(answer.status < 300, "{}", answer.text);
            turn += 1;
            self.world.clock().sleep_until(self.world.app.now().plus_seconds(1)).await;
        }
    }
}

/// What everybody else experiences.
struct Waits {
    /// The longest wait for the bot's answers, in seconds.
    answer: f64,
    /// The longest wait for messages about registrations, in seconds.
    notice: f64,
    /// Who heard the announcement meanwhile.
    announced: usize,
    /// The most messages in ten seconds.
    most: usize,
}

/// Plays the flood, beside an announcement to so many people.
async fn waits(announced: usize) -> Waits {
    let rush = Rush::start(7_200).await;
    let (world, others) = (Arc::clone(&rush.world), FLOOD / 2);
    let logins = people(&world.app, 1, FLOODERS).await;
    let guests = people(&world.app, GUESTS, others).await;
    let times = json!({"starts_at": "2026-12-02T09:30:00Z", "ends_at": "2026-12-02T12:30:00Z"});
    let event = published(&world.app, &logins[0], times).await;
    let bot = world.app.domains("telegram-updates").0.telegram.service;
    let stage = Stage { bot, events: world.app.events(), event, world };
    stage.begin((1..=FLOODERS).chain(GUESTS..GUESTS + others)).await;
    // All are welcome, and the host hears of the approval.
    stage.world.drain().await;
    let before = stage.world.telegram.log().len();
    if announced > 0 {
        stage.world.crowd(announced);
        let announcement = stage.world.announcement().await;
        stage.world.start_job(announcement).await;
    }
    let end = rush.now().plus_seconds(FLOOD);
    let mut working = rush.open_relaying(end.plus_seconds(5), Duration::from_millis(200));
    for (chat, login) in (1..=FLOODERS).zip(logins) {
        working.push(rush.employ(stage.clone().flood(chat, login, end)));
    }
    let (mut asked, mut registered) = (Vec::new(), Vec::new());
    for (n, guest) in (0..others).zip(&guests) {
        asked.push((ASKERS + n, rush.now()));
        stage.help(ASKERS + n, 0).await;
        registered.push((GUESTS + n, rush.now()));
        assert_eq!(stage.register(guest).await.status, 201);
        rush.wait(2).await;
    }
    rush.close(working).await;
    let log = stage.world.telegram.log().split_off(before);
    let mut times: Vec<Time> = log.iter().map(|sending| sending.at).collect();
    times.sort_unstable();
    let (announcements, log): (Vec<_>, Vec<_>) = log.into_iter().partition(|sending| sending.text.contains(ANNOUNCED));
    let wait = |(chat, at): &(i64, Time)| {
        let told =
            log.iter().filter(|sending| sending.chat == *chat && sending.at >= *at).map(|sending| sending.at).min();
        told.map_or(f64::INFINITY, |told| seconds(*at, told))
    };
    let longest = |all: &[(i64, Time)]| all.iter().map(wait).fold(0.0, f64::max);
    let noise = log.iter().filter(|sending| sending.chat <= FLOODERS).count();
    let (answer, notice) = (longest(&asked), longest(&registered));
    let (announced, (most, _)) = (announcements.len(), windows(&times));
    println!(
        "an answer waits {answer:.1} s at most, a notice {notice:.1} s; {noise} to those who flood; {announced} heard the \
         announcement; at most {most} messages in ten seconds"
    );
    assert!(noise >= 40, "those who flood are answered, too: {noise}");
    Waits { answer, notice, announced, most }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_twenty_accounts_that_flood() {
    let Waits { answer, notice, .. } = waits(0).await;
    assert!(answer <= PATIENCE && notice <= PATIENCE, "{answer} {notice}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_flood_beside_an_announcement() {
    let all = 1_000;
    let Waits { answer, notice, announced, most } = waits(all).await;
    assert!(answer <= PATIENCE && notice <= PATIENCE, "{answer} {notice}");
    // It runs all the time, at what the others leave.
    assert!((300..all).contains(&announced), "{announced} heard the announcement");
    assert!(most <= 300, "{most} messages in ten seconds are too fast");
}
