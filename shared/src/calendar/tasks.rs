//! Scheduled tasks of calendars: reminders before sessions and side events start.

use std::time::Instant;

use super::service::Reminders;
use crate::scheduled::{ScheduledTasks, Task, Urgency, end_of_work};

impl ScheduledTasks for Reminders {
    fn tasks(&self, deadline: Instant) -> Vec<Task<'_>> {
        let end = end_of_work(deadline);
        let sessions = async move { Ok(self.of_sessions(end).await?) };
        let events = async move { Ok(self.of_events(end).await?) };
        vec![
            Task::new("session reminders", Urgency::Reminders, sessions),
            Task::new("event reminders", Urgency::Reminders, events),
        ]
    }
}
