//! Scheduled tasks of calendars: reminders before sessions and side events start.

use super::service::Reminders;
use crate::scheduled::{ScheduledTasks, Task, Urgency};

impl ScheduledTasks for Reminders {
    fn tasks(&self) -> Vec<Task<'_>> {
        let sessions = move |end| async move { Ok(self.of_sessions(end).await?) };
        let events = move |end| async move { Ok(self.of_events(end).await?) };
        vec![
            Task::new("session reminders", Urgency::Reminders, sessions),
            Task::new("event reminders", Urgency::Reminders, events),
        ]
    }
}
