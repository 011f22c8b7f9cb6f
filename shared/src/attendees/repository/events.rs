//! The writes of ticketing events.

use super::TicketRepository;
use super::write::Change;
use crate::attendees::error::AttendeeError;
use crate::attendees::items::SeenEvent;
use crate::dynamo::{Expression, OutboxMessage, Transaction};
use crate::text::Slug;
use crate::time::Time;

/// How long an event's id is stored, in seconds: longer than a ticketing system repeats an event. After that, the time
/// of the event shows that it is outdated.
const KNOWN_FOR: i64 = 30 * 24 * 3600;

impl TicketRepository {
    /// Stores the changes of an event with the message of the claims that it ends, once. [`AttendeeError::Seen`]: they
    /// were stored before.
    /// [`AttendeeError::VersionConflict`]: a ticket has changed since it was read.
    pub async fn write_event(
        &self,
        conference: &Slug,
        event: &str,
        changes: &[Change],
        message: Option<&OutboxMessage>,
        now: Time,
    ) -> Result<(), AttendeeError> {
        let (conference, event) = (conference.clone(), event.to_owned());
        let seen = SeenEvent { conference, event, expires_at: now.plus_seconds(KNOWN_FOR).seconds() };
        let mut transaction = Transaction::new();
        let unseen = Expression::absent_or_expired(now.seconds());
        transaction.put_if(&self.conferences, &seen, &unseen, AttendeeError::Seen);
        self.write(changes, message, transaction).await
    }
}
