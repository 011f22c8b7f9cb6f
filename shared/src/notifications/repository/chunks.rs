//! The rows of a job. Each change of rows is one transaction, on the condition that they have not changed since they
//! were read. It also updates the recipients' feeds.

use super::NotificationRepository;
use crate::dynamo::{self, Entity, Expression, OutboxMessage, Position, Query, Transaction};
use crate::id::UserId;
use crate::notifications::chunk::{Addressee, Chunk, Tally};
use crate::notifications::error::NotificationError;
use crate::notifications::job::Job;
use crate::notifications::keys;
use crate::notifications::model::{Delivery, DeliveryState, JobId, NotificationId, Reason};

#[derive(Clone, Debug)]
pub struct RowChange {
    pub position: usize,
    /// The delivery as it was read: the condition is that state and holder have not changed.
    pub before: Delivery,
    pub after: Delivery,
    /// The notification in the recipient's feed, which gets the same delivery.
    pub notification: Option<(UserId, NotificationId)>,
}

impl RowChange {
    /// A change of a row of a chunk from `before`.
    pub fn new(job: &Job, chunk: &Chunk, position: usize, before: &Delivery, after: Delivery) -> Self {
        let notification = match chunk.rows[position].to {
            Addressee::User(user) => Some((user, job.notification_id(user))),
            // A group has no feed.
            Addressee::Group(_) => None,
        };
        Self { position, before: before.clone(), after, notification }
    }

    /// A change of a row as the chunk has it.
    pub fn of(job: &Job, chunk: &Chunk, position: usize, after: Delivery) -> Self {
        Self::new(job, chunk, position, &chunk.rows[position].delivery, after)
    }

    /// Changes of rows as the chunk has them, all to the same delivery.
    pub fn all(job: &Job, chunk: &Chunk, positions: &[usize], after: &Delivery) -> Vec<Self> {
        positions.iter().map(|position| Self::of(job, chunk, *position, after.clone())).collect()
    }
}

#[derive(Debug)]
enum Refusal {
    RowsChanged,
    FeedGone(usize),
    Dynamo(dynamo::Error),
}

impl From<dynamo::Error> for Refusal {
    fn from(error: dynamo::Error) -> Self {
        Self::Dynamo(error)
    }
}

impl NotificationRepository {
    pub async fn chunk(&self, job: JobId, number: u32) -> Result<Option<Chunk>, dynamo::Error> {
        self.notifications.get(&keys::chunk(job, number)).await
    }

    /// A page of a job's chunks, in order.
    pub async fn chunks(
        &self,
        job: JobId,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Chunk>, dynamo::Error> {
        let query = Query::table(&keys::job_partition(job)).prefix(keys::CHUNK).limit(limit).after(after);
        self.notifications.query(query).await
    }

    /// The position after a chunk, for [`Self::chunks`].
    pub fn chunk_position(job: JobId, number: u32) -> Position {
        Position::of(&Chunk::new(job, number, []))
    }

    /// Leases a row for a send: false if it has changed since it was read.
    pub async fn lease(&self, job: JobId, number: u32, change: &RowChange) -> Result<bool, dynamo::Error> {
        let (update, condition) = rows(std::slice::from_ref(change), None);
        let leased = self.notifications.update::<Chunk>(&keys::chunk(job, number), &update, &condition).await;
        Ok(dynamo::if_held(leased)?.is_some())
    }

    /// Changes rows of a chunk and the notifications in the feeds, all or none: false if a row has changed since it was
    /// read. `round` marks the chunk as reset for that round of retries.
    pub async fn change_rows(
        &self,
        job: JobId,
        number: u32,
        changes: &[RowChange],
        round: Option<u32>,
    ) -> Result<bool, dynamo::Error> {
        let (update, condition) = rows(changes, round);
        let mut told: Vec<bool> = changes.iter().map(|change| change.notification.is_some()).collect();
        loop {
            let mut transaction = Transaction::new();
            let key = keys::chunk(job, number);
            transaction.update_if(&self.notifications, &key, &update, &condition, Refusal::RowsChanged);
            for (n, change) in changes.iter().enumerate().filter(|(n, _)| told[*n]) {
                let Some((user, id)) = change.notification else { continue };
                let tell = match change.after.reason {
                    Some(Reason::Replaced) => withdrawal(&change.after),
                    _ => Expression::new("SET telegram = :delivery").value(":delivery", &change.after),
                };
                let is_there = Expression::new("attribute_exists(pk)");
                let key = keys::notification(user, id);
                transaction.update_if(&self.notifications, &key, &tell, &is_there, Refusal::FeedGone(n));
            }
            match transaction.run(&self.random).await {
                Ok(()) => return Ok(true),
                Err(Refusal::RowsChanged) => return Ok(false),
                // The user was erased in the meantime: change the row without the feed.
                Err(Refusal::FeedGone(n)) => told[n] = false,
                Err(Refusal::Dynamo(error)) => return Err(error),
            }
        }
    }

    /// Adds a chunk's rows to the job's counts; `chunk` and `job` are the new values. A lost race is
    /// [`NotificationError::VersionConflict`].
    pub async fn settle(
        &self,
        chunk: &Chunk,
        job: &Job,
        message: Option<&OutboxMessage>,
    ) -> Result<(), NotificationError> {
        let mut transaction = self.job_change(job);
        let update = Expression::new("SET counted = :counted, settled = :settled, message_number = :number")
            .value(":counted", &chunk.counted)
            .number(":settled", chunk.settled)
            .number(":number", chunk.message_number);
        let same = Expression::new("settled = :before").number(":before", chunk.settled - 1);
        let same = same.and(newest_message(chunk.message_number - u64::from(message.is_some())));
        let key = chunk.key();
        transaction.update_if(&self.notifications, &key, &update, &same, NotificationError::VersionConflict);
        if let Some(message) = message {
            transaction.put(&self.notifications, message);
        }
        transaction.run(&self.random).await
    }

    /// Puts a new message for a chunk into the outbox; false if another worker was faster.
    pub async fn call(&self, chunk: &Chunk, message: &OutboxMessage) -> Result<bool, dynamo::Error> {
        let mut transaction = Transaction::new();
        let update = Expression::new("SET message_number = :number").number(":number", chunk.message_number);
        let same = newest_message(chunk.message_number - 1);
        transaction.update_if(&self.notifications, &chunk.key(), &update, &same, Refusal::RowsChanged);
        transaction.put(&self.notifications, message);
        match transaction.run(&self.random).await {
            Ok(()) => Ok(true),
            Err(Refusal::Dynamo(error)) => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// A job's counts, computed from its rows.
    pub async fn tally(&self, job: JobId) -> Result<Tally, dynamo::Error> {
        let mut tally = Tally::default();
        let mut query = Query::table(&keys::job_partition(job)).prefix(keys::CHUNK);
        loop {
            let page = self.notifications.query::<Chunk>(query.clone()).await?;
            for chunk in &page.items {
                tally.replace(&Tally::default(), &Tally::of(&chunk.rows));
            }
            if page.last.is_none() {
                return Ok(tally);
            }
            query = query.after(page.last);
        }
    }
}

/// That no newer message was made for a chunk. Chunks of an older release have no number.
fn newest_message(number: u64) -> Expression {
    let none = if number == 0 { "attribute_not_exists(message_number) OR " } else { "" };
    Expression::new(format!("{none}message_number = :newest")).number(":newest", number)
}

/// The update of a notification that a newer one replaces: the feed does not show it any more.
pub(super) fn withdrawal(delivery: &Delivery) -> Expression {
    let update = Expression::new("SET telegram = :delivery, #hidden = :yes REMOVE unread").name("#hidden", "hidden");
    update.value(":delivery", delivery).value(":yes", &true)
}

/// The update of some rows, and the condition that they have not changed since they were read. A pending row may have
/// no delivery.
fn rows(changes: &[RowChange], round: Option<u32>) -> (Expression, Expression) {
    let mut sets: Vec<String> =
        changes.iter().map(|change| format!("deliveries.#p{0} = :a{0}", change.position)).collect();
    sets.extend(round.map(|_| "round = :round".to_owned()));
    let mut update = Expression::new(format!("SET {}", sets.join(", ")));
    if let Some(round) = round {
        update = update.number(":round", round);
    }
    let mut condition = Expression::default();
    for RowChange { position, before, after, .. } in changes {
        let (delivery, state) = (format!("deliveries.#p{position}"), format!(":s{position}"));
        update = update.value(&format!(":a{position}"), after).name(&format!("#p{position}"), &position.to_string());
        let same = format!("{delivery}.#state = {state}");
        let same = match (&before.state, &before.holder) {
            (DeliveryState::Pending, _) => Expression::new(format!("attribute_not_exists({delivery}) OR {same}")),
            (DeliveryState::Leased, Some(holder)) => {
                let name = format!(":h{position}");
                Expression::new(format!("{same} AND {delivery}.holder = {name}")).text(&name, holder)
            }
            _ => Expression::new(same),
        };
        condition = condition.and(same.text(&state, before.state));
    }
    (update, condition.name("#state", "state"))
}
