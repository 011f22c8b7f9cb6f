//! Writes of tickets. Entries by address, counts and attendees are derived from tickets. A write changes them in the
//! same transaction, so they are never out of date. A ticket's address is read as it was written, and with it the key of
//! its entry.

use std::collections::{BTreeMap, BTreeSet};

use super::TicketRepository;
use crate::attendees::error::AttendeeError;
use crate::attendees::items::{CountShard, TicketEmail};
use crate::attendees::keys;
use crate::attendees::model::{Attendee, Ticket, TicketStatus, TicketType};
use crate::audit::model::AuditEntry;
use crate::dynamo::{Entity, Expression, MAX_WRITES, OutboxMessage, Transaction};
use crate::id::UserId;
use crate::text::Slug;

/// A ticket before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As it was read; `None` for a new ticket.
    pub before: Option<Ticket>,
    /// At the next version.
    pub after: Ticket,
}

/// Most changes of one transaction. Each is up to six writes: a ticket, two addresses, two counts and an attendee. Four
/// writes are left for other items: the results of a group or the mark of an event, the message of claims that end, and
/// the entry of an audit.
pub const MAX_CHANGES: usize = (MAX_WRITES - 4) / (1 + 2 + 2 + 1);

impl TicketRepository {
    /// Stores up to [`MAX_CHANGES`] changes with the message of the claims that end, and the audit's entry of an
    /// organiser's change; see `write`.
    pub async fn save(
        &self,
        changes: &[Change],
        message: Option<&OutboxMessage>,
        entry: Option<&AuditEntry>,
    ) -> Result<(), AttendeeError> {
        let mut transaction = Transaction::new();
        if let Some(entry) = entry {
            transaction.put_new(&self.audit, entry);
        }
        self.write(changes, message, transaction).await
    }

    /// The same for claims of a user. [`AttendeeError::NotClaimable`]: another user has proved the address of a ticket.
    pub async fn save_claims(
        &self,
        changes: &[Change],
        user: UserId,
        message: Option<&OutboxMessage>,
    ) -> Result<(), AttendeeError> {
        let mut transaction = Transaction::new();
        let addresses: BTreeSet<_> = changes.iter().filter_map(|change| change.after.email.as_ref()).collect();
        for address in addresses {
            let free = Expression::new("attribute_not_exists(pk) OR user_id = :me").text(":me", user);
            transaction.check(&self.users, &keys::proved(address), &free, AttendeeError::NotClaimable);
        }
        self.write(changes, message, transaction).await
    }

    /// Adds up to [`MAX_CHANGES`] changes of different tickets of one conference to `transaction`, and runs it.
    /// [`AttendeeError::VersionConflict`]: a ticket has changed since it was read.
    pub(super) async fn write(
        &self,
        changes: &[Change],
        message: Option<&OutboxMessage>,
        mut transaction: Transaction<AttendeeError>,
    ) -> Result<(), AttendeeError> {
        self.add(changes, &mut transaction);
        if let Some(message) = message {
            transaction.put(&self.conferences, message);
        }
        transaction.run(&self.random).await
    }

    /// Whether a change can be written at all. It is not written.
    pub fn can_write(&self, change: &Change) -> bool {
        let mut transaction = Transaction::new();
        self.add(std::slice::from_ref(change), &mut transaction);
        transaction.is_sound()
    }

    fn add(&self, changes: &[Change], transaction: &mut Transaction<AttendeeError>) {
        for Change { before, after } in changes {
            let condition =
                before.as_ref().map_or_else(Expression::absent, |before| Expression::version(before.version));
            transaction.put_if(&self.conferences, after, &condition, AttendeeError::VersionConflict);
            let (old, new) = (before.as_ref().and_then(TicketEmail::of), TicketEmail::of(after));
            if let Some(old) = old.as_ref().filter(|old| new.as_ref().is_none_or(|new| new.email != old.email)) {
                transaction.delete(&self.conferences, &old.key());
            }
            if let Some(new) = new.filter(|new| old.as_ref().is_none_or(|old| old.email != new.email)) {
                transaction.put(&self.conferences, &new);
            }
        }
        self.count(changes, transaction);
        self.attend(changes, transaction);
    }

    /// Changes the counts. A transaction changes one shard, so that it has few items and rarely meets another
    /// transaction.
    fn count(&self, changes: &[Change], transaction: &mut Transaction<AttendeeError>) {
        let Some(first) = changes.first() else { return };
        let (conference, shard) = (&first.after.conference, keys::shard(first.after.code.as_str()));
        let mut moved: BTreeMap<(TicketStatus, &TicketType), i64> = BTreeMap::new();
        for Change { before, after } in changes {
            if let Some(before) = before {
                *moved.entry((before.status(), &before.ticket_type)).or_default() -= 1;
            }
            *moved.entry((after.status(), &after.ticket_type)).or_default() += 1;
        }
        for ((standing, ticket_type), tickets) in moved.into_iter().filter(|(_, tickets)| *tickets != 0) {
            let set = "SET entity = :entity, v = :v, conference = :conference, #shard = :shard, ticket_type = :type, \
                       standing = :standing ADD tickets :tickets";
            let update = Expression::new(set)
                .name("#shard", "shard")
                .text(":entity", CountShard::NAME)
                .number(":v", CountShard::VERSION)
                .text(":conference", conference)
                .number(":shard", shard)
                .text(":type", ticket_type)
                .text(":standing", standing.name())
                .number(":tickets", tickets);
            transaction.update(&self.conferences, &keys::count(conference, shard, standing, ticket_type), &update);
        }
    }

    /// Changes the number of tickets of attendees.
    fn attend(&self, changes: &[Change], transaction: &mut Transaction<AttendeeError>) {
        let mut moved: BTreeMap<(&Slug, UserId), i64> = BTreeMap::new();
        for Change { before, after } in changes {
            if let Some(user) = before.as_ref().and_then(Ticket::attendee) {
                *moved.entry((&after.conference, user)).or_default() -= 1;
            }
            if let Some(user) = after.attendee() {
                *moved.entry((&after.conference, user)).or_default() += 1;
            }
        }
        for ((conference, user_id), tickets) in moved.into_iter().filter(|(_, tickets)| *tickets != 0) {
            let attendee = Attendee { conference: conference.clone(), user_id, tickets: 0, listed: false };
            let mut update = Expression::new(
                "SET entity = :entity, v = :v, conference = :conference, user_id = :user, gsi1pk = :gsi1pk, \
                 gsi1sk = :gsi1sk ADD tickets :tickets",
            )
            .text(":entity", Attendee::NAME)
            .number(":v", Attendee::VERSION)
            .text(":conference", conference)
            .text(":user", user_id)
            .number(":tickets", tickets);
            for (name, value) in attendee.index_keys() {
                update = update.text(&format!(":{name}"), value);
            }
            transaction.update(&self.conferences, &attendee.key(), &update);
        }
    }
}
