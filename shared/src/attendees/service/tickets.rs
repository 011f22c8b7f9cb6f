//! Tickets, for organisers and check-in: find, count and change them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::releases::{end_claims, lost_claims};
use crate::attendees::error::AttendeeError;
use crate::attendees::keys::SHARDS;
use crate::attendees::messages::of_released;
use crate::attendees::model::{Approval, AsOf, Ticket, TicketCode, TicketCount, TicketState, TicketType};
use crate::attendees::repository::{Change, Criteria, TicketRepository};
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::code_hash::CodeHashes;
use crate::conferences::service::ConferenceService;
use crate::dynamo::{self, Position};
use crate::expected::Expected;
use crate::page::{Page, PageRequest};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::{Line, Slug, not_null, set};
use crate::time::{Clock, Time};
use crate::users::contact::EmailAddress;
use crate::users::service::UserService;

/// Fields whose values the audit shows: the organisers' decisions, without people.
const SHOWN: [&str; 4] = ["blocked", "approval", "state", "reserved"];

/// Most requests that a page of a filtered list makes. The cursor continues where they end.
const REQUESTS: usize = 4;
/// Tickets that one request reads for a filtered list (about 150 KB).
const FILTERED_READ: usize = 250;

/// Which tickets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketQuery {
    /// Ticket code.
    pub code: Option<TicketCode>,
    /// Email address that the tickets were sent to.
    pub email: Option<EmailAddress>,
    /// Ticket type.
    pub ticket_type: Option<TicketType>,
    /// Ticket state.
    pub state: Option<TicketState>,
}

/// Transfer of a ticket to another person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketTransfer)]
pub struct Transfer {
    /// New name on the ticket.
    pub name: Line<200>,
    /// Email address of the new ticket holder. Only a user with this verified address can claim the ticket, as the
    /// previous holder knows the code.
    pub email: EmailAddress,
}

/// Changes to a ticket. An absent field stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"transfer": {"name": "Meera Iyer", "email": "meera@example.org"}}))]
pub struct TicketPatch {
    /// Whether organisers block the ticket. A blocked ticket is refused at every entrance.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub blocked: Option<bool>,
    /// Whether organisers let the ticket holder come.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub approval: Option<Approval>,
    /// State of the ticket.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub state: Option<TicketState>,
    /// Transfer to another person, who has to claim the ticket. An address of the same person keeps the claim.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub transfer: Option<Transfer>,
}

/// Tickets.
#[derive(Clone, Debug)]
pub struct TicketService {
    repository: TicketRepository,
    conferences: ConferenceService,
    users: UserService,
    clock: Clock,
    random: Random,
}

impl TicketService {
    /// On this platform, of these conferences, for these users.
    pub fn new(platform: &Platform, conferences: ConferenceService, users: UserService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: TicketRepository::new(platform), conferences, users, clock, random }
    }

    /// The ticket of a code.
    pub async fn by_code(&self, conference: &Slug, code: &TicketCode) -> Result<Option<Ticket>, AttendeeError> {
        Ok(self.repository.by_code(conference, code).await?)
    }

    /// Existing tickets of these codes, in no order: one request for up to 100.
    pub async fn by_codes(&self, conference: &Slug, codes: &[TicketCode]) -> Result<Vec<Ticket>, AttendeeError> {
        Ok(self.repository.by_codes(conference, codes).await?)
    }

    /// Number of shards of a conference's tickets.
    pub const SHARDS: u8 = SHARDS;

    /// A page of a shard's tickets, the oldest change first; with `since`, only changes from then on. The index may lag
    /// behind a change by moments.
    pub async fn changes(
        &self,
        conference: &Slug,
        shard: u8,
        since: Option<Time>,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Ticket>, AttendeeError> {
        Ok(self.repository.changes(conference, shard, since, limit, after).await?)
    }

    /// How many tickets of each type and status a conference has. No ticket is read.
    pub async fn counts(&self, conference: &Slug) -> Result<Vec<TicketCount>, AttendeeError> {
        let counts = self.repository.counts(conference).await?;
        if counts.is_empty() {
            self.conferences.get(conference).await?;
        }
        Ok(counts)
    }

    /// A page of tickets. By code or address, the order is that of codes. Otherwise it is arbitrary, but the same
    /// whatever happens to the tickets. A page may have fewer tickets than the limit and still a next page.
    pub async fn list(
        &self,
        conference: &Slug,
        query: &TicketQuery,
        page: &PageRequest,
    ) -> Result<Page<Ticket>, AttendeeError> {
        let found = self.find(conference, query, page).await?;
        if found.items.is_empty() {
            self.conferences.get(conference).await?;
        }
        Ok(found)
    }

    async fn find(
        &self,
        conference: &Slug,
        query: &TicketQuery,
        page: &PageRequest,
    ) -> Result<Page<Ticket>, AttendeeError> {
        let mut items = match query {
            TicketQuery { code: Some(code), .. } => {
                self.repository.by_code(conference, code).await?.into_iter().collect()
            }
            TicketQuery { email: Some(email), .. } => {
                let codes = self.repository.codes_of(conference, email).await?;
                self.repository.by_codes(conference, &codes).await?
            }
            TicketQuery { ticket_type, state, .. } => {
                let criteria = Criteria { ticket_type: ticket_type.clone(), state: *state };
                return self.scroll(conference, &criteria, page).await;
            }
        };
        let wanted = |ticket: &Ticket| {
            query.email.as_ref().is_none_or(|email| ticket.email.as_ref() == Some(email))
                && query.ticket_type.as_ref().is_none_or(|kind| ticket.ticket_type == *kind)
                && query.state.is_none_or(|state| ticket.state == state)
        };
        items.retain(wanted);
        items.sort_by(|a: &Ticket, b: &Ticket| a.code.cmp(&b.code));
        Ok(Page { items, next_cursor: None })
    }

    /// Reads the shards one after the other.
    async fn scroll(
        &self,
        conference: &Slug,
        criteria: &Criteria,
        page: &PageRequest,
    ) -> Result<Page<Ticket>, AttendeeError> {
        let context = [format!("tickets:{criteria:?}"), conference.to_string()];
        let start = page.after(&context)?;
        let (mut shard, mut after): (u8, Option<Position>) = start.unwrap_or_default();
        let mut items: Vec<Ticket> = Vec::new();
        for _ in 0..REQUESTS {
            let room = page.limit - items.len();
            let read = if *criteria == Criteria::default() { room } else { FILTERED_READ };
            let mut found = self.repository.list(conference, shard, criteria, read, after).await?;
            if found.items.len() > room {
                found.items.truncate(room);
                found.last = found.items.last().map(|ticket| Position::of_index(ticket, "gsi3"));
            }
            items.extend(found.items);
            (shard, after) = if found.last.is_some() { (shard, found.last) } else { (shard + 1, None) };
            if shard >= SHARDS {
                return Ok(Page { items, next_cursor: None });
            }
            if items.len() == page.limit {
                break;
            }
        }
        Ok(page.page(&context, items, Some((shard, after))))
    }

    /// Changes a ticket at version `expected`. Earlier data of the ticketing system does not undo a state or a
    /// transfer.
    pub async fn update(
        &self,
        actor: &Actor,
        hashes: &CodeHashes,
        conference: &Slug,
        code: &TicketCode,
        patch: TicketPatch,
        expected: &Expected,
    ) -> Result<Ticket, AttendeeError> {
        let before = self.repository.by_code(conference, code).await?.ok_or(AttendeeError::NotFound)?;
        if !expected.has(before.version) {
            return Err(AttendeeError::PreconditionFailed);
        }
        let now = self.clock.now();
        let mut after = before.clone();
        set(&mut after.blocked, patch.blocked);
        set(&mut after.approval, patch.approval);
        set(&mut after.state, patch.state);
        let is_transfer = patch.transfer.is_some();
        if let Some(Transfer { name, email }) = patch.transfer {
            // Who had the ticket knows its code.
            after.reserved |= !before.email.as_ref().is_some_and(|old| old.is_same_person(&email));
            (after.name, after.email) = (name, Some(email));
        }
        if after == before {
            return Ok(before);
        }
        if (after.state, &after.email, &after.name) != (before.state, &before.email, &before.name) {
            // Earlier data of the ticketing system, which may arrive late, would undo the change.
            after.as_of = after.as_of.max(AsOf { occurred_at: now, event: String::new() });
        }
        after.remember(&before, now);
        after.stamp(now);
        let mut changes = [Change { before: Some(before), after }];
        let released = lost_claims(&self.users, &changes, is_transfer).await?;
        end_claims(&mut changes, &released);
        let message = of_released(&released, now, &self.random)?;
        let [Change { before, after }] = &changes;
        let object =
            format!("conferences/{conference}/attendees/tickets/{}", hashes.in_audit(conference, code.as_str()));
        let difference = Changes::between(before.as_ref(), Some(after), &SHOWN);
        let entry = AuditEntry::new(actor, "ticket.update", object, difference, now, &self.random);
        let stored = self.repository.save(&changes, message.as_ref(), Some(&entry)).await;
        let [Change { after, .. }] = changes;
        match stored {
            Ok(()) => Ok(after),
            Err(AttendeeError::VersionConflict) => Err(AttendeeError::PreconditionFailed),
            Err(error) => Err(error),
        }
    }
}
