//! The reads and writes of tickets. What follows from a ticket (where it is found by address, how many there are, who is an attendee)
//! is derived from it, and a write brings the difference in the same transaction, so none can go stale.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::AttendeeError;
use super::keys;
use super::model::{Attendee, Standing, Ticket, TicketCode, TicketCount, TicketType};
use crate::dynamo::{self, Dynamo, Entity, Expression, Key, Position, Query, Table, Transaction};
use crate::id::UserId;
use crate::random::Random;
use crate::text::Slug;
use crate::time::Time;
use crate::users::contact::EmailAddress;

impl Entity for Ticket {
    const NAME: &'static str = "ticket";

    fn key(&self) -> Key {
        keys::ticket(&self.conference, &self.code)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let shard = keys::shard(self.code.as_str());
        let mut keys = vec![
            ("gsi1pk", keys::changes(&self.conference, shard)),
            ("gsi1sk", keys::change(self.updated_at, &self.code)),
        ];
        if let Some(user) = self.user_id {
            keys.push(("gsi2pk", keys::holder(user)));
            keys.push(("gsi2sk", keys::held(&self.conference, &self.code)));
        }
        keys
    }
}

impl Entity for Attendee {
    const NAME: &'static str = "attendee";

    fn key(&self) -> Key {
        keys::attendee(&self.conference, self.user_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let user = self.user_id.to_string();
        let mut keys =
            vec![("gsi1pk", keys::attendees(&self.conference, keys::shard(&user))), ("gsi1sk", user.clone())];
        if self.listed {
            keys.extend([("gsi2pk", keys::directory(&self.conference)), ("gsi2sk", user)]);
        }
        keys
    }
}

/// A part of a count.
#[derive(Debug, Serialize, Deserialize)]
struct CountShard {
    conference: Slug,
    shard: u8,
    #[serde(flatten)]
    count: TicketCount,
}

impl Entity for CountShard {
    const NAME: &'static str = "ticket_count";

    fn key(&self) -> Key {
        keys::count(&self.conference, self.shard, self.count.standing, &self.count.ticket_type)
    }
}

/// By which a ticket is found by its address.
#[derive(Debug, Serialize, Deserialize)]
struct TicketEmail {
    conference: Slug,
    email: EmailAddress,
    code: TicketCode,
}

impl TicketEmail {
    fn of(ticket: &Ticket) -> Option<Self> {
        let (conference, code) = (ticket.conference.clone(), ticket.code.clone());
        ticket.email.clone().map(|email| Self { conference, email, code })
    }
}

impl Entity for TicketEmail {
    const NAME: &'static str = "ticket_email";

    fn key(&self) -> Key {
        keys::ticket_of(&self.conference, &self.email, &self.code)
    }
}

/// That a conference has tickets.
#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    conference: Slug,
}

impl Entity for Marker {
    const NAME: &'static str = "tickets_marker";

    fn key(&self) -> Key {
        keys::marker(&self.conference)
    }
}

/// A ticket as it was read, if it was there, and as it shall be: at the next version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As it was read; `None` where it is new.
    pub before: Option<Ticket>,
    /// As it shall be.
    pub after: Ticket,
}

/// The most changes of one transaction: a ticket, two addresses, two counts and an attendee each, below DynamoDB's 100 writes, with
/// room for four others.
pub const MAX_CHANGES: usize = 16;

/// Tickets in DynamoDB.
#[derive(Clone, Debug)]
pub struct TicketRepository {
    pub(super) conferences: Table,
    pub(super) random: Random,
}

impl TicketRepository {
    /// On the table of this deployment.
    pub fn new(dynamo: &Dynamo, random: Random) -> Self {
        Self { conferences: dynamo.table("conferences"), random }
    }

    /// A ticket.
    pub async fn by_code(&self, conference: &Slug, code: &TicketCode) -> Result<Option<Ticket>, dynamo::Error> {
        self.conferences.get(&keys::ticket(conference, code)).await
    }

    /// Those of these tickets that are there, in no order: one request for up to 100.
    pub async fn by_codes(&self, conference: &Slug, codes: &[TicketCode]) -> Result<Vec<Ticket>, dynamo::Error> {
        let keys: Vec<Key> = codes.iter().map(|code| keys::ticket(conference, code)).collect();
        self.conferences.batch_get(&keys, &self.random).await
    }

    /// The codes of the tickets of an address.
    pub async fn codes_of(&self, conference: &Slug, email: &EmailAddress) -> Result<Vec<TicketCode>, dynamo::Error> {
        let query = Query::table(&keys::tickets_of(conference, email)).limit(100);
        let found: dynamo::Page<TicketEmail> = self.conferences.query(query).await?;
        Ok(found.items.into_iter().map(|item| item.code).collect())
    }

    /// The tickets that a user has claimed, of one conference or of all. The index follows a claim within moments.
    pub async fn held(&self, user: UserId, conference: Option<&Slug>) -> Result<Vec<Ticket>, dynamo::Error> {
        let query = Query::gsi2(&keys::holder(user));
        let query = conference.map_or_else(|| query.clone(), |slug| query.clone().prefix(&keys::held_of(slug)));
        self.conferences.query_all(query).await
    }

    /// One request's worth of a shard's tickets, the longest unchanged first, those changed before `since` left out.
    pub async fn changes(
        &self,
        conference: &Slug,
        shard: u8,
        since: Option<Time>,
        filter: Expression,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Ticket>, dynamo::Error> {
        let mut query = Query::gsi1(&keys::changes(conference, shard)).filter(filter).limit(limit).after(after);
        if let Some(since) = since {
            query = query.between(&since.to_string(), "~");
        }
        self.conferences.query(query).await
    }

    /// How many tickets of each kind a conference has.
    pub async fn counts(&self, conference: &Slug) -> Result<Vec<TicketCount>, dynamo::Error> {
        let shards: Vec<CountShard> = self.conferences.query_all(Query::table(&keys::counts(conference))).await?;
        let mut sums: BTreeMap<(TicketType, Standing), i64> = BTreeMap::new();
        for CountShard { count, .. } in shards {
            *sums.entry((count.ticket_type, count.standing)).or_default() += count.tickets;
        }
        let counts = sums.into_iter().filter(|(_, tickets)| *tickets != 0);
        Ok(counts.map(|((ticket_type, standing), tickets)| TicketCount { ticket_type, standing, tickets }).collect())
    }

    /// Makes a conference ready to have tickets, if it is there: from now on it cannot be deleted.
    pub async fn open(&self, conference: &Slug) -> Result<(), AttendeeError> {
        let marker = Marker { conference: conference.clone() };
        if self.conferences.get::<Marker>(&marker.key()).await?.is_some() {
            return Ok(());
        }
        let mut transaction = Transaction::new();
        let there = Expression::new("attribute_exists(pk)");
        transaction.check(&self.conferences, &keys::conference(conference), &there, AttendeeError::NoConference);
        transaction.put(&self.conferences, &marker);
        transaction.run(&self.random).await
    }

    /// Stores up to [`MAX_CHANGES`] changes of different tickets of one conference with all that follows from them, together with what
    /// `transaction` has; [`AttendeeError::VersionConflict`] when one of them is not as it was read.
    pub async fn write(
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
            let set = "SET entity = :entity, v = :v, conference = :conference, shard = :shard, ticket_type = :type, \
                       standing = :standing ADD tickets :tickets";
            let update = Expression::new(set)
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
