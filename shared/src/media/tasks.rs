//! Scheduled task of uploads: deletes uploads that were not completed within a day, with their objects.

use super::service::MediaService;
use crate::scheduled::{ScheduledTasks, Task, Urgency, until};

/// Uploads that are cleaned up between two looks at the time.
const BATCH: usize = 25;

impl ScheduledTasks for MediaService {
    fn tasks(&self) -> Vec<Task<'_>> {
        let uploads = move |end| async move { Ok(until(end, BATCH, |limit| self.sweep(limit)).await?) };
        vec![Task::new("uploads", Urgency::Upkeep, uploads)]
    }
}
