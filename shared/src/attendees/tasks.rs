//! Scheduled task of attendees: imports that nobody works on are taken up again.

use super::service::ImportService;
use crate::scheduled::{ScheduledTasks, Task, Urgency, until};

/// Imports that are resumed between two looks at the time.
const BATCH: usize = 25;

impl ScheduledTasks for ImportService {
    fn tasks(&self) -> Vec<Task<'_>> {
        let imports = move |end| async move { Ok(until(end, BATCH, |limit| self.resume_stalled(limit)).await?) };
        vec![Task::new("imports", Urgency::Upkeep, imports)]
    }
}
