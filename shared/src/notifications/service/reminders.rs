//! Reminders of what is about to begin: each user gets one at the chosen time, however often and late the task runs.

use std::collections::BTreeMap;

use super::NotificationService;
use crate::dynamo::{self, MAX_WRITES, OutboxMessage};
use crate::id::UserId;
use crate::notifications::items::Reminded;
use crate::notifications::lead::Leads;
use crate::notifications::model::Category;
use crate::notifications::notice::{Cause, Notice, Recipients};
use crate::notifications::repository::NotReminded;
use crate::scheduled::Batch;
use crate::text::Tag;
use crate::time::Time;
use futures_util::stream::{self, StreamExt};

/// Users reminded in one transaction: a mark and a message each.
const TOGETHER: usize = MAX_WRITES / 2;
/// Transactions at once: a session of 1,000 bookmarks takes five rounds.
const AT_ONCE: usize = 4;

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
            cause: Cause::Time,
            subject: None,
            not_after: Some(self.starts_at),
        }
    }
}

impl NotificationService {
    /// How long before the start each user wants to be reminded.
    pub async fn leads(&self) -> Result<Leads, dynamo::Error> {
        Ok(Leads::new(self.repository.leads().await?))
    }

    /// Reminds the users whose reminder is due and who were not reminded yet.
    pub async fn remind(&self, occasion: &Occasion, users: &[UserId], leads: &Leads) -> Result<Batch, dynamo::Error> {
        let now = self.clock.now();
        let is_due = |user: &UserId| leads.of(*user).is_due(occasion.starts_at, now);
        let mut due: Vec<UserId> = users.iter().copied().filter(is_due).collect();
        let told = self.repository.reminded(&occasion.id, occasion.starts_at, &due).await?;
        due.retain(|user| !told.contains(user));
        let groups: Vec<Vec<UserId>> = due.chunks(TOGETHER).map(<[UserId]>::to_vec).collect();
        let written = stream::iter(groups).map(|group| self.remind_group(occasion, group, now));
        let reminders = written.buffer_unordered(AT_ONCE).fold(Batch::default(), async |mut all, group| {
            all += group;
            all
        });
        Ok(reminders.await)
    }

    /// Reminds all in one transaction. If one was reminded in the meantime, each gets a transaction of its own.
    async fn remind_group(&self, occasion: &Occasion, group: Vec<UserId>, now: Time) -> Batch {
        match self.write(occasion, &group, now).await {
            Ok(()) => return Batch { due: group.len(), done: group.len(), failed: 0 },
            Err(NotReminded::Failed(error)) => {
                tracing::error!(occasion = occasion.id, error = %error, "reminder.write_failed");
                return Batch { due: group.len(), done: 0, failed: group.len() };
            }
            Err(NotReminded::Already) => {}
        }
        let mut reminders = Batch { due: group.len(), ..Batch::default() };
        for user in group {
            match self.write(occasion, &[user], now).await {
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

    async fn write(&self, occasion: &Occasion, users: &[UserId], now: Time) -> Result<(), NotReminded> {
        let reminder = |user: &UserId| -> Result<(Reminded, OutboxMessage), dynamo::Error> {
            let mark = Reminded { user_id: *user, of: occasion.id.clone(), starts_at: occasion.starts_at };
            Ok((mark, occasion.notice(*user, now).outbox(&self.random)?))
        };
        let reminders: Vec<_> = users.iter().map(reminder).collect::<Result<_, _>>()?;
        self.repository.remind(&reminders).await
    }
}
