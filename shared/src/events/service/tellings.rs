//! Changes of events that guests are told of later, together.

use std::time::Instant;

use super::EventService;
use crate::dynamo::Contention;
use crate::events::error::EventError;
use crate::events::messages;
use crate::events::telling::Telling;
use crate::id::EventId;
use crate::scheduled::{Batch, has_time};

/// Events whose guests are told in one run.
const EVENTS: usize = 100;

impl EventService {
    /// Tells guests of the changes that are due, as far as there is time until `end`. A failure does not stop the
    /// others, and is due again.
    pub async fn tell_due(&self, end: Instant) -> Result<Batch, EventError> {
        let due = self.repository.untold(self.clock.now(), EVENTS).await?;
        let mut told = Batch { due: due.len(), ..Batch::default() };
        for event in due {
            if !has_time(end) {
                break;
            }
            match self.tell(event).await {
                Ok(()) => told.done += 1,
                Err(error) => {
                    told.failed += 1;
                    tracing::error!(event.id = %event, error = %error, "event.not_told");
                }
            }
        }
        Ok(told)
    }

    /// Tells guests of the event as it is now. A change at this moment is either in the message, or is told later.
    async fn tell(&self, id: EventId) -> Result<(), EventError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let (telling, event) = tokio::try_join!(self.repository.telling(id), self.repository.by_id(id))?;
            let now = self.clock.now();
            let Some((known, event)) = telling.filter(|telling| telling.is_due(now)).zip(event) else { return Ok(()) };
            // Guests of a cancelled event know that already.
            let tells = event.tells_changes(now);
            let message = tells.then(|| messages::of_change(&event, &self.random)).transpose()?;
            let after = Telling { told_at: if tells { now } else { known.told_at }, due: None, ..known.clone() };
            if self.repository.tell(&event, &known, &after, message.as_ref()).await? {
                return Ok(());
            }
            if !contention.wait().await {
                return Err(crate::dynamo::Error::Busy("the event keeps changing".to_owned()).into());
            }
        }
    }
}
