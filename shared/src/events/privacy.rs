//! What events hold of a user: for export, and to be erased.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::service::{EventService, Wish};
use crate::error::ApiError;
use crate::events::error::EventError;
use crate::events::model::{Details, Event, Status};
use crate::events::notices;
use crate::events::view::RegistrationView;
use crate::id::{EventId, UserId};
use crate::personal_data::{ExportSection, PersonalData, Subject, section};
use crate::time::Time;

/// Times that an event's change is done over because its host or an admin changes it, too: few do at once.
const TRIES: usize = 5;

/// An event that the user hosts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HostedEvent {
    /// Its id.
    pub id: EventId,
    /// What the user said of it.
    #[serde(flatten)]
    pub details: Details,
    /// When it was written.
    pub created_at: Time,
}

/// What events hold of a user.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct EventExport {
    /// The events that the user hosts.
    pub hosted: Vec<HostedEvent>,
    /// What the user registered for, ended registrations too.
    pub registrations: Vec<RegistrationView>,
}

/// The export's section.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventSection {
    /// The side events that the user hosts or registered for.
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
                .map(|event| HostedEvent { id: event.id, details: event.details, created_at: event.created_at })
                .collect(),
            registrations: registrations.into_iter().map(RegistrationView::from).collect(),
        })
    }

    /// Erases it. Seats go to whoever waits for them. An event that is still to take place is called off, as nobody would be there to
    /// run it, and those who registered are told; of all the user's events nothing stays that names them but the id.
    async fn forget(&self, user: UserId) -> Result<(), EventError> {
        for registration in self.repository.all_registered(user).await? {
            let event = self.repository.by_id(registration.event_id).await?;
            let counts = registration.state.is_live() && registration.checked_in_at.is_none();
            if counts && event.is_some_and(|event| event.is_open(self.clock.now())) {
                self.registrar.settle(Wish::Cancel, registration.event_id, user).await?;
            }
            // How many came to an event that is over stays as it was.
            self.repository.delete_registration(&registration).await?;
        }
        for event in self.repository.all_hosted(user).await? {
            self.leave_hosted(event.id).await?;
        }
        Ok(())
    }

    async fn leave_hosted(&self, id: EventId) -> Result<(), EventError> {
        for _ in 0..TRIES {
            let Some(before) = self.repository.by_id(id).await? else { return Ok(()) };
            let now = self.clock.now();
            let mut event = before.clone();
            event.details.host_name = None;
            if matches!(event.status(now), Status::Upcoming | Status::Ongoing) {
                event.cancelled_at = Some(now);
            }
            if event == before {
                return Ok(());
            }
            event.stamp(now);
            match self.store(&before, &event).await {
                Err(EventError::PreconditionFailed) => {}
                stored => return stored,
            }
        }
        Err(EventError::PreconditionFailed)
    }

    async fn store(&self, before: &Event, event: &Event) -> Result<(), EventError> {
        let is_told = event.is_public() && before.cancelled_at.is_none() && event.cancelled_at.is_some();
        let message = is_told.then(|| notices::of_cancellation(event, &self.random)).transpose()?;
        self.repository.save(event, false, message.as_ref()).await
    }
}
