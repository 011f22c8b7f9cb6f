//! Reminders of what is about to begin: each user gets one at the chosen time, however often and late a run is. A run
//! writes as many as are sent until the next one, and spreads them over that time.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};

use super::NotificationService;
use crate::dynamo;
use crate::id::UserId;
use crate::notifications::items::Reminded;
use crate::notifications::lead::{Leads, PERIOD, REMINDERS_PER_SECOND};
use crate::notifications::model::Category;
use crate::notifications::notice::{Cause, MAX_USERS, Notice, Recipients};
use crate::notifications::repository::NotReminded;
use crate::scheduled::Batch;
use crate::text::Tag;
use crate::time::Time;

/// Transactions at once.
const AT_ONCE: usize = 4;
/// Reminders that a run writes at most: what is sent until the next run.
const MOST: usize = PERIOD.as_secs() as usize * REMINDERS_PER_SECOND as usize;

/// The subject of a reminder: a session or an event that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// Unique among all domains.
    pub id: String,
    /// Start time.
    pub starts_at: Time,
    /// The category of the reminder.
    pub category: Category,
    /// The template of the reminder.
    pub template: Tag,
    /// The values of the template's placeholders.
    pub arguments: BTreeMap<String, String>,
}

impl Occasion {
    /// The notice to a group. Its key is the group's own, as nobody is in two of them.
    fn notice(&self, group: &[UserId], now: Time) -> Notice {
        let first = group.first().map_or_else(String::new, ToString::to_string);
        Notice {
            to: Recipients::Users(group.to_vec()),
            category: self.category,
            critical: false,
            template: self.template.clone(),
            arguments: self.arguments.clone(),
            link: None,
            dedupe_key: format!("reminder:{}:{}:{first}", self.id, self.starts_at),
            at: now,
            cause: Cause::Time,
            subject: None,
            // At the start it has begun.
            not_after: Some(self.starts_at.plus_seconds(-1)),
        }
    }
}

/// A run: what it knows, and what it did so far.
#[derive(Debug)]
pub struct Round {
    leads: Leads,
    now: Time,
    until: Instant,
    /// People, of what was looked at so far, whose chosen time is ahead.
    ahead: usize,
    reminded: Batch,
}

impl Round {
    /// When those occasions start of which a reminder may be due.
    pub fn windows(&self) -> Vec<RangeInclusive<Time>> {
        self.leads.windows(self.now)
    }

    /// Whether the rest is left to the next run.
    pub fn is_over(&self) -> bool {
        self.reminded.due >= MOST || Instant::now() >= self.until
    }

    /// Logs and counts a failure with one thing, which must not stop the others.
    pub fn note<E: Display>(&mut self, what: &dyn Display, result: Result<(), E>) {
        if let Err(error) = result {
            tracing::error!(of = %what, error = %error, "reminders.failed");
            self.reminded += Batch { due: 1, done: 0, failed: 1 };
        }
    }

    /// What the run came to.
    pub fn end(self) -> Batch {
        let Batch { done, failed, .. } = self.reminded;
        tracing::info!(done, failed, "reminders.finished");
        if Instant::now() >= self.until {
            tracing::warn!("reminders.out_of_time");
        }
        self.reminded
    }

    /// The users whose reminder of what begins at `start` is due. Occasions come in the order of their starts: the more
    /// people there are up to this one, the earlier its reminders begin.
    fn due(&mut self, start: Time, users: &[UserId]) -> Vec<UserId> {
        let (leads, now) = (&self.leads, self.now);
        self.ahead += users.iter().filter(|user| leads.of(**user).is_ahead(start, now)).count();
        let is_due = |user: &UserId| {
            let lead = leads.of(*user);
            lead.is_due(start, now, leads.early(lead, self.ahead))
        };
        users.iter().copied().filter(is_due).collect()
    }
}

impl NotificationService {
    /// Begins a run, which begins nothing more at `until`.
    pub async fn round(&self, until: Instant) -> Result<Round, dynamo::Error> {
        let leads = Leads::new(self.repository.leads().await?);
        Ok(Round { leads, now: self.clock.now(), until, ahead: 0, reminded: Batch::default() })
    }

    /// Reminds the users whose reminder is due and who were not reminded yet, as far as the run goes.
    pub async fn remind(&self, occasion: &Occasion, users: &[UserId], round: &mut Round) -> Result<(), dynamo::Error> {
        for some in round.due(occasion.starts_at, users).chunks(MAX_USERS * AT_ONCE) {
            if round.is_over() {
                break;
            }
            let told = self.repository.reminded(&occasion.id, occasion.starts_at, some).await?;
            let mut new: Vec<UserId> = some.iter().copied().filter(|user| !told.contains(user)).collect();
            new.truncate(MOST.saturating_sub(round.reminded.due));
            let (before, now) = (round.reminded.due, round.now);
            let groups = new.chunks(MAX_USERS).enumerate();
            let groups: Vec<(usize, Vec<UserId>)> =
                groups.map(|(n, group)| (before + n * MAX_USERS, group.to_vec())).collect();
            let written = stream::iter(groups).map(|(before, group)| self.remind_group(occasion, group, before, now));
            let reminded = written.buffer_unordered(AT_ONCE).fold(Batch::default(), async |mut all, group| {
                all += group;
                all
            });
            round.reminded += reminded.await;
        }
        Ok(())
    }

    /// Reminds all in one transaction, after so many others. If one was reminded in the meantime, each gets a
    /// transaction of its own.
    async fn remind_group(&self, occasion: &Occasion, group: Vec<UserId>, before: usize, now: Time) -> Batch {
        let due = group.len();
        match self.write(occasion, &group, before, now).await {
            Ok(()) => return Batch { due, done: due, failed: 0 },
            Err(NotReminded::Failed(error)) => {
                tracing::error!(occasion = occasion.id, error = %error, "reminder.write_failed");
                return Batch { due, done: 0, failed: due };
            }
            Err(NotReminded::Already) => {}
        }
        let mut reminders = Batch { due, ..Batch::default() };
        for user in group {
            match self.write(occasion, &[user], before, now).await {
                Ok(()) => reminders.done += 1,
                Err(NotReminded::Already) => {}
                Err(NotReminded::Failed(error)) => {
                    tracing::error!(occasion = occasion.id, error = %error, "reminder.write_failed");
                    reminders.failed += 1;
                }
            }
        }
        reminders
    }

    /// Writes the marks of a group and its message, which the queue keeps back while those before it are sent.
    async fn write(&self, occasion: &Occasion, group: &[UserId], before: usize, now: Time) -> Result<(), NotReminded> {
        let mark = |user: &UserId| Reminded { user_id: *user, of: occasion.id.clone(), starts_at: occasion.starts_at };
        let marks: Vec<Reminded> = group.iter().map(mark).collect();
        let delay = Duration::from_secs(u64::try_from(before).unwrap_or_default()) / REMINDERS_PER_SECOND;
        let message = occasion.notice(group, now).outbox(&self.random)?.delayed(delay);
        self.repository.remind(&marks, &message).await
    }
}
