//! The webhook of the ticketing system: signed events, each applied once, in any order.

use std::collections::HashMap;

use super::releases::{end_claims, lost_claims};
use crate::attendees::error::AttendeeError;
use crate::attendees::messages::of_released;
use crate::attendees::model::{Ticket, TicketCode};
use crate::attendees::repository::{Change, TicketRepository};
use crate::attendees::signature::WebhookSecrets;
use crate::attendees::source::{Applied, TicketData};
use crate::attendees::webhook::{MAX_TICKETS, TicketEvent};
use crate::dynamo::Contention;
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::time::Clock;
use crate::users::service::UserService;

/// Result of a ticketing event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reception {
    /// It was applied.
    Applied,
    /// It was received before.
    Repeated,
    /// Later events of all its tickets were received before.
    Outdated,
}

/// Receives ticketing events.
#[derive(Clone, Debug)]
pub struct TicketingWebhook {
    repository: TicketRepository,
    secrets: WebhookSecrets,
    users: UserService,
    clock: Clock,
    random: Random,
}

impl TicketingWebhook {
    /// Without secrets, each event is refused.
    pub fn new(platform: &Platform, secrets: WebhookSecrets, users: UserService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: TicketRepository::new(platform), secrets, users, clock, random }
    }

    /// Applies the event of a body with this signature.
    pub async fn receive(&self, conference: &Slug, signature: &str, body: &[u8]) -> Result<Reception, AttendeeError> {
        if !self.secrets.verify(signature, body, self.clock.now()) {
            return Err(AttendeeError::BadSignature);
        }
        let event = read(body)?;
        // All events until then would be earlier, and change nothing.
        if event.occurred_at.is_ahead_of(self.clock.now()) {
            return Err(no_event("occurred_at", "must not be more than 5 minutes ahead. Check the clock"));
        }
        self.repository.open(conference).await?;
        let (id, kind, as_of) = (event.id.clone(), event.event_type, event.as_of());
        let data = event.data();
        let codes: Vec<TicketCode> = data.iter().map(|ticket| ticket.code.clone()).collect();
        let mut contention = Contention::new(&self.random);
        let reception = loop {
            let found = self.repository.by_codes(conference, &codes).await?;
            let known: HashMap<&TicketCode, &Ticket> = found.iter().map(|ticket| (&ticket.code, ticket)).collect();
            let now = self.clock.now();
            let change = |word: &TicketData| {
                let before = known.get(&word.code).copied();
                match word.apply(conference, before, &as_of, now) {
                    // Data that changes nothing is stored, too, as earlier events are outdated then.
                    Applied::Created(after) | Applied::Updated(after) | Applied::Unchanged(after) => {
                        Some(Change { before: before.cloned(), after })
                    }
                    Applied::Stale => None,
                }
            };
            let mut changes: Vec<Change> = data.iter().filter_map(change).collect();
            let released = lost_claims(&self.users, &changes, false).await?;
            end_claims(&mut changes, &released);
            let message = of_released(&released, now, &self.random)?;
            match self.repository.write_event(conference, id.as_str(), &changes, message.as_ref(), now).await {
                Ok(()) if changes.is_empty() => break Reception::Outdated,
                Ok(()) => break Reception::Applied,
                Err(AttendeeError::Seen) => break Reception::Repeated,
                Err(AttendeeError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        };
        tracing::info!(conference = %conference, event.kind = ?kind, event.reception = ?reception, "ticket_event.received");
        Ok(reception)
    }
}

fn no_event(field: &str, why: &str) -> AttendeeError {
    AttendeeError::NoEvent(field.to_owned(), why.to_owned())
}

/// The event of a body, or an error with the wrong field.
fn read(body: &[u8]) -> Result<TicketEvent, AttendeeError> {
    // serde would fill the event from an array, by position.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(no_event("body", "must be an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let event: TicketEvent = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let why = error.inner().to_string();
        no_event(&error.path().to_string(), why.split(" at line ").next().unwrap_or_default())
    })?;
    reader.end().map_err(|_| no_event("body", "must end after its JSON value"))?;
    let mut codes: Vec<&TicketCode> = event.tickets.iter().map(|ticket| &ticket.code).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.len() != event.tickets.len() {
        return Err(no_event("tickets", "must have each ticket once"));
    }
    if !(1..=MAX_TICKETS).contains(&codes.len()) {
        return Err(no_event("tickets", "must have 1 to 16 tickets"));
    }
    let backwards = event.tickets.iter().position(|ticket| {
        ticket.valid_from.flatten().zip(ticket.valid_until.flatten()).is_some_and(|(from, until)| until <= from)
    });
    if let Some(n) = backwards {
        return Err(no_event(&format!("tickets[{n}].valid_until"), "must be after `valid_from`"));
    }
    Ok(event)
}
