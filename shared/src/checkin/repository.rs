//! The reads and writes of check-in. All changes of a scan (log, ticket, counts) are one transaction, on the condition
//! that log and ticket have not changed since they were read.

use std::collections::BTreeMap;

use super::error::CheckinError;
use super::items::{CountShard, SettledScans, StrayScan};
use super::keys;
use super::model::{CheckinList, Count, Scan};
use super::scan_log::ScanLog;
use crate::attendees::model::{Ticket, TicketCode, TicketType};
use crate::audit::model::AuditEntry;
use crate::conferences::error::ConferenceError;
use crate::dynamo::{self, Entity, Expression, Key, MAX_WRITES, Position, Query, Table, Transaction};
use crate::id::CheckinListId;
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;

/// The change by new scans of one ticket.
#[derive(Clone, Debug)]
pub struct Change {
    /// The log at its next version.
    pub log: ScanLog,
    /// Scans that were moved out of the log.
    pub settled: Vec<Scan>,
    /// The ticket at its next version, if it changes.
    pub ticket: Option<Ticket>,
    /// Changes of the list's counts.
    pub counts: Vec<Count>,
}

/// Most tickets of one transaction. Each is up to three writes, and two counts if its type has changed. The first one
/// that is let in is a write of the list, too.
pub const MAX_CHANGES: usize = (MAX_WRITES - 1) / (3 + 2);

#[derive(Clone, Debug)]
pub struct CheckinRepository {
    conferences: Table,
    audit: Table,
    random: Random,
}

impl CheckinRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        let table = |name| platform.tables.table(name);
        Self { conferences: table("conferences"), audit: table("audit"), random: platform.random.clone() }
    }

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

    /// Stores a new list of an existing conference.
    pub async fn create(&self, list: &CheckinList, entry: &AuditEntry) -> Result<(), CheckinError> {
        let mut transaction = Transaction::new();
        let conference = keys::owner(&list.conference);
        transaction.arrive(&self.conferences, &conference, ConferenceError::NotFound.into());
        transaction.put(&self.conferences, list);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    /// Stores the next version of a list.
    pub async fn save(&self, list: &CheckinList, entry: &AuditEntry) -> Result<(), CheckinError> {
        let unchanged = Expression::version(list.version - 1);
        let mut transaction = Transaction::new();
        transaction.put_if(&self.conferences, list, &unchanged, CheckinError::PreconditionFailed);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    /// Whether a ticket ever entered at a list.
    pub async fn is_in_use(&self, id: CheckinListId) -> Result<bool, dynamo::Error> {
        let query = Query::table(&keys::at_list(id)).prefix(keys::COUNTS).limit(1);
        Ok(!self.conferences.query::<CountShard>(query).await?.items.is_empty())
    }

    /// Deletes a list at this version, unless a ticket was let in since it was read.
    pub async fn delete(&self, list: &CheckinList, entry: &AuditEntry) -> Result<(), CheckinError> {
        let unused = Expression::version(list.version).and(Expression::new("attribute_not_exists(used)"));
        let mut transaction = Transaction::new();
        transaction.delete_if(&self.conferences, &list.key(), &unused, CheckinError::PreconditionFailed);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
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

    /// The scans that were moved out of a log, the oldest first.
    pub async fn settled(&self, log: &ScanLog) -> Result<Vec<Scan>, dynamo::Error> {
        let query = Query::table(&log.key().pk).prefix(&keys::settled_at(log.list));
        let settled: Vec<SettledScans> = self.conferences.query_all(query).await?;
        Ok(settled.into_iter().flat_map(|settled| settled.scans).collect())
    }

    /// Tickets of one lane change the same counts, so lanes can be written at once.
    pub fn lane(code: &TicketCode) -> u8 {
        keys::shard(code)
    }

    /// Stores the changes of up to [`MAX_CHANGES`] tickets at one list, all or nothing. [`CheckinError::Contended`]:
    /// something has changed since it was read.
    pub async fn write(&self, list: &CheckinList, changes: &[Change]) -> Result<(), CheckinError> {
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
                counts.entry(place).or_insert_with(|| Count::nothing(&count.ticket_type)).add(count, 1);
            }
        }
        let mut first = !list.used;
        for ((list_id, shard, ticket_type), count) in counts.iter().filter(|(_, count)| !count.is_nothing()) {
            if std::mem::take(&mut first) {
                let used = Expression::new("SET used = :used").value(":used", &true);
                transaction.update_if(table, &list.key(), &used, &Expression::there(), CheckinError::NoList);
            }
            let set = "SET entity = :entity, v = :v, #list = :list, #shard = :shard, ticket_type = :type \
                       ADD checked_in :checked_in, entries :entries, exits :exits";
            let update = Expression::new(set)
                .name("#list", "list")
                .name("#shard", "shard")
                .text(":entity", CountShard::NAME)
                .number(":v", CountShard::VERSION)
                .text(":list", list_id)
                .number(":shard", shard)
                .text(":type", ticket_type)
                .number(":checked_in", count.checked_in)
                .number(":entries", count.entries)
                .number(":exits", count.exits);
            transaction.update(table, &keys::count(*list_id, *shard, ticket_type), &update);
        }
        transaction.run(&self.random).await
    }

    /// Stores scans of codes that belong to no ticket, each once.
    pub async fn note(&self, strays: &[StrayScan]) -> Result<(), dynamo::Error> {
        // One batch may not name a key twice.
        let different: BTreeMap<String, &StrayScan> = strays.iter().map(|stray| (stray.key().sk, stray)).collect();
        let different: Vec<StrayScan> = different.into_values().cloned().collect();
        self.conferences.batch_put(&different, &self.random).await
    }

    /// The counts of a list by ticket type.
    pub async fn counts(&self, list: CheckinListId) -> Result<Vec<Count>, dynamo::Error> {
        let query = Query::table(&keys::at_list(list)).prefix(keys::COUNTS);
        let shards: Vec<CountShard> = self.conferences.query_all(query).await?;
        let mut sums: BTreeMap<TicketType, Count> = BTreeMap::new();
        for CountShard { count, .. } in shards {
            let sum = sums.entry(count.ticket_type.clone()).or_insert_with(|| Count::nothing(&count.ticket_type));
            sum.add(&count, 1);
        }
        Ok(sums.into_values().collect())
    }
}
