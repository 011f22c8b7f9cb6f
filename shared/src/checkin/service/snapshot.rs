//! Snapshots for offline scanners: all tickets at first, then changes.
//!
//! A round reads the tickets shard by shard in the order of their changes. The next round reads changes from some
//! minutes before the start of the last one: a change has the time at which its write began, a write may be retried
//! until its function ends, clocks differ between instances, and an index lags behind its table. So a ticket may come
//! twice, and none is missed.

use serde::{Deserialize, Serialize};

use super::CheckinService;
use crate::attendees::service::TicketService;
use crate::checkin::error::CheckinError;
use crate::checkin::view::{Snapshot, SnapshotTicket};
use crate::code_hash::CodeHashes;
use crate::dynamo::Position;
use crate::id::CheckinListId;
use crate::page::{InvalidCursor, Page, PageRequest};
use crate::text::Slug;
use crate::time::Time;

/// Most tickets of a part.
pub const SNAPSHOT_PAGE: usize = 500;
/// Most shards that one request reads. Most shards have few changes, and each is a request to DynamoDB.
const MAX_QUERIES: usize = 3;
/// The longest that a write of a ticket takes, in seconds: the timeout of `attendee-import`.
pub const LONGEST_WRITE: i64 = 120;
/// How far a round reaches back before the start of the last round, in seconds. A minute is for clocks and the index.
const OVERLAP: i64 = LONGEST_WRITE + 60;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Round {
    /// Only changes since then; `None`: all tickets.
    since: Option<Time>,
    /// Start of this round.
    began: Time,
    /// The shard that is being read.
    shard: u8,
    /// After what.
    after: Option<Position>,
}

impl CheckinService {
    /// The part of a list's tickets that follows the cursor of `page`.
    pub async fn snapshot(
        &self,
        conference: &Slug,
        id: CheckinListId,
        page: &PageRequest,
        hashes: &CodeHashes,
    ) -> Result<Snapshot, CheckinError> {
        let list = self.list(conference, id).await?;
        // The list's rules are part of a snapshot: when they change, scanners start again.
        let code_key = hashes.snapshot_key(id);
        // So are its hashes: a scanner never has two kinds.
        let context =
            ["checkin-snapshot", conference.as_str(), &id.to_string(), &list.version.to_string(), code_key.as_str()];
        let first = Round { since: None, began: self.clock.now(), shard: 0, after: None };
        let mut round = page.after(&context)?.unwrap_or(first);
        if round.shard >= TicketService::SHARDS {
            round = Round {
                since: Some(round.began.plus_seconds(-OVERLAP)),
                began: self.clock.now(),
                shard: 0,
                after: None,
            };
        }
        let mut items = Vec::new();
        for _ in 0..MAX_QUERIES {
            if items.len() >= page.limit || round.shard >= TicketService::SHARDS {
                break;
            }
            let left = page.limit - items.len();
            let found = self.tickets.changes(conference, round.shard, round.since, left, round.after.take()).await?;
            items.extend(found.items.into_iter().map(|ticket| SnapshotTicket::of(&list, ticket, &code_key)));
            round.after = found.last;
            round.shard += u8::from(round.after.is_none());
        }
        // A scanner in its first round has no ticket to delete.
        items.retain(|ticket| round.since.is_some() || !ticket.gone);
        let more = round.shard < TicketService::SHARDS;
        let Page { items, next_cursor } = page.page(&context, items, Some(round));
        Ok(Snapshot { items, code_key, cursor: next_cursor.ok_or(InvalidCursor)?, more })
    }
}
