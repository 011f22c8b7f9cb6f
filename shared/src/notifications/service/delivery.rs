//! Delivery: a chunk's messages go to Telegram one after the other, at the rate of the chunk's lane.
//!
//! The worker stores a lease before each send, and the result after it. If it crashes in between, the lease expires and
//! the row becomes `unknown`: `sendMessage` has no idempotency key, so a second send could be a copy.

use std::collections::HashMap;
use std::time::Duration;

use crate::id::UserId;
use crate::notifications::chunk::{Addressee, Chunk};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job, JobState};
use crate::notifications::model::{Delivery, DeliveryState, JobId, Reason};
use crate::notifications::preferences::Choices;
use crate::notifications::repository::RowChange;
use crate::notifications::service::Ended;
use crate::notifications::service::attempt::{self, Step, Until};
use crate::notifications::service::progress::Again;
use crate::notifications::service::sender::{Sender, telegram_message};
use crate::notifications::service::target::Target;
use crate::time::Time;
use crate::users::model::User;

impl Sender {
    /// Sends the pending messages of a chunk, if this is its newest message. What is left at `deadline` goes into a new
    /// message.
    pub async fn chunk(
        &self,
        id: JobId,
        number: u32,
        message_number: u64,
        deadline: Time,
    ) -> Result<Ended, NotificationError> {
        let (brief, chunk) = tokio::try_join!(self.repository.brief(id), self.repository.chunk(id, number))?;
        let (Some(brief), Some(chunk)) = (brief, chunk) else { return Ok(Ended::Done) };
        if chunk.message_number != message_number {
            return Ok(Ended::Done);
        }
        let job = self.progress.job(id).await?;
        if !job.is_running() {
            // It takes no slot from others.
            if job.state == JobState::Cancelled {
                self.cancel_pending(&job, number).await?;
            }
            self.progress.settle(id, number, None).await?;
            return Ok(Ended::Done);
        }
        let people = self.people(&chunk).await?;
        let chunk = self.sort_out(&job, &brief, chunk, &people).await?;
        let waits = self.send_rows(&job, &brief, &chunk, &people, deadline).await?;
        let again = waits.next.map(|at| Again { message_number: Some(message_number), at });
        let settled = self.progress.settle(id, number, again).await?;
        if settled.is_some_and(|job| job.is_drained()) {
            self.progress.finish(id).await?;
        }
        // One message is enough: a new one looks after the leases, too.
        let busy = waits.busy.filter(|_| waits.next.is_none());
        Ok(busy.map_or(Ended::Done, |until| Ended::Later(self.clock.now().until(until) + Duration::from_secs(1))))
    }

    /// Sends the rows of a chunk that are pending, and says what the others wait for.
    async fn send_rows(
        &self,
        job: &Job,
        brief: &Brief,
        chunk: &Chunk,
        people: &HashMap<UserId, Person>,
        deadline: Time,
    ) -> Result<Waits, NotificationError> {
        let mut waits = Waits::default();
        for (position, row) in chunk.rows.iter().enumerate() {
            let now = self.clock.now();
            match (row.delivery.state, row.delivery.not_before) {
                (DeliveryState::Pending, Some(time)) if time > now => {
                    waits.until(time);
                    continue;
                }
                (DeliveryState::Pending, _) => {}
                (DeliveryState::Leased, _) => {
                    waits.busy = waits.busy.max(row.delivery.leased_until);
                    continue;
                }
                _ => continue,
            }
            let target = Target::Row { job, chunk, position };
            match self.send_row(&target, brief, &row.to, people, deadline).await? {
                Step::Next => {}
                Step::Taken => waits.busy = waits.busy.max(Some(now.plus_seconds(attempt::LEASE))),
                Step::ChatNotBefore(time) => waits.until(time),
                Step::Stop => return Ok(Waits::default()),
                Step::NotBefore(time) => {
                    waits.until(time);
                    break;
                }
            }
        }
        Ok(waits)
    }

    /// Cancels the pending rows of a chunk of a cancelled job.
    pub(super) async fn cancel_pending(&self, job: &Job, number: u32) -> Result<(), NotificationError> {
        while let Some(chunk) = self.repository.chunk(job.id, number).await? {
            let pending = chunk.positions(|delivery| delivery.state == DeliveryState::Pending);
            let changes = RowChange::all(job, &chunk, &pending, &job.cancelled(self.clock.now()));
            if changes.is_empty() || self.repository.change_rows(job.id, number, &changes, None).await? {
                break;
            }
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
        let choices = async { Ok(self.repository.choices_of(&ids).await?) };
        let (users, mut choices) = tokio::try_join!(users, choices)?;
        let person = |user: User| (user.id, Person { choices: choices.remove(&user.id).unwrap_or_default(), user });
        Ok(users.into_iter().map(person).collect())
    }
}

/// What the rows wait for that could not be sent.
#[derive(Default)]
struct Waits {
    /// When the first of them can be sent.
    next: Option<Time>,
    /// When the leases of other workers are over.
    busy: Option<Time>,
}

impl Waits {
    fn until(&mut self, time: Time) {
        self.next = Some(self.next.map_or(time, |next| next.min(time)));
    }
}

/// A recipient with preferences.
struct Person {
    user: User,
    choices: Choices,
}
