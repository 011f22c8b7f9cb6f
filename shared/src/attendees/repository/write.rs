//! Writing tickets. What follows from a ticket (where it is found by address, how many there are, who is an attendee) is derived from
//! it, and a write brings the difference in the same transaction, so none can go stale.

use std::collections::BTreeMap;

use super::TicketRepository;
use super::items::{CountShard, TicketEmail};
use crate::attendees::error::AttendeeError;
use crate::attendees::keys;
use crate::attendees::model::{Attendee, Standing, Ticket, TicketType};
use crate::dynamo::{Entity, Expression, MAX_WRITES, Transaction};
use crate::id::UserId;
use crate::text::Slug;

/// A ticket as it was read, if it was there, and as it shall be: at the next version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As it was read; `None` where it is new.
    pub before: Option<Ticket>,
    /// As it shall be.
    pub after: Ticket,
}

/// The most changes of one transaction: a ticket, two addresses, two counts and an attendee each, with room for four other writes.
pub const MAX_CHANGES: usize = (MAX_WRITES - 4) / (1 + 2 + 2 + 1);

impl TicketRepository {
    /// Stores up to [`MAX_CHANGES`] changes as [`Self::write`] does, and nothing else.
    pub async fn save(&self, changes: &[Change]) -> Result<(), AttendeeError> {
        self.write(changes, Transaction::new()).await
    }

    /// Stores up to [`MAX_CHANGES`] changes of different tickets of one conference with all that follows from them, together with what
    /// `transaction` has; [`AttendeeError::VersionConflict`] when one of them is not as it was read.
    pub(super) async fn write(
        &self,
        changes: &[Change],
        mut transaction: Transaction<AttendeeError>,
    ) -> Result<(), AttendeeError> {
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
        self.count(changes, &mut transaction);
        self.attend(changes, &mut transaction);
        transaction.run(&self.random).await
    }

    /// Moves the counts. All of a transaction's are in one shard, so that it changes few items, and others change others.
    fn count(&self, changes: &[Change], transaction: &mut Transaction<AttendeeError>) {
        let Some(first) = changes.first() else { return };
        let (conference, shard) = (&first.after.conference, keys::shard(first.after.code.as_str()));
        let mut moved: BTreeMap<(Standing, &TicketType), i64> = BTreeMap::new();
        for Change { before, after } in changes {
            if let Some(before) = before {
                *moved.entry((before.standing(), &before.ticket_type)).or_default() -= 1;
            }
            *moved.entry((after.standing(), &after.ticket_type)).or_default() += 1;
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

    /// Moves how many tickets make a user an attendee.
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
