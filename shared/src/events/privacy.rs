//! Personal data of side events: export and erasure.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::service::{EventService, RegistrationCommand};
use crate::dynamo::Contention;
use crate::error::ApiError;
use crate::events::details::Details;
use crate::events::error::EventError;
use crate::events::messages;
use crate::events::model::{Event, Status};
use crate::events::repository::EventChange;
use crate::events::view::{RegistrationView, RevisionView};
use crate::id::{EventId, UserId};
use crate::personal_data::{ExportSection, PersonalData, Subject, section};
use crate::time::Time;

/// Side event that the user hosts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = HostedSideEvent)]
pub struct HostedEvent {
    /// Id of the event.
    pub id: EventId,
    /// Description by the user.
    #[serde(flatten)]
    pub details: Details,
    /// Changes that wait for organisers.
    pub pending_revision: Option<RevisionView>,
    /// Time of creation.
    pub created_at: Time,
}

/// Side events that the user hosts, and registrations of the user.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = SideEventExport)]
pub struct EventExport {
    /// Side events that the user hosts.
    pub hosted: Vec<HostedEvent>,
    /// Registrations of the user, including ended ones.
    pub registrations: Vec<RegistrationView>,
}

/// Section of side events in an export.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SideEventExportSection)]
pub struct EventSection {
    /// Side events that the user hosts, and registrations of the user.
    pub events: EventExport,
}

impl PersonalData for EventService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move { section(&EventSection { events: self.everything(subject.user_id).await? }) })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { Ok(self.forget(subject.user_id).await?) })
    }
}

impl EventService {
    async fn everything(&self, user: UserId) -> Result<EventExport, EventError> {
        let (hosted, registrations) =
            tokio::try_join!(self.repository.all_hosted(user), self.repository.all_registered(user))?;
        let hosted = hosted.into_iter();
        Ok(EventExport {
            hosted: hosted
                .map(|event| HostedEvent {
                    id: event.id,
                    pending_revision: RevisionView::of(&event),
                    details: event.details,
                    created_at: event.created_at,
                })
                .collect(),
            registrations: registrations.into_iter().map(RegistrationView::from).collect(),
        })
    }

    /// Erases it. Seats of the user go to the waitlist. An event that has not ended is cancelled, as it has no host,
    /// and its guests are notified. The user's events keep only the user's id.
    async fn forget(&self, user: UserId) -> Result<(), EventError> {
        for registration in self.repository.all_registered(user).await? {
            let event = self.repository.by_id(registration.event_id).await?;
            let counts = registration.state.is_live() && registration.checked_in_at.is_none();
            if counts && event.is_some_and(|event| event.is_open(self.clock.now())) {
                self.registrar.apply(RegistrationCommand::Cancel, registration.event_id, user).await?;
            }
            // The counts of an event that is over stay as they are.
            self.repository.delete_registration(&registration).await?;
        }
        for event in self.repository.all_hosted(user).await? {
            self.leave_hosted(event.id).await?;
        }
        Ok(())
    }

    async fn leave_hosted(&self, id: EventId) -> Result<(), EventError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let Some(before) = self.repository.by_id(id).await? else { return Ok(()) };
            let now = self.clock.now();
            let mut event = before.clone();
            event.details.host_name = None;
            event.drop_revision();
            if matches!(event.status(now), Status::Upcoming | Status::Ongoing) {
                event.cancel(now);
            }
            if event == before {
                return Ok(());
            }
            event.stamp(now);
            match self.store(&before, &event).await {
                Err(EventError::PreconditionFailed) if contention.wait().await => {}
                stored => return stored,
            }
        }
    }

    async fn store(&self, before: &Event, event: &Event) -> Result<(), EventError> {
        let is_told = event.is_public() && before.cancelled_at.is_none() && event.cancelled_at.is_some();
        let message = is_told.then(|| messages::of_cancellation(event, &self.random)).transpose()?;
        self.repository.save(&EventChange::new(before, event, message)).await
    }
}
