//! What privacy has to do as time passes: users whose grace period is over are erased.

use super::service::PrivacyService;
use crate::scheduled::{ScheduledTasks, Task, Urgency, until};

/// Users erased between two looks at the time.
const BATCH: usize = 25;

impl ScheduledTasks for PrivacyService {
    fn tasks(&self) -> Vec<Task<'_>> {
        let erasures = move |end| async move { Ok(until(end, BATCH, |limit| self.erase_due(limit)).await?) };
        vec![Task::new("erasures", Urgency::Erasures, erasures)]
    }
}
