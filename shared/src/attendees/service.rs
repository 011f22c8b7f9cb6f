//! What can be done with tickets, and its rules.

use super::error::AttendeeError;
use super::model::{Ticket, TicketCode, TicketCount};
use super::repository::TicketRepository;
use crate::dynamo::{Page, Position};
use crate::text::Slug;
use crate::time::Time;

/// Tickets, as those who work with single ones read them.
#[derive(Clone, Debug)]
pub struct TicketService {
    repository: TicketRepository,
}

impl TicketService {
    /// Of this repository.
    pub fn new(repository: TicketRepository) -> Self {
        Self { repository }
    }

    /// A ticket, if there is one of this code.
    pub async fn by_code(&self, conference: &Slug, code: &TicketCode) -> Result<Option<Ticket>, AttendeeError> {
        Ok(self.repository.by_code(conference, code).await?)
    }

    /// Those of these tickets that are there, in no order: one request for up to 100.
    pub async fn by_codes(&self, conference: &Slug, codes: &[TicketCode]) -> Result<Vec<Ticket>, AttendeeError> {
        Ok(self.repository.by_codes(conference, codes).await?)
    }

    /// The lists that a conference's tickets are spread over, numbered from 0.
    pub const SHARDS: u8 = super::keys::SHARDS;

    /// One request's worth of a shard's tickets, the longest unchanged first; with `since`, only those changed then or later. The index
    /// follows a change within moments.
    pub async fn changes(
        &self,
        conference: &Slug,
        shard: u8,
        since: Option<Time>,
        limit: usize,
        after: Option<Position>,
    ) -> Result<Page<Ticket>, AttendeeError> {
        Ok(self.repository.changes(conference, shard, since, Default::default(), limit, after).await?)
    }

    /// How many tickets of each kind a conference has, without reading any.
    pub async fn counts(&self, conference: &Slug) -> Result<Vec<TicketCount>, AttendeeError> {
        Ok(self.repository.counts(conference).await?)
    }
}
