//! Delivery: a chunk's messages go to Telegram one after the other, at the rate of the chunk's lane.
//!
//! The worker stores a lease before each send, and the result after it. If it crashes in between, the lease expires and
//! the row becomes `unknown`: `sendMessage` has no idempotency key, so a second send could be a copy.

use std::collections::HashMap;

use crate::dynamo::OutboxMessage;
use crate::id::UserId;
use crate::notifications::chunk::{Addressee, Chunk};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job};
use crate::notifications::model::{Delivery, DeliveryState, JobId, Reason};
use crate::notifications::preferences::Choices;
use crate::notifications::repository::RowChange;
use crate::notifications::service::Ended;
use crate::notifications::service::attempt::{self, Step, Until};
use crate::notifications::service::sender::{Sender, telegram_message};
use crate::notifications::service::target::Target;
use crate::time::Time;
use crate::users::model::User;

impl Sender {
    /// Sends the pending messages of a chunk. What is left at `deadline` goes into a new message.
    pub async fn chunk(&self, id: JobId, number: u32, deadline: Time) -> Result<Ended, NotificationError> {
        let (brief, chunk) = tokio::try_join!(self.repository.brief(id), self.repository.chunk(id, number))?;
        let (Some(brief), Some(chunk)) = (brief, chunk) else { return Ok(Ended::Done) };
        let job = self.progress.job(id).await?;
        let people = self.people(&chunk).await?;
        let chunk = self.sort_out(&job, &brief, chunk, &people).await?;
        // When another worker's leases are over, and when Telegram takes messages for all chats again.
        let (mut busy, mut held): (Option<Time>, Option<Time>) = (None, None);
        for (position, row) in chunk.rows.iter().enumerate() {
            match row.delivery.state {
                DeliveryState::Pending => {}
                DeliveryState::Leased => {
                    busy = busy.max(row.delivery.leased_until);
                    continue;
                }
                _ => continue,
            }
            let target = Target::Row { job: &job, chunk: &chunk, position };
            match self.send_row(&target, &brief, &row.to, &people, deadline).await? {
                Step::Next => {}
                Step::Taken => busy = busy.max(Some(self.clock.now().plus_seconds(attempt::LEASE))),
                Step::ChatNotBefore(time) => held = held.max(Some(time)),
                Step::Stop => {
                    self.progress.settle(id, number, None).await?;
                    return Ok(Ended::Done);
                }
                Step::NotBefore(time) => {
                    held = held.max(Some(time));
                    break;
                }
            }
        }
        // A second after its end, a lease has expired by every worker's clock.
        let busy = busy.map(|until| until.plus_seconds(1));
        // One message is enough for both.
        self.settle(&job, &chunk, held.map(|time| busy.map_or(time, |until| until.max(time)))).await?;
        let later = busy.filter(|_| held.is_none());
        Ok(later.map_or(Ended::Done, |until| Ended::Later(self.clock.now().until(until))))
    }

    /// Counts a chunk's rows. If some can be sent only at a later time, a new message sends them then.
    async fn settle(&self, job: &Job, chunk: &Chunk, later: Option<Time>) -> Result<(), NotificationError> {
        let delayed = |time: Time| -> Result<OutboxMessage, NotificationError> {
            Ok(self.progress.chunk_work(job, chunk)?.delayed(self.clock.now().until(time)))
        };
        let message = later.map(delayed).transpose()?;
        let settled = self.progress.settle(job.id, chunk.number, message.as_ref()).await?;
        if settled.is_some_and(|job| job.is_drained()) {
            self.progress.finish(job.id).await?;
        }
        Ok(())
    }

    /// Ends the rows that need no send: expired leases, and recipients to skip. Returns the changed chunk.
    async fn sort_out(
        &self,
        job: &Job,
        brief: &Brief,
        mut chunk: Chunk,
        people: &HashMap<UserId, Person>,
    ) -> Result<Chunk, NotificationError> {
        loop {
            let now = self.clock.now();
            let late = brief.not_after.is_some_and(|last| last < now);
            let end = |position: usize| {
                let row = &chunk.rows[position];
                let ended = |state, reason| Delivery::ended(state, reason, row.delivery.tries, now);
                if row.delivery.has_lapsed(now) {
                    return Some(ended(DeliveryState::Unknown, None));
                }
                let Addressee::User(user) = &row.to else { return None };
                let skipped = match people.get(user) {
                    Some(person) => person.choices.skip(&person.user, brief.category, brief.critical, now),
                    None => Some(Reason::Gone),
                };
                let skipped = if late { Some(Reason::Expired) } else { skipped };
                let pending = row.delivery.state == DeliveryState::Pending;
                skipped.filter(|_| pending).map(|reason| ended(DeliveryState::Skipped, Some(reason)))
            };
            let ends = (0..chunk.rows.len()).filter_map(|position| Some((position, end(position)?)));
            let changes: Vec<RowChange> =
                ends.map(|(position, after)| RowChange::of(job, &chunk, position, after)).collect();
            if changes.is_empty() {
                return Ok(chunk);
            }
            if self.repository.change_rows(job.id, chunk.number, &changes, None).await? {
                for change in changes {
                    chunk.rows[change.position].delivery = change.after;
                }
                return Ok(chunk);
            }
            let found = self.repository.chunk(job.id, chunk.number).await?;
            chunk = found.ok_or(NotificationError::NotFound("chunk"))?;
        }
    }

    async fn send_row(
        &self,
        target: &Target<'_>,
        brief: &Brief,
        to: &Addressee,
        people: &HashMap<UserId, Person>,
        deadline: Time,
    ) -> Result<Step, NotificationError> {
        let (chat, language, name) = match to {
            Addressee::User(id) => {
                let Some(Person { user, .. }) = people.get(id) else { return Ok(Step::Next) };
                (user.telegram_id, user.language_code.as_deref(), user.first_name.as_str())
            }
            Addressee::Group(chat) => (self.repository.chat(*chat).await?, None, ""),
        };
        let Some(text) = brief.content.render(language, &brief.arguments, name) else { return Ok(Step::Next) };
        let until = Until { deadline, not_after: brief.not_after };
        self.attempt(target, chat, &telegram_message(brief, &text.html), until).await
    }

    /// The users of a chunk with their preferences, in two requests.
    async fn people(&self, chunk: &Chunk) -> Result<HashMap<UserId, Person>, NotificationError> {
        let ids = chunk.users();
        let users = async { Ok::<_, NotificationError>(self.users.get_all(&ids).await?) };
        let preferences = async { Ok(self.repository.preferences_of(&ids).await?) };
        let (users, preferences) = tokio::try_join!(users, preferences)?;
        let mut choices: HashMap<UserId, Choices> =
            preferences.into_iter().map(|stored| (stored.user_id, stored.choices)).collect();
        let person = |user: User| (user.id, Person { choices: choices.remove(&user.id).unwrap_or_default(), user });
        Ok(users.into_iter().map(person).collect())
    }
}

/// A recipient with preferences.
struct Person {
    user: User,
    choices: Choices,
}
