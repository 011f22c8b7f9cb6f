//! What scanners without network know of tickets: all of them at first, and then what changed.
//!
//! A round reads the tickets shard by shard in the order of their changes. The next round begins some seconds before the last one did,
//! as clocks differ between instances and an index follows its table: a ticket may so come twice, and none is missed.

use serde::{Deserialize, Serialize};

use super::CheckinService;
use crate::attendees::service::TicketService;
use crate::checkin::error::CheckinError;
use crate::checkin::view::{Snapshot, SnapshotTicket};
use crate::dynamo::Position;
use crate::id::CheckinListId;
use crate::page::{InvalidCursor, Page, PageRequest};
use crate::text::Slug;
use crate::time::Time;

/// Tickets of a part at most.
pub const SNAPSHOT_PAGE: usize = 500;
/// Shards that one request looks into at most: where little has changed most are empty, and each is a request to DynamoDB.
const MAX_QUERIES: usize = 3;
/// How far a round reaches back before the one before it began, in seconds.
const OVERLAP: i64 = 30;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Round {
    /// From when on changes are of interest; all tickets where absent.
    since: Option<Time>,
    /// When this round began.
    began: Time,
    /// The shard that is being read.
    shard: u8,
    /// After what.
    after: Option<Position>,
}

impl CheckinService {
    /// The part of a list's tickets that comes after the part that the cursor of `page` was given with.
    pub async fn snapshot(
        &self,
        conference: &Slug,
        id: CheckinListId,
        page: &PageRequest,
    ) -> Result<Snapshot, CheckinError> {
        let list = self.list(conference, id).await?;
        // Whom a list lets in is part of what was told: when that changes, scanners begin anew.
        let context = ["checkin-snapshot", conference.as_str(), &id.to_string(), &list.version.to_string()];
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
            items.extend(found.items.into_iter().map(|ticket| SnapshotTicket::of(&list, ticket)));
            round.after = found.last;
            round.shard += u8::from(round.after.is_none());
        }
        // Who knows nothing yet has nothing to forget.
        items.retain(|ticket| round.since.is_some() || !ticket.gone);
        let more = round.shard < TicketService::SHARDS;
        let Page { items, next_cursor } = page.page(&context, items, Some(round));
        Ok(Snapshot { items, cursor: next_cursor.ok_or(InvalidCursor)?, more })
    }
}
