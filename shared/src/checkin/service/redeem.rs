//! Scans: of one ticket, and what they change.

use super::apply::{Applied, Known, apply, undone};
use super::{CheckinService, Operator};
use crate::attendees::model::{Ticket, TicketCode};
use crate::attendees::qr;
use crate::checkin::error::CheckinError;
use crate::checkin::items::StrayScan;
use crate::checkin::model::{CheckinList, Nonce, Reason, Scan};
use crate::checkin::scan_log::ScanLog;
use crate::checkin::view::{Redeemed, Redemption, Redemptions, ScanRequest};
use crate::code_hash::CodeHashes;
use crate::dynamo::Contention;
use crate::id::CheckinListId;
use crate::text::Slug;
use crate::time::Time;

/// How old a scan may be, in seconds. A scanner that is offline all week uploads after it.
const MAX_AGE: i64 = 14 * 24 * 3600;

impl CheckinService {
    /// Redeems a scan of a ticket at a list.
    pub async fn redeem(
        &self,
        conference: &Slug,
        id: CheckinListId,
        request: ScanRequest,
        operator: &Operator,
        hashes: &CodeHashes,
    ) -> Result<Redeemed, CheckinError> {
        let now = self.clock.now();
        check(&request, operator)?;
        if let Some(message) = misdated(&request, now) {
            return Err(CheckinError::Invalid { field: "datetime".to_owned(), message });
        }
        let requests = [request];
        let [request] = &requests;
        let code = self.ticket_code(conference, request);
        let Some(code) = code else {
            let list = self.list(conference, id).await?;
            return self.stray(&list, request, operator, hashes).await;
        };
        let (list, known) = tokio::try_join!(self.list(conference, id), self.known(conference, &code, id))?;
        let applied = match known {
            Some(known) => self.redeem_known(&list, known, &requests, operator).await?,
            None => return self.stray(&list, request, operator, hashes).await,
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

    /// Undoes a scan. A second call changes nothing.
    pub async fn undo(
        &self,
        conference: &Slug,
        id: CheckinListId,
        (code, nonce): (&str, &Nonce),
        operator: &Operator,
    ) -> Result<Redeemed, CheckinError> {
        let code = self.code_of(conference, code).ok_or(CheckinError::NoScan)?;
        let list = self.list(conference, id).await?;
        let mut contention = Contention::new(&self.random);
        loop {
            let Some((ticket, Some(before))) = self.known(conference, &code, id).await? else {
                return Err(CheckinError::NoScan);
            };
            let (change, redeemed) = undone(&before, &ticket, nonce, operator, self.clock.now())?;
            let stored = match change {
                Some(change) => self.repository.write(&list, &[change]).await,
                None => Ok(()),
            };
            match stored {
                Err(CheckinError::Contended) if contention.wait().await => {}
                stored => return stored.map(|()| redeemed),
            }
        }
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

    /// The scans that are no longer in a log, if a request may repeat one of them. A log that was read at the same time
    /// or
    /// before has no scan that is missing in both.
    pub(super) async fn settled(
        &self,
        log: Option<&ScanLog>,
        requests: &[ScanRequest],
    ) -> Result<Vec<Scan>, CheckinError> {
        let is_new = |log: &ScanLog| requests.iter().any(|request| log.scan(&request.nonce).is_none());
        match log.filter(|log| log.settled.times > 0 && is_new(log)) {
            Some(log) => Ok(self.repository.settled(log).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Redeems scans of a ticket that was read, and reads it again if another scanner was faster.
    async fn redeem_known(
        &self,
        list: &CheckinList,
        (mut ticket, mut log): (Ticket, Option<ScanLog>),
        requests: &[ScanRequest],
        operator: &Operator,
    ) -> Result<Applied, CheckinError> {
        let code = ticket.code.clone();
        let mut contention = Contention::new(&self.random);
        loop {
            let settled = self.settled(log.as_ref(), requests).await?;
            let known = Known { ticket, log, settled };
            let applied = apply(list, known, requests, operator, self.clock.now());
            let stored = match &applied.change {
                Some(change) => self.repository.write(list, std::slice::from_ref(change)).await,
                None => Ok(()),
            };
            match stored {
                Err(CheckinError::Contended) if contention.wait().await => {
                    let known = self.known(&list.conference, &code, list.id).await?;
                    (ticket, log) = known.ok_or(CheckinError::Contended)?;
                }
                stored => return stored.map(|()| applied),
            }
        }
    }

    /// Reads a ticket and redeems scans of it.
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

    /// The ticket code of a scan, if it can belong to this conference.
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
        hashes: &CodeHashes,
    ) -> Result<Redeemed, CheckinError> {
        self.repository.note(&[stray(list, request, operator, hashes, self.clock.now())]).await?;
        tracing::info!(checkin.list = %list.id, status = "Error", reason = "Invalid", "ticket.scanned");
        Ok(Redeemed { redemption: Redemption::unknown(request, Reason::Invalid), reconciled: Vec::new() })
    }
}

/// Checks that the operator may make this scan.
pub(super) const fn check(request: &ScanRequest, operator: &Operator) -> Result<(), CheckinError> {
    if request.force && !operator.may_force { Err(CheckinError::ForceForbidden) } else { Ok(()) }
}

/// What is wrong with the time of a scan.
pub(super) fn misdated(request: &ScanRequest, now: Time) -> Option<&'static str> {
    match request.datetime? {
        // Scans count in the order of their times, so a scan from the future would come after all scans until then.
        at if at.is_ahead_of(now) => Some("must not be more than 5 minutes ahead"),
        at if at < now.plus_seconds(-MAX_AGE) => Some("must not be more than 14 days ago"),
        _ => None,
    }
}

/// The record of a code that belongs to no ticket.
pub(super) fn stray(
    list: &CheckinList,
    request: &ScanRequest,
    operator: &Operator,
    hashes: &CodeHashes,
    now: Time,
) -> StrayScan {
    StrayScan {
        list: list.id,
        nonce: request.nonce.clone(),
        code_hash: hashes.of_stray(list.id, request.code.as_str()),
        datetime: request.datetime,
        received_at: now,
        by: operator.name.clone(),
        refused: Reason::Invalid,
    }
}
