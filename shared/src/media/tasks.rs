//! Scheduled task of uploads: deletes uploads that were not completed within a day, with their objects.

use std::time::Instant;

use super::service::MediaService;
use crate::scheduled::{ScheduledTasks, Task, Urgency, until};

/// Uploads that are cleaned up between two checks of the deadline.
const BATCH: usize = 25;

impl ScheduledTasks for MediaService {
    fn tasks(&self, deadline: Instant) -> Vec<Task<'_>> {
        let uploads = async move { Ok(until(deadline, BATCH, |limit| self.sweep(limit)).await?) };
        vec![Task::new("uploads", Urgency::Upkeep, uploads)]
    }
}
