//! Batches of scans that a scanner made offline.
//!
//! Tickets and logs are read in batches, and written in transactions of many tickets each: 500 scans are about 10 reads
//! and 30 writes. If another scanner scans a ticket of a transaction at the same time, the tickets of the transaction
//! are redeemed one by one.

use std::collections::{BTreeMap, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use utoipa::ToSchema;

use super::apply::{Applied, Known, apply};
use super::redeem::{check, misdated, stray};
use super::{CheckinService, Operator};
use crate::attendees::model::{Ticket, TicketCode};
use crate::checkin::error::CheckinError;
use crate::checkin::items::StrayScan;
use crate::checkin::model::{CheckinList, Reason};
use crate::checkin::repository::{Change, CheckinRepository, MAX_CHANGES};
use crate::checkin::view::{BatchRedeemed, Redemption, ScanRequest};
use crate::code_hash::CodeHashes;
use crate::id::CheckinListId;
use crate::tasks;
use crate::text::Slug;

/// Most scans of a batch: one request can read and write so many within its time.
pub const BATCH: usize = 500;

/// Long logs whose settled scans are read at once.
const LONG_LOGS: usize = 8;

/// Scans that a scanner made offline.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckinScanBatch, example = json!({"scans": [
    {"code": "k7xq2mv9tz4w", "nonce": "Zk3nX0d2Qm9vB1", "type": "entry", "datetime": "2026-11-22T03:31:07Z"},
    {"code": "k7xq2mv9tz4w", "nonce": "p8Yc1sLw4RtE0a", "type": "exit", "datetime": "2026-11-22T07:02:44Z"},
]}))]
pub struct BatchRequest {
    /// The scans, in any order, 1 to 500.
    #[schema(min_items = 1, max_items = 500)]
    pub scans: Vec<ScanRequest>,
}

/// The scans of one ticket, and their result.
#[derive(Debug)]
struct Work {
    code: TicketCode,
    /// Their positions in the request.
    places: Vec<usize>,
    scans: Vec<ScanRequest>,
    applied: Applied,
}

impl CheckinService {
    /// Redeems scans at a list. Each has its result, in the order of the request. A scan with a wrong time says nothing
    /// about the others.
    pub async fn redeem_batch(
        &self,
        conference: &Slug,
        id: CheckinListId,
        BatchRequest { scans }: BatchRequest,
        operator: &Operator,
        hashes: &CodeHashes,
    ) -> Result<BatchRedeemed, CheckinError> {
        let now = self.clock.now();
        if scans.is_empty() || scans.len() > BATCH {
            return Err(CheckinError::Invalid { field: "scans".to_owned(), message: "must have 1 to 500 scans" });
        }
        scans.iter().try_for_each(|scan| check(scan, operator))?;
        let dated = |scan: &ScanRequest| misdated(scan, now).is_none();
        let mut by_code: BTreeMap<TicketCode, Vec<usize>> = BTreeMap::new();
        for (place, scan) in scans.iter().enumerate().filter(|(_, scan)| dated(scan)) {
            if let Some(code) = self.ticket_code(conference, scan) {
                by_code.entry(code).or_default().push(place);
            }
        }
        let (list, works) = self.works(conference, id, &scans, by_code, operator).await?;
        let mut results: Vec<Option<Redemption>> = vec![None; scans.len()];
        let mut reconciled = Vec::new();
        for work in self.store(&list, works, operator).await? {
            reconciled.extend(work.applied.reconciled);
            for (place, redemption) in work.places.into_iter().zip(work.applied.redemptions) {
                if let Some(result) = results.get_mut(place) {
                    *result = Some(redemption);
                }
            }
        }
        let strays = scans.iter().zip(&results).filter(|(scan, result)| result.is_none() && dated(scan));
        let strays: Vec<StrayScan> = strays.map(|(scan, _)| stray(&list, scan, operator, hashes, now)).collect();
        self.repository.note(&strays).await?;
        let (count, invalid) = (scans.len(), strays.len());
        tracing::info!(checkin.list = %id, count, invalid, reconciled = reconciled.len(), "tickets.scanned");
        let or_unknown = |(scan, result): (&ScanRequest, Option<Redemption>)| {
            let reason = if dated(scan) { Reason::Invalid } else { Reason::InvalidDatetime };
            result.unwrap_or_else(|| Redemption::unknown(scan, reason))
        };
        Ok(BatchRedeemed { results: scans.iter().zip(results).map(or_unknown).collect(), reconciled })
    }

    /// Reads the list, the tickets and their logs, and applies the scans.
    async fn works(
        &self,
        conference: &Slug,
        id: CheckinListId,
        scans: &[ScanRequest],
        by_code: BTreeMap<TicketCode, Vec<usize>>,
        operator: &Operator,
    ) -> Result<(CheckinList, Vec<Work>), CheckinError> {
        let now = self.clock.now();
        let codes: Vec<TicketCode> = by_code.keys().cloned().collect();
        let tickets = async { Ok::<_, CheckinError>(self.tickets.by_codes(conference, &codes).await?) };
        let logs = async { Ok::<_, CheckinError>(self.repository.logs(conference, &codes, id).await?) };
        let (list, tickets, logs) = tokio::try_join!(self.list(conference, id), tickets, logs)?;
        let mut logs: HashMap<TicketCode, _> = logs.into_iter().map(|log| (log.code.clone(), log)).collect();
        let work = |ticket: Ticket| {
            let code = ticket.code.clone();
            let log = logs.remove(&code);
            let places = by_code.get(&code).cloned().unwrap_or_default();
            let scans: Vec<ScanRequest> = places.iter().filter_map(|place| scans.get(*place)).cloned().collect();
            let list = &list;
            async move {
                let settled = self.settled(log.as_ref(), &scans).await?;
                let applied = apply(list, Known { ticket, log, settled }, &scans, operator, now);
                Ok::<_, CheckinError>(Work { code, places, scans, applied })
            }
        };
        // Few logs are so long that their settled scans are read.
        let works: Vec<_> = tickets.into_iter().map(work).collect();
        let works = stream::iter(works).buffered(LONG_LOGS).try_collect().await?;
        Ok((list, works))
    }

    /// Stores results, several transactions at once.
    async fn store(
        &self,
        list: &CheckinList,
        works: Vec<Work>,
        operator: &Operator,
    ) -> Result<Vec<Work>, CheckinError> {
        let mut lanes: BTreeMap<u8, Vec<Work>> = BTreeMap::new();
        for work in works {
            lanes.entry(CheckinRepository::lane(&work.code)).or_default().push(work);
        }
        let store = |lane| {
            let (service, list, operator) = (self.clone(), list.clone(), operator.clone());
            async move { service.store_lane(&list, lane, &operator).await }
        };
        let stored: Vec<Vec<Work>> = tasks::all(lanes.into_values().map(store)).await?;
        Ok(stored.into_iter().flatten().collect())
    }

    async fn store_lane(
        &self,
        list: &CheckinList,
        mut works: Vec<Work>,
        operator: &Operator,
    ) -> Result<Vec<Work>, CheckinError> {
        for group in works.chunks_mut(MAX_CHANGES) {
            let changes: Vec<Change> = group.iter().filter_map(|work| work.applied.change.clone()).collect();
            match self.repository.write(list, &changes).await {
                Err(CheckinError::Contended) => {
                    for work in group {
                        work.applied = self.redeem_again(list, &work.code, &work.scans, operator).await?;
                    }
                }
                stored => stored?,
            }
        }
        Ok(works)
    }
}
