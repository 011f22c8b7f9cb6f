//! What uploads have to do as time passes: what was never completed goes after a day, with its object.

use std::time::Instant;

use super::service::MediaService;
use crate::scheduled::{ScheduledTasks, Task, Urgency, until};

/// Uploads looked after between two looks at the time.
const BATCH: usize = 25;

impl ScheduledTasks for MediaService {
    fn tasks(&self, deadline: Instant) -> Vec<Task<'_>> {
        let uploads = async move { Ok(until(deadline, BATCH, |limit| self.sweep(limit)).await?) };
        vec![Task::new("uploads", Urgency::Upkeep, uploads)]
    }
}
