//! Reminders of what is about to begin: each user once, at the time they chose, however often and late somebody looks.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};

use crate::dynamo::{self, MAX_WRITES, OutboxMessage};
use crate::id::UserId;
use crate::notifications::lead::Leads;
use crate::notifications::model::Category;
use crate::notifications::notice::{Notice, Recipients};
use crate::notifications::repository::{NotReminded, NotificationRepository, Reminded};
use crate::random::Random;
use crate::text::Tag;
use crate::time::{Clock, Time};

/// Users reminded in one transaction: a mark and a message each.
const TOGETHER: usize = MAX_WRITES / 2;
/// Transactions at once.
const AT_ONCE: usize = 4;

/// Something that begins, of which those who mean to come are reminded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// What it is known by, among all domains.
    pub id: String,
    /// When it begins.
    pub starts_at: Time,
    /// What a reminder of it is about.
    pub category: Category,
    /// The template that says it.
    pub template: Tag,
    /// What stands for the template's placeholders.
    pub arguments: BTreeMap<String, String>,
}

impl Occasion {
    fn notice(&self, user: UserId, now: Time) -> Notice {
        Notice {
            to: Recipients::User(user),
            category: self.category,
            critical: false,
            template: self.template.clone(),
            arguments: self.arguments.clone(),
            link: None,
            dedupe_key: format!("reminder:{}:{}:{user}", self.id, self.starts_at),
            at: now,
        }
    }
}

/// How many reminders were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminders {
    /// Users that were reminded.
    pub sent: usize,
    /// Users that could not be reminded now, or occasions that could not be looked at; the next look finds them.
    pub failed: usize,
}

impl std::ops::AddAssign for Reminders {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.failed += other.failed;
    }
}

/// Reminds. It is apart from [`super::NotificationService`] because it needs no signing key.
#[derive(Clone, Debug)]
pub struct Reminder {
    repository: NotificationRepository,
    clock: Clock,
    random: Random,
}

impl Reminder {
    /// Of this repository.
    pub fn new(repository: NotificationRepository, clock: Clock, random: Random) -> Self {
        Self { repository, clock, random }
    }

    /// How long before something begins each user wants to be reminded.
    pub async fn leads(&self) -> Result<Leads, dynamo::Error> {
        Ok(Leads::new(self.repository.leads().await?))
    }

    /// Reminds those of these users for whom it is time and who were not reminded yet.
    pub async fn remind(
        &self,
        occasion: &Occasion,
        users: &[UserId],
        leads: &Leads,
    ) -> Result<Reminders, dynamo::Error> {
        let now = self.clock.now();
        let is_due = |user: &UserId| leads.of(*user).is_due(occasion.starts_at, now);
        let mut due: Vec<UserId> = users.iter().copied().filter(is_due).collect();
        let told = self.repository.reminded(&occasion.id, occasion.starts_at, &due).await?;
        due.retain(|user| !told.contains(user));
        let groups: Vec<Vec<UserId>> = due.chunks(TOGETHER).map(<[UserId]>::to_vec).collect();
        let written = stream::iter(groups).map(|group| self.remind_group(occasion, group, now));
        let reminders = written.buffer_unordered(AT_ONCE).fold(Reminders::default(), async |mut all, group| {
            all += group;
            all
        });
        Ok(reminders.await)
    }

    /// All at once; where one was reminded meanwhile, each by itself.
    async fn remind_group(&self, occasion: &Occasion, group: Vec<UserId>, now: Time) -> Reminders {
        match self.write(occasion, &group, now).await {
            Ok(()) => return Reminders { sent: group.len(), failed: 0 },
            Err(NotReminded::Failed(error)) => {
                tracing::error!(occasion = occasion.id, error = %error, "reminder.write_failed");
                return Reminders { sent: 0, failed: group.len() };
            }
            Err(NotReminded::Already) => {}
        }
        let mut reminders = Reminders::default();
        for user in group {
            match self.write(occasion, &[user], now).await {
                Ok(()) => reminders.sent += 1,
                Err(NotReminded::Already) => {}
                Err(NotReminded::Failed(error)) => {
                    tracing::error!(occasion = occasion.id, error = %error, "reminder.write_failed");
                    reminders.failed += 1;
                }
            }
        }
        reminders
    }

    async fn write(&self, occasion: &Occasion, users: &[UserId], now: Time) -> Result<(), NotReminded> {
        let reminder = |user: &UserId| -> Result<(Reminded, OutboxMessage), dynamo::Error> {
            let mark = Reminded { user_id: *user, of: occasion.id.clone(), starts_at: occasion.starts_at };
            Ok((mark, occasion.notice(*user, now).outbox(&self.random)?))
        };
        let reminders: Vec<_> = users.iter().map(reminder).collect::<Result<_, _>>()?;
        self.repository.remind(&reminders).await
    }
}
