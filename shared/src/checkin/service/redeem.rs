//! Scans: of one ticket, and what they change.

use sha2::{Digest, Sha256};

use super::{CheckinService, Operator};
use crate::attendees::model::{CheckedIn, Ticket, TicketCode};
use crate::attendees::qr;
use crate::checkin::error::CheckinError;
use crate::checkin::model::{CheckinList, Count, Nonce, Reason, Scan, Tally};
use crate::checkin::repository::{Change, StrayScan};
use crate::checkin::scan_log::ScanLog;
use crate::checkin::view::{Reconciled, Redeemed, Redemption, Redemptions, ScanRequest};
use crate::id::CheckinListId;
use crate::text::Slug;
use crate::time::Time;

/// How far ahead of ours a scanner's clock may be, in seconds.
const MAX_AHEAD: i64 = 5 * 60;
/// How old a scan may be, in seconds.
const MAX_AGE: i64 = 14 * 24 * 3600;
/// How often scans of a ticket are tried when others scan it at the same time. Each time at least one of them gets through.
const MAX_TRIES: usize = 32;

/// What scans of a ticket come to, before it is stored.
#[derive(Debug)]
pub(super) struct Applied {
    /// What is to be stored; nothing where all scans were known.
    pub(super) change: Option<Change>,
    /// The answers, in the order of the scans.
    pub(super) redemptions: Vec<Redemption>,
    /// Earlier answers that are others now.
    pub(super) reconciled: Vec<Reconciled>,
}

impl CheckinService {
    /// Takes up a scan of a ticket at a list.
    pub async fn redeem(
        &self,
        conference: &Slug,
        id: CheckinListId,
        request: ScanRequest,
        operator: &Operator,
    ) -> Result<Redeemed, CheckinError> {
        let now = self.clock.now();
        check(&request, "", now, operator)?;
        let requests = [request];
        let [request] = &requests;
        let code = self.ticket_code(conference, request);
        let Some(code) = code else {
            let list = self.list(conference, id).await?;
            return self.stray(&list, request, operator).await;
        };
        let (list, known) = tokio::try_join!(self.list(conference, id), self.known(conference, &code, id))?;
        let applied = match known {
            Some(known) => self.redeem_known(&list, known, &requests, operator).await?,
            None => return self.stray(&list, request, operator).await,
        };
        let redemption = applied.redemptions.into_iter().next().ok_or(CheckinError::NoScan)?;
        tracing::info!(checkin.list = %id, status = ?redemption.status, reason = ?redemption.reason, "ticket.scanned");
        Ok(Redeemed { redemption, reconciled: applied.reconciled })
    }

    /// The scans of a ticket at a list.
    pub async fn redemptions(
        &self,
        conference: &Slug,
        id: CheckinListId,
        code: &str,
    ) -> Result<Redemptions, CheckinError> {
        let code = self.code_of(conference, code).ok_or(CheckinError::NoScan)?;
        let (_, known) = tokio::try_join!(self.list(conference, id), self.known(conference, &code, id))?;
        let (ticket, log) = known.ok_or(CheckinError::NoScan)?;
        Ok(Redemptions::of(ticket, log))
    }

    /// Undoes a scan, once, however often it is asked for.
    pub async fn undo(
        &self,
        conference: &Slug,
        id: CheckinListId,
        (code, nonce): (&str, &Nonce),
        operator: &Operator,
    ) -> Result<Redeemed, CheckinError> {
        let code = self.code_of(conference, code).ok_or(CheckinError::NoScan)?;
        self.list(conference, id).await?;
        for _ in 0..MAX_TRIES {
            let now = self.clock.now();
            let Some((ticket, Some(before))) = self.known(conference, &code, id).await? else {
                return Err(CheckinError::NoScan);
            };
            let scan = before.scan(nonce).ok_or(CheckinError::NoScan)?;
            let undone = scan.undone_at.is_some();
            let mut log = before.clone();
            if !log.undo(nonce, &operator.name, log.next_time(now)) {
                return Err(CheckinError::NotRedeemed);
            }
            let reconciled = log.reconcile();
            let scan = log.scan(nonce).ok_or(CheckinError::NoScan)?;
            let redemption = Redemption::of(scan, &ticket, log.tally);
            let reconciled = reconciled.iter().map(Reconciled::of).collect();
            let stored =
                if undone { Ok(()) } else { self.repository.write(&[change(&before, log, &ticket, now)]).await };
            match stored {
                Err(CheckinError::Contended) => {}
                stored => return stored.map(|()| Redeemed { redemption, reconciled }),
            }
        }
        Err(CheckinError::Contended)
    }

    /// A ticket and its scans at a list.
    async fn known(
        &self,
        conference: &Slug,
        code: &TicketCode,
        list: CheckinListId,
    ) -> Result<Option<(Ticket, Option<ScanLog>)>, CheckinError> {
        let ticket = async { Ok::<_, CheckinError>(self.tickets.by_code(conference, code).await?) };
        let log = async { Ok::<_, CheckinError>(self.repository.log(conference, code, list).await?) };
        let (ticket, log) = tokio::try_join!(ticket, log)?;
        Ok(ticket.map(|ticket| (ticket, log)))
    }

    /// Takes up scans of a ticket as it was read, and reads it again when others were faster.
    async fn redeem_known(
        &self,
        list: &CheckinList,
        (ticket, log): (Ticket, Option<ScanLog>),
        requests: &[ScanRequest],
        operator: &Operator,
    ) -> Result<Applied, CheckinError> {
        let code = ticket.code.clone();
        let mut known = Some((ticket, log));
        for _ in 0..MAX_TRIES {
            let Some((ticket, log)) = known else { break };
            let applied = apply(list, ticket, log, requests, operator, self.clock.now());
            let stored = match &applied.change {
                Some(change) => self.repository.write(std::slice::from_ref(change)).await,
                None => Ok(()),
            };
            match stored {
                Err(CheckinError::Contended) => known = self.known(&list.conference, &code, list.id).await?,
                stored => return stored.map(|()| applied),
            }
        }
        Err(CheckinError::Contended)
    }

    /// Takes up scans of a ticket that is read first.
    pub(super) async fn redeem_again(
        &self,
        list: &CheckinList,
        code: &TicketCode,
        requests: &[ScanRequest],
        operator: &Operator,
    ) -> Result<Applied, CheckinError> {
        let known = self.known(&list.conference, code, list.id).await?.ok_or(CheckinError::Contended)?;
        self.redeem_known(list, known, requests, operator).await
    }

    /// The code that a scan names, if it can be one of this conference's tickets.
    pub(super) fn ticket_code(&self, conference: &Slug, request: &ScanRequest) -> Option<TicketCode> {
        self.code_of(conference, request.code.as_str())
    }

    fn code_of(&self, conference: &Slug, text: &str) -> Option<TicketCode> {
        if !qr::looks_signed(text) {
            return text.parse().ok();
        }
        let signed = self.ticket_keys.verify(text).filter(|ticket| ticket.is_of(conference))?;
        signed.code().parse().ok()
    }

    async fn stray(
        &self,
        list: &CheckinList,
        request: &ScanRequest,
        operator: &Operator,
    ) -> Result<Redeemed, CheckinError> {
        self.repository.note(&[stray(list, request, operator, self.clock.now())]).await?;
        tracing::info!(checkin.list = %list.id, status = "Error", reason = "Invalid", "ticket.scanned");
        Ok(Redeemed { redemption: Redemption::invalid(request), reconciled: Vec::new() })
    }
}

/// Whether a scan can be as it says; `place` is where in the body it is.
pub(super) fn check(request: &ScanRequest, place: &str, now: Time, operator: &Operator) -> Result<(), CheckinError> {
    if request.force && !operator.may_force {
        return Err(CheckinError::ForceForbidden);
    }
    let invalid = |message| Err(CheckinError::Invalid { field: format!("{place}datetime"), message });
    match request.datetime {
        Some(at) if at > now.plus_seconds(MAX_AHEAD) => invalid("must not be more than 5 minutes ahead"),
        Some(at) if at < now.plus_seconds(-MAX_AGE) => invalid("must not be more than 14 days ago"),
        _ => Ok(()),
    }
}

/// A scan of what is no ticket, to be noted.
pub(super) fn stray(list: &CheckinList, request: &ScanRequest, operator: &Operator, now: Time) -> StrayScan {
    StrayScan {
        list: list.id,
        nonce: request.nonce.clone(),
        code_hash: hex::encode(Sha256::digest(request.code.as_str())),
        datetime: request.datetime,
        received_at: now,
        by: operator.name.clone(),
        refused: Reason::Invalid,
    }
}

/// What scans of a ticket come to.
pub(super) fn apply(
    list: &CheckinList,
    ticket: Ticket,
    log: Option<ScanLog>,
    requests: &[ScanRequest],
    operator: &Operator,
    now: Time,
) -> Applied {
    let empty = || ScanLog::new(list.conference.clone(), ticket.code.clone(), list.id, ticket.ticket_type.clone());
    let before = log.unwrap_or_else(empty);
    let mut log = before.clone();
    for request in requests {
        if log.scan(&request.nonce).is_some() {
            continue;
        }
        // A scan that happens now comes after all that are known, whatever the scanners' clocks say.
        let datetime = request.datetime.unwrap_or_else(|| log.next_time(now));
        log.add(Scan {
            nonce: request.nonce.clone(),
            scan_type: request.scan_type,
            datetime,
            received_at: now,
            by: operator.name.clone(),
            forced: request.force,
            rule: list.rule(),
            barred: list.bars(&ticket, datetime),
            refused: None,
            undone_at: None,
            undone_by: None,
        });
    }
    let is_new = log.scans.len() > before.scans.len();
    let reconciled = if is_new { log.reconcile() } else { Vec::new() };
    let was_known = |scan: &&Scan| before.scan(&scan.nonce).is_some();
    let reconciled = reconciled.iter().filter(was_known).map(Reconciled::of).collect();
    let of = |request: &ScanRequest| log.scan(&request.nonce).map(|scan| Redemption::of(scan, &ticket, log.tally));
    let redemptions = requests.iter().filter_map(of).collect();
    let change = is_new.then(|| change(&before, log, &ticket, now));
    Applied { change, redemptions, reconciled }
}

/// What is to be stored where a log was `before` and is `log`.
fn change(before: &ScanLog, mut log: ScanLog, ticket: &Ticket, now: Time) -> Change {
    let settled = log.settle();
    log.version = before.version + 1;
    log.counted_as = ticket.ticket_type.clone();
    let counts = if log.tally == before.tally && log.counted_as == before.counted_as {
        Vec::new()
    } else {
        let nothing = || Count { ticket_type: before.counted_as.clone(), checked_in: 0, entries: 0, exits: 0 };
        let mut lost = nothing();
        lost.add(&Count::of(&before.counted_as, before.tally), -1);
        vec![lost, Count::of(&log.counted_as, log.tally)]
    };
    let ticket = (log.tally != before.tally).then(|| {
        let mut ticket = ticket.clone();
        let Tally { entries, exits, last, .. } = log.tally;
        ticket.checked_in.insert(log.list, CheckedIn { entries, exits, last });
        ticket.stamp(now);
        ticket
    });
    Change { log, settled, ticket, counts }
}
