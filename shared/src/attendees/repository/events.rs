//! The writes of the ticketing system's events.

use super::TicketRepository;
use super::write::Change;
use crate::attendees::error::AttendeeError;
use crate::attendees::items::SeenEvent;
use crate::dynamo::{Expression, Transaction};
use crate::text::Slug;
use crate::time::Time;

/// How long an event is known again, in seconds: longer than any ticketing system tries to tell it. After that, its time says that it
/// is old.
const KNOWN_FOR: i64 = 30 * 24 * 3600;

impl TicketRepository {
    /// Stores what an event says, once; [`AttendeeError::Seen`] when that has been done, and [`AttendeeError::VersionConflict`] when a
    /// ticket is not as it was read.
    pub async fn write_event(
        &self,
        conference: &Slug,
        event: &str,
        changes: &[Change],
        now: Time,
    ) -> Result<(), AttendeeError> {
        let (conference, event) = (conference.clone(), event.to_owned());
        let seen = SeenEvent { conference, event, expires_at: now.plus_seconds(KNOWN_FOR).seconds() };
        let mut transaction = Transaction::new();
        let unseen = Expression::absent_or_expired(now.seconds());
        transaction.put_if(&self.conferences, &seen, &unseen, AttendeeError::Seen);
        self.write(changes, transaction).await
    }
}
