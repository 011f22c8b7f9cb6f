//! Chunks: up to 25 recipients of a job, with a delivery each. The rows are the truth; a job's counts follow from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Delivery, DeliveryState};
use crate::id::UserId;
use crate::notifications::model::JobId;

/// Recipients of a chunk: few enough that one transaction (100 writes) can change their rows and their feeds, and that
/// a worker sends to them in about a second.
pub const CHUNK: usize = 25;

/// A recipient: a user or a group on Telegram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationAddressee)]
pub enum Addressee {
    /// A user, by id.
    #[schema(title = "UserAddressee")]
    User(UserId),
    /// A group on Telegram, by the id of its chat.
    #[schema(title = "GroupAddressee")]
    Group(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub to: Addressee,
    pub delivery: Delivery,
}

/// The number of recipients in each delivery state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeliveryCounts)]
pub struct Tally {
    /// All recipients: the sum of the seven states.
    pub total: u32,
    /// Not tried yet.
    pub pending: u32,
    /// Being sent.
    pub leased: u32,
    /// Sent.
    pub sent: u32,
    /// Skipped, for example because of the user's preferences.
    pub skipped: u32,
    /// Failed.
    pub failed: u32,
    /// Interrupted. The message may have arrived.
    pub unknown: u32,
    /// Not sent, because the job was cancelled.
    pub cancelled: u32,
    /// Failures that are not due to the recipient. They are part of `failed`.
    pub faults: u32,
}

impl Tally {
    pub fn of(rows: &[Row]) -> Self {
        let mut tally = Self::default();
        for Row { delivery, .. } in rows {
            tally.total += 1;
            *match delivery.state {
                DeliveryState::Pending => &mut tally.pending,
                DeliveryState::Leased => &mut tally.leased,
                DeliveryState::Sent => &mut tally.sent,
                DeliveryState::Skipped => &mut tally.skipped,
                DeliveryState::Failed => &mut tally.failed,
                DeliveryState::Unknown => &mut tally.unknown,
                DeliveryState::Cancelled => &mut tally.cancelled,
            } += 1;
            let fault = delivery.state == DeliveryState::Failed
                && delivery.reason.is_none_or(|reason| !reason.is_the_recipients());
            tally.faults += u32::from(fault);
        }
        tally
    }

    /// Replaces the counts `before` by `after`.
    pub fn replace(&mut self, before: &Self, after: &Self) {
        let swap = |field: &mut u32, before: u32, after: u32| *field = (*field + after).saturating_sub(before);
        swap(&mut self.total, before.total, after.total);
        swap(&mut self.pending, before.pending, after.pending);
        swap(&mut self.leased, before.leased, after.leased);
        swap(&mut self.sent, before.sent, after.sent);
        swap(&mut self.skipped, before.skipped, after.skipped);
        swap(&mut self.failed, before.failed, after.failed);
        swap(&mut self.unknown, before.unknown, after.unknown);
        swap(&mut self.cancelled, before.cancelled, after.cancelled);
        swap(&mut self.faults, before.faults, after.faults);
    }

    /// The sum of the states, which is `total`.
    pub const fn sum(&self) -> u32 {
        self.pending + self.leased + self.sent + self.skipped + self.failed + self.unknown + self.cancelled
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Chunk {
    pub job_id: JobId,
    /// Which chunk, from 0.
    pub number: u32,
    pub rows: Vec<Row>,
    /// The counts of these rows as the job has them.
    pub counted: Tally,
    /// Increases by one each time `counted` is updated.
    pub settled: u64,
    /// The last round of retries that reset the failed rows.
    pub round: u32,
    /// The number of the message that makes a worker send it. Earlier ones are dropped, so messages do not multiply.
    pub message_number: u64,
}

impl Chunk {
    pub fn new(job_id: JobId, number: u32, to: impl IntoIterator<Item = Addressee>) -> Self {
        let rows: Vec<Row> = to.into_iter().map(|to| Row { to, delivery: Delivery::pending() }).collect();
        let counted = Tally::of(&rows);
        Self { job_id, number, rows, counted, settled: 0, round: 0, message_number: 0 }
    }

    /// Whether the job's counts are those of the rows.
    pub fn is_counted(&self) -> bool {
        self.counted == Tally::of(&self.rows)
    }

    /// Whether every row is final and counted.
    pub fn is_done(&self) -> bool {
        self.is_counted() && self.rows.iter().all(|row| row.delivery.state.is_final())
    }

    pub fn users(&self) -> Vec<UserId> {
        let user = |row: &Row| if let Addressee::User(id) = row.to { Some(id) } else { None };
        self.rows.iter().filter_map(user).collect()
    }

    /// The positions of the rows for which `which` holds.
    pub fn positions(&self, which: impl Fn(&Delivery) -> bool) -> Vec<usize> {
        let held = self.rows.iter().enumerate().filter(|(_, row)| which(&row.delivery));
        held.map(|(position, _)| position).collect()
    }
}

/// A chunk as it is stored. It leaves out pending deliveries, as DynamoDB counts the whole item for every send.
#[derive(Serialize, Deserialize)]
struct Stored {
    job_id: JobId,
    number: u32,
    /// Users by id, groups by the id of their chat.
    to: Vec<String>,
    /// By the position of the recipient. A recipient without one is pending.
    deliveries: BTreeMap<String, Delivery>,
    counted: Tally,
    settled: u64,
    round: u32,
    #[serde(default)]
    message_number: u64,
}

impl From<Chunk> for Stored {
    fn from(chunk: Chunk) -> Self {
        let to = |row: &Row| match row.to {
            Addressee::User(user) => user.to_string(),
            Addressee::Group(chat) => chat.to_string(),
        };
        let touched = |row: &Row| row.delivery != Delivery::pending();
        Self {
            job_id: chunk.job_id,
            number: chunk.number,
            to: chunk.rows.iter().map(to).collect(),
            deliveries: (0..)
                .zip(&chunk.rows)
                .filter(|(_, row)| touched(row))
                .map(|(position, row): (usize, _)| (position.to_string(), row.delivery.clone()))
                .collect(),
            counted: chunk.counted,
            settled: chunk.settled,
            round: chunk.round,
            message_number: chunk.message_number,
        }
    }
}

impl TryFrom<Stored> for Chunk {
    type Error = String;

    fn try_from(mut stored: Stored) -> Result<Self, String> {
        let mut row = |(position, to): (usize, &String)| {
            let user = to.parse().map(Addressee::User).ok();
            let to = user.or_else(|| to.parse().map(Addressee::Group).ok());
            let to = to.ok_or_else(|| format!("recipient {position} is neither a user nor a group"))?;
            let delivery = stored.deliveries.remove(&position.to_string());
            Ok::<_, String>(Row { to, delivery: delivery.unwrap_or(Delivery::pending()) })
        };
        Ok(Self {
            rows: stored.to.iter().enumerate().map(&mut row).collect::<Result<_, _>>()?,
            job_id: stored.job_id,
            number: stored.number,
            counted: stored.counted,
            settled: stored.settled,
            round: stored.round,
            message_number: stored.message_number,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;
    use serde_json::json;

    #[test]
    fn chunk_is_stored_without_pending_deliveries_and_read_back() {
        let user = UserId::derive(Time::default(), &["1"]);
        let to = [Addressee::User(user), Addressee::Group(-100), Addressee::User(user)];
        let mut chunk = Chunk::new(JobId::derive(Time::default(), &["1"]), 7, to);
        chunk.rows[1].delivery = Delivery::ended(DeliveryState::Sent, None, 1, Time::default());
        let stored = serde_json::to_value(&chunk).unwrap();
        assert_eq!(stored["to"], json!([user.to_string(), "-100", user.to_string()]));
        assert_eq!(stored["deliveries"].as_object().unwrap().keys().collect::<Vec<_>>(), ["1"]);
        assert_eq!(serde_json::from_value::<Chunk>(stored.clone()).unwrap(), chunk);
        let mut damaged = stored;
        damaged["to"][2] = json!("somebody");
        let error = serde_json::from_value::<Chunk>(damaged).unwrap_err();
        assert_eq!(error.to_string(), "recipient 2 is neither a user nor a group");
    }
}
