//! Tickets in the order of their changes, for those who keep a copy.

use super::TicketRepository;
use crate::attendees::keys;
use crate::attendees::model::Ticket;
use crate::dynamo::{self, Position, Query};
use crate::text::Slug;
use crate::time::Time;

/// After the sort keys of all times.
const EVER: &str = "~";

impl TicketRepository {
    /// One request's worth of a shard's tickets, the longest unchanged first; with `since`, only those changed then or later.
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
