//! Guests of events, for other domains: audiences, reminders, calendars.

use std::collections::{BTreeSet, HashMap};

use super::EventService;
use crate::dynamo;
use crate::events::model::Event;
use crate::events::registration::{Registration, RegistrationState};
use crate::id::{EventId, UserId};
use crate::notifications::group::{Group, TakingPart};
use crate::notifications::service::{Answer, GroupSource};
use crate::time::Time;

impl EventService {
    /// Events that are not cancelled and start between two times, both included, in the order of their starts.
    pub async fn events_starting(&self, first: Time, last: Time) -> Result<Vec<Event>, dynamo::Error> {
        let entries = self.repository.starting(first, last).await?;
        let ids: Vec<EventId> = entries.iter().filter(|entry| !entry.cancelled).map(|entry| entry.event_id).collect();
        let mut events = self.repository.by_ids(&ids).await?;
        // The list may be older than the events.
        events.retain(|event| event.takes_registrations() && (first..=last).contains(&event.details.starts_at));
        events.sort_by_key(|event| (event.details.starts_at, event.id));
        Ok(events)
    }

    /// Users with a seat.
    pub async fn with_seat(&self, event: EventId) -> Result<BTreeSet<UserId>, dynamo::Error> {
        self.taking_part(event, &BTreeSet::from([TakingPart::Approved])).await
    }

    /// Events that a user has a seat for, including cancelled and past ones, in the order of their starts.
    pub async fn events_of(&self, user: UserId) -> Result<Vec<Event>, dynamo::Error> {
        let mut registrations = self.repository.all_registered(user).await?;
        registrations.retain(|registration| registration.state == RegistrationState::Approved);
        let ids: Vec<EventId> = registrations.iter().map(|registration| registration.event_id).collect();
        let mut events = self.repository.by_ids(&ids).await?;
        events.retain(Event::is_public);
        events.sort_by_key(|event| (event.details.starts_at, event.id));
        Ok(events)
    }

    async fn taking_part(
        &self,
        event: EventId,
        states: &BTreeSet<TakingPart>,
    ) -> Result<BTreeSet<UserId>, dynamo::Error> {
        let registrations = self.repository.registrations(event).await?;
        let meant = |registration: &&Registration| states.iter().any(|state| takes_part(registration, *state));
        Ok(registrations.iter().filter(meant).map(|registration| registration.user_id).collect())
    }
}

/// Whether a registration belongs to a group. A user who has arrived has a seat, too.
fn takes_part(registration: &Registration, kind: TakingPart) -> bool {
    match kind {
        TakingPart::Approved => registration.state == RegistrationState::Approved,
        TakingPart::PendingApproval => registration.state == RegistrationState::PendingApproval,
        TakingPart::Waitlisted => {
            matches!(registration.state, RegistrationState::Waitlisted | RegistrationState::Offered)
        }
        TakingPart::CheckedIn => registration.checked_in_at.is_some(),
    }
}

impl GroupSource for EventService {
    fn users<'a>(&'a self, group: &'a Group) -> Answer<'a> {
        Box::pin(async move {
            match group {
                Group::Event { event, states } => self.taking_part(*event, states).await.map(Some),
                _ => Ok(None),
            }
        })
    }
}

pub(super) fn by_event(registrations: Vec<Registration>) -> HashMap<EventId, Registration> {
    registrations.into_iter().map(|registration| (registration.event_id, registration)).collect()
}
