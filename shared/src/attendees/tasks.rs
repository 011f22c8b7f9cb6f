//! Scheduled task of attendees: imports that nobody works on are taken up again.

use std::time::Instant;

use super::service::ImportService;
use crate::scheduled::{ScheduledTasks, Task, Urgency, until};

/// Imports that are resumed between two checks of the deadline.
const BATCH: usize = 25;

impl ScheduledTasks for ImportService {
    fn tasks(&self, deadline: Instant) -> Vec<Task<'_>> {
        let imports = async move { Ok(until(deadline, BATCH, |limit| self.resume_stalled(limit)).await?) };
        vec![Task::new("imports", Urgency::Upkeep, imports)]
    }
}
