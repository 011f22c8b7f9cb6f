//! What the domains of the conference week hold of a person, to be shown and to be erased.

use serde::Serialize;
use utoipa::ToSchema;

use super::error::PrivacyError;
use crate::attendees::service::AttendeeEraser;
use crate::calendar::service::{PlanEraser, PlanExport};
use crate::events::service::{EventEraser, EventExport};
use crate::id::UserId;
use crate::media::service::MediaService;
use crate::media::view::MediaView;

/// The domains that hold something.
#[derive(Clone, Debug)]
pub struct Holdings {
    /// Side events.
    pub events: EventEraser,
    /// Bookmarks and calendars.
    pub plans: PlanEraser,
    /// Uploads.
    pub media: MediaService,
    /// Tickets; they are the organisers', and stay without their holder.
    pub tickets: AttendeeEraser,
}

/// What they hold of one person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Held {
    /// The side events that the user hosts or registered for.
    pub events: EventExport,
    /// The sessions that the user bookmarked, and the calendar they are in.
    pub plan: PlanExport,
    /// What the user uploaded.
    pub media: Vec<MediaView>,
}

impl Holdings {
    /// What is held of a user.
    pub async fn of(&self, user: UserId) -> Result<Held, PrivacyError> {
        let events = async { Ok::<_, PrivacyError>(self.events.export(user).await?) };
        let plan = async { Ok(self.plans.everything(user).await?) };
        let media = async { Ok(self.media.everything(user).await?) };
        let (events, plan, media) = tokio::try_join!(events, plan, media)?;
        Ok(Held { events, plan, media })
    }

    /// Erases what is held of a user. Whoever is interrupted begins again: what is gone stays gone.
    pub async fn erase(&self, user: UserId) -> Result<(), PrivacyError> {
        self.events.erase(user).await?;
        self.plans.forget(user).await?;
        self.media.erase(user).await?;
        self.tickets.erase(user).await?;
        Ok(())
    }
}
