//! The reads and writes of check-in. Whatever a scan changes (the ticket's log, the ticket, the counts) is one transaction, on the
//! condition that log and ticket are as they were read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::CheckinError;
use super::keys;
use super::model::{CheckinList, Count, Nonce, Reason, Scan};
use super::scan_log::ScanLog;
use crate::attendees::model::{Ticket, TicketCode, TicketType};
use crate::dynamo::{self, Dynamo, Entity, Expression, Key, MAX_WRITES, Position, Query, Table, Transaction};
use crate::id::CheckinListId;
use crate::random::Random;
use crate::text::Slug;
use crate::time::Time;

impl Entity for CheckinList {
    const NAME: &'static str = "checkin_list";

    fn key(&self) -> Key {
        keys::list(&self.conference, self.id)
    }
}

impl Entity for ScanLog {
    const NAME: &'static str = "scan_log";

    fn key(&self) -> Key {
        keys::log(&self.conference, &self.code, self.list)
    }
}

/// Scans that were taken out of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SettledScans {
    conference: Slug,
    code: TicketCode,
    list: CheckinListId,
    times: u32,
    scans: Vec<Scan>,
}

impl Entity for SettledScans {
    const NAME: &'static str = "settled_scans";

    fn key(&self) -> Key {
        keys::settled(&self.conference, &self.code, self.list, self.times)
    }
}

/// A part of a list's counts.
#[derive(Debug, Serialize, Deserialize)]
struct CountShard {
    list: CheckinListId,
    shard: u8,
    #[serde(flatten)]
    count: Count,
}

impl Entity for CountShard {
    const NAME: &'static str = "checkin_count";

    fn key(&self) -> Key {
        keys::count(self.list, self.shard, &self.count.ticket_type)
    }
}

/// A scan of what is no ticket of the conference. What was scanned may be anything, so only its digest is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrayScan {
    /// The list.
    pub list: CheckinListId,
    /// What the scanner calls it.
    pub nonce: Nonce,
    /// SHA-256 of what was scanned, hex.
    pub code_hash: String,
    /// When it was scanned, as far as the scanner says.
    pub datetime: Option<Time>,
    /// When it became known here.
    pub received_at: Time,
    /// Who scanned.
    pub by: String,
    /// Why it lets nobody in.
    pub refused: Reason,
}

impl Entity for StrayScan {
    const NAME: &'static str = "stray_scan";

    fn key(&self) -> Key {
        keys::stray(self.list, &self.nonce, &self.code_hash)
    }
}

/// What new scans of one ticket change.
#[derive(Clone, Debug)]
pub struct Change {
    /// The log at its next version.
    pub log: ScanLog,
    /// Scans that are no longer in it.
    pub settled: Vec<Scan>,
    /// The ticket at its next version, where it changes.
    pub ticket: Option<Ticket>,
    /// What the list's counts gain and lose.
    pub counts: Vec<Count>,
}

/// Tickets of one transaction at most: each is up to three writes and, where its type has changed, two counts.
pub const MAX_CHANGES: usize = MAX_WRITES / (3 + 2);

/// Check-in in DynamoDB.
#[derive(Clone, Debug)]
pub struct CheckinRepository {
    conferences: Table,
    random: Random,
}

impl CheckinRepository {
    /// On the table of this deployment.
    pub fn new(dynamo: &Dynamo, random: Random) -> Self {
        Self { conferences: dynamo.table("conferences"), random }
    }

    /// A list.
    pub async fn list(&self, conference: &Slug, id: CheckinListId) -> Result<Option<CheckinList>, dynamo::Error> {
        self.conferences.get(&keys::list(conference, id)).await
    }

    /// A page of a conference's lists, the oldest first.
    pub async fn lists(
        &self,
        conference: &Slug,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<CheckinList>, dynamo::Error> {
        let query = Query::table(&keys::conference(conference)).prefix(keys::LISTS).limit(limit).after(after);
        self.conferences.query(query).await
    }

    /// Stores a new list.
    pub async fn create(&self, list: &CheckinList) -> Result<(), dynamo::Error> {
        self.conferences.put(list, &Expression::absent()).await
    }

    /// Stores a list in place of its version before.
    pub async fn save(&self, list: &CheckinList) -> Result<(), CheckinError> {
        let stored = self.conferences.put(list, &Expression::version(list.version - 1)).await;
        stored.map_err(|error| error.or(CheckinError::PreconditionFailed))
    }

    /// Whether anybody was ever let in at a list.
    pub async fn is_in_use(&self, id: CheckinListId) -> Result<bool, dynamo::Error> {
        let query = Query::table(&keys::at_list(id)).prefix(keys::COUNTS).limit(1);
        Ok(!self.conferences.query::<CountShard>(query).await?.items.is_empty())
    }

    /// Deletes a list at this version.
    pub async fn delete(&self, list: &CheckinList) -> Result<(), CheckinError> {
        let deleted = self.conferences.delete(&list.key(), &Expression::version(list.version)).await;
        deleted.map_err(|error| error.or(CheckinError::PreconditionFailed))
    }

    /// A ticket's scans at a list.
    pub async fn log(
        &self,
        conference: &Slug,
        code: &TicketCode,
        list: CheckinListId,
    ) -> Result<Option<ScanLog>, dynamo::Error> {
        self.conferences.get(&keys::log(conference, code, list)).await
    }

    /// The scans of these tickets at a list, in no order: one request for up to 100.
    pub async fn logs(
        &self,
        conference: &Slug,
        codes: &[TicketCode],
        list: CheckinListId,
    ) -> Result<Vec<ScanLog>, dynamo::Error> {
        let keys: Vec<Key> = codes.iter().map(|code| keys::log(conference, code, list)).collect();
        self.conferences.batch_get(&keys, &self.random).await
    }

    /// Changes of one lane move the same counts, and those of different lanes do not meet.
    pub fn lane(code: &TicketCode) -> u8 {
        keys::shard(code)
    }

    /// Stores what new scans of up to [`MAX_CHANGES`] tickets at one list change, all or nothing; [`CheckinError::Contended`] when
    /// something is not as it was read.
    pub async fn write(&self, changes: &[Change]) -> Result<(), CheckinError> {
        let mut transaction = Transaction::new();
        let table = &self.conferences;
        let mut counts: BTreeMap<(CheckinListId, u8, &TicketType), Count> = BTreeMap::new();
        for Change { log, settled, ticket, counts: moved } in changes {
            let unseen = if log.version == 1 { Expression::absent() } else { Expression::version(log.version - 1) };
            transaction.put_if(table, log, &unseen, CheckinError::Contended);
            if let Some(ticket) = ticket {
                transaction.put_if(table, ticket, &Expression::version(ticket.version - 1), CheckinError::Contended);
            }
            if !settled.is_empty() {
                let (conference, code) = (log.conference.clone(), log.code.clone());
                let (times, scans) = (log.settled.times, settled.clone());
                transaction.put(table, &SettledScans { conference, code, list: log.list, times, scans });
            }
            for count in moved {
                let place = (log.list, keys::shard(&log.code), &count.ticket_type);
                let nothing = || Count { checked_in: 0, entries: 0, exits: 0, ..count.clone() };
                counts.entry(place).or_insert_with(nothing).add(count, 1);
            }
        }
        for ((list, shard, ticket_type), count) in counts.iter().filter(|(_, count)| !count.is_nothing()) {
            let set = "SET entity = :entity, v = :v, #list = :list, #shard = :shard, ticket_type = :type \
                       ADD checked_in :checked_in, entries :entries, exits :exits";
            let update = Expression::new(set)
                .name("#list", "list")
                .name("#shard", "shard")
                .text(":entity", CountShard::NAME)
                .number(":v", CountShard::VERSION)
                .text(":list", list)
                .number(":shard", shard)
                .text(":type", ticket_type)
                .number(":checked_in", count.checked_in)
                .number(":entries", count.entries)
                .number(":exits", count.exits);
            transaction.update(table, &keys::count(*list, *shard, ticket_type), &update);
        }
        transaction.run(&self.random).await
    }

    /// Notes scans of what is no ticket, each once.
    pub async fn note(&self, strays: &[StrayScan]) -> Result<(), dynamo::Error> {
        // One batch may not name a key twice.
        let different: BTreeMap<String, &StrayScan> = strays.iter().map(|stray| (stray.key().sk, stray)).collect();
        let different: Vec<StrayScan> = different.into_values().cloned().collect();
        self.conferences.batch_put(&different, &self.random).await
    }

    /// What a list counts, by type of tickets.
    pub async fn counts(&self, list: CheckinListId) -> Result<Vec<Count>, dynamo::Error> {
        let query = Query::table(&keys::at_list(list)).prefix(keys::COUNTS);
        let shards: Vec<CountShard> = self.conferences.query_all(query).await?;
        let mut sums: BTreeMap<TicketType, Count> = BTreeMap::new();
        for CountShard { count, .. } in shards {
            let nothing = || Count { checked_in: 0, entries: 0, exits: 0, ..count.clone() };
            sums.entry(count.ticket_type.clone()).or_insert_with(nothing).add(&count, 1);
        }
        Ok(sums.into_values().collect())
    }
}
