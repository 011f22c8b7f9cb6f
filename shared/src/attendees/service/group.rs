//! Attendees as an audience of notifications.

use crate::attendees::repository::TicketRepository;
use crate::notifications::group::{Answer, Group, GroupSource};

/// Knows who the attendees of a conference are.
#[derive(Clone, Debug)]
pub struct AttendeeGroups {
    repository: TicketRepository,
}

impl AttendeeGroups {
    /// Of this repository.
    pub fn new(repository: TicketRepository) -> Self {
        Self { repository }
    }
}

impl GroupSource for AttendeeGroups {
    fn users<'a>(&'a self, group: &'a Group) -> Answer<'a> {
        Box::pin(async move {
            let Group::Attendees { conference } = group else { return Ok(None) };
            Ok(Some(self.repository.attendees(conference).await?.into_iter().collect()))
        })
    }
}
