//! The pause of all sending that Telegram has asked for, and how organisers end it.

use serde::Serialize;
use utoipa::ToSchema;

use super::NotificationService;
use crate::audit::model::Actor;
use crate::dynamo;
use crate::expected::Expected;
use crate::notifications::error::NotificationError;
use crate::time::Time;

/// Whether messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NotificationSending)]
pub struct Pause {
    /// Telegram refused messages to several chats, so nothing is sent until then. `null` if there is no pause.
    pub paused_until: Option<Time>,
}

impl Pause {
    fn until(end: Time, now: Time) -> Self {
        Self { paused_until: Some(end).filter(|end| *end > now) }
    }

    /// Which pause it is: each ends at another time. 0 if there is none.
    pub fn version(&self) -> u64 {
        self.paused_until.and_then(|until| until.millis().try_into().ok()).unwrap_or_default()
    }
}

impl NotificationService {
    /// The pause, if there is one.
    pub async fn pause(&self) -> Result<Pause, dynamo::Error> {
        Ok(Pause::until(self.repository.paused_until().await?, self.clock.now()))
    }

    /// Ends an expected pause: Telegram asks for long ones at times, and takes messages earlier. One that began
    /// meanwhile goes on, as Telegram has refused messages again.
    pub async fn lift_pause(&self, actor: &Actor, expected: &Expected) -> Result<(), NotificationError> {
        let timetable = self.repository.timetable().await?;
        let pause = Pause::until(timetable.paused_until(), self.clock.now());
        if !expected.has(pause.version()) {
            return Err(NotificationError::PreconditionFailed);
        }
        let (action, object) = ("notification_sending.resume", "notifications/sending".to_owned());
        let entry = self.progress.entry(actor, action, object, Some(&pause), Some(&Pause { paused_until: None }));
        self.repository.lift_pause(&timetable, &entry).await?;
        tracing::warn!("telegram.pause_lifted");
        Ok(())
    }
}
