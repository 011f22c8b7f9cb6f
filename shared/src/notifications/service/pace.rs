//! The rate of sending: slots of the send schedule, and pauses.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::dynamo::{self, Contention};
use crate::notifications::pace::{Lane, Rates, Timetable, Turn, micros};
use crate::notifications::repository::NotificationRepository;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::{Clock, Time};

/// Microseconds that a track may lag behind the clock and still catch up. More would be a burst.
const SLACK: i64 = 250_000;
/// The longest wait that Telegram can ask for. It is as long as a queue can keep a message back, and the next refusal
/// asks for the rest.
const MAX_WAIT: Duration = Duration::from_secs(900);

/// How often a worker looks whether a pause was lifted.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long a message is put off at most when its worker's time is over.
const PUT_OFF: Duration = Duration::from_secs(60);

/// Keeps the rate of sending. Clones share this instance's copies of the schedule, and queue for its slots.
#[derive(Clone, Debug)]
pub struct Pace {
    repository: NotificationRepository,
    rates: Rates,
    clock: Clock,
    random: Random,
    /// The schedule as each lane knows it.
    known: Arc<[Mutex<Option<Timetable>>; Lane::ALL.len()]>,
}

impl Pace {
    /// At these rates.
    pub fn new(platform: &Platform, rates: Rates) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: NotificationRepository::new(platform), rates, clock, random, known: Arc::default() }
    }

    /// Waits for a slot for the lane, if there is one before `deadline`.
    pub async fn turn(&self, lane: Lane, deadline: Time) -> Result<Turn, dynamo::Error> {
        // The tasks of one instance ask one after the other, so that they do not contend for slots.
        let mut known = self.known[lane as usize].lock().await;
        loop {
            let timetable = match known.take() {
                Some(timetable) => timetable,
                None => self.repository.timetable().await?,
            };
            let (slot, now) = (timetable.slot(lane), self.clock.now());
            let paused = timetable.paused_until > micros(now);
            if slot.at > deadline && !(paused && now < deadline) {
                // Not for longer, as a pause may be lifted.
                return Ok(Turn::NotBefore(slot.at.min(now.plus(PUT_OFF))));
            }
            if paused {
                self.clock.sleep_until(slot.at.min(deadline).min(now.plus(LOOK_AGAIN))).await;
                continue;
            }
            if slot.at > now {
                self.clock.sleep_until(slot.at).await;
            }
            let (now, before) = (micros(self.clock.now()), timetable.next(slot.track));
            let next = before.max(now - SLACK) + self.rates.interval(slot.track);
            *known = self.repository.take_slot(slot.track, before, next, now).await?;
            if known.is_some() {
                return Ok(Turn::Now);
            }
        }
    }

    /// Telegram wants no message for a chat for `retry_after`. Returns when the chat can have the next one. If that
    /// happens to several chats at once, it is the whole bot that is too fast: all sending stops for that time.
    pub async fn refused(&self, chat: i64, retry_after: Duration) -> Result<Time, dynamo::Error> {
        let now = self.clock.now();
        let again = now.plus(retry_after.min(MAX_WAIT));
        let mut contention = Contention::new(&self.random);
        loop {
            let timetable = self.repository.timetable().await?;
            let (refused, whole_bot) = timetable.refuse(chat, micros(now));
            if self.repository.refuse(&timetable.refused, &refused).await? {
                tracing::warn!(seconds = retry_after.as_secs(), whole_bot, "telegram.refused_for_rate");
                if whole_bot {
                    self.repository.pause_until(micros(again)).await?;
                }
                return Ok(again);
            }
            if !contention.wait().await {
                return Ok(again);
            }
        }
    }
}
