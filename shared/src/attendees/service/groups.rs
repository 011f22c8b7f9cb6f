//! Attendees as an audience of notifications.

use super::AttendeeService;
use crate::notifications::group::Group;
use crate::notifications::service::{Answer, GroupSource};

impl GroupSource for AttendeeService {
    fn users<'a>(&'a self, group: &'a Group) -> Answer<'a> {
        Box::pin(async move {
            let Group::Attendees { conference } = group else { return Ok(None) };
            Ok(Some(self.repository.attendees(conference).await?.into_iter().collect()))
        })
    }
}
