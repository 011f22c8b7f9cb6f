//! Tickets in the order of their changes, for snapshots.

use super::TicketRepository;
use crate::attendees::keys;
use crate::attendees::model::Ticket;
use crate::dynamo::{self, Position, Query};
use crate::text::Slug;
use crate::time::Time;

/// Sorts after all times.
const EVER: &str = "~";

impl TicketRepository {
    /// A page of a shard's tickets, the oldest change first; with `since`, only changes from then on.
    pub async fn changes(
        &self,
        conference: &Slug,
        shard: u8,
        since: Option<Time>,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Ticket>, dynamo::Error> {
        let query = Query::gsi1(&keys::changes(conference, shard)).limit(limit).after(after);
        let query = match since {
            Some(since) => query.between(&since.to_string(), EVER),
            None => query,
        };
        self.conferences.query(query).await
    }
}
