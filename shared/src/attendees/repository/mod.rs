//! The reads and writes of tickets, attendees and imports.

mod attendees;
mod changes;
mod events;
mod imports;
mod write;
mod wrong_claims;

use std::collections::BTreeMap;

use super::error::AttendeeError;
use super::items::{CountShard, Marker, TicketEmail};
use super::keys;
use super::model::{Ticket, TicketCode, TicketCount, TicketState, TicketStatus, TicketType};
use crate::dynamo::{self, Entity, Expression, Key, Position, Query, Table, Transaction};
use crate::id::UserId;
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::users::contact::EmailAddress;

pub use write::{Change, MAX_CHANGES};
pub use wrong_claims::{WrongClaimCounter, WrongClaims};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criteria {
    pub ticket_type: Option<TicketType>,
    pub state: Option<TicketState>,
}

#[derive(Clone, Debug)]
pub struct TicketRepository {
    conferences: Table,
    /// Its claims say who has proved an address.
    users: Table,
    audit: Table,
    random: Random,
}

impl TicketRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        let table = |name| platform.tables.table(name);
        let (conferences, users, audit) = (table("conferences"), table("users"), table("audit"));
        Self { conferences, users, audit, random: platform.random.clone() }
    }

    pub async fn by_code(&self, conference: &Slug, code: &TicketCode) -> Result<Option<Ticket>, dynamo::Error> {
        self.conferences.get(&keys::ticket(conference, code)).await
    }

    /// Existing tickets of these codes, in no order: one request for up to 100.
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

    /// The tickets that a user claimed, of one conference or all. The index may lag behind a claim by moments.
    pub async fn held(&self, user: UserId, conference: Option<&Slug>) -> Result<Vec<Ticket>, dynamo::Error> {
        let query = Query::gsi2(&keys::holder(user));
        let query = conference.map_or_else(|| query.clone(), |slug| query.clone().prefix(&keys::held_of(slug)));
        self.conferences.query_all(query).await
    }

    /// A page of a shard's tickets that match the criteria, by code. `read` bounds the tickets that are read before the
    /// filter.
    pub async fn list(
        &self,
        conference: &Slug,
        shard: u8,
        criteria: &Criteria,
        read: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Ticket>, dynamo::Error> {
        let mut query = Query::gsi3(&keys::by_code(conference, shard)).limit(read).after(after);
        if let Some(ticket_type) = &criteria.ticket_type {
            query = query.filter(Expression::new("ticket_type = :type").text(":type", ticket_type));
        }
        if let Some(state) = &criteria.state {
            query = query.filter(Expression::new("#state = :state").name("#state", "state").value(":state", state));
        }
        self.conferences.query(query).await
    }

    /// How many tickets of each type and status a conference has.
    pub async fn counts(&self, conference: &Slug) -> Result<Vec<TicketCount>, dynamo::Error> {
        let shards: Vec<CountShard> = self.conferences.query_all(Query::table(&keys::counts(conference))).await?;
        let mut sums: BTreeMap<(TicketType, TicketStatus), i64> = BTreeMap::new();
        for CountShard { count, .. } in shards {
            *sums.entry((count.ticket_type, count.standing)).or_default() += count.tickets;
        }
        let counts = sums.into_iter().filter(|(_, tickets)| *tickets != 0);
        Ok(counts.map(|((ticket_type, standing), tickets)| TicketCount { ticket_type, standing, tickets }).collect())
    }

    /// Marks an existing conference as having tickets, so that it cannot be deleted.
    pub async fn open(&self, conference: &Slug) -> Result<(), AttendeeError> {
        let marker = Marker { conference: conference.clone() };
        if self.conferences.get::<Marker>(&marker.key()).await?.is_some() {
            return Ok(());
        }
        let mut transaction = Transaction::new();
        transaction.arrive(&self.conferences, &keys::conference(conference), AttendeeError::NoConference);
        transaction.put(&self.conferences, &marker);
        transaction.run(&self.random).await
    }
}
