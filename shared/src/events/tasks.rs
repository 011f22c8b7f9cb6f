//! Scheduled tasks of events.

use std::time::Instant;

use super::service::EventService;
use crate::scheduled::{Batch, ScheduledTasks, Task, Urgency, has_time, until};

/// Expired offers to take back before the time is checked again.
const OFFERS: usize = 50;
/// Events whose free seats are offered in one run.
const VACANCIES: usize = 20;
/// Events to recount in one run. A thousand events take a working day.
const RECOUNTS: usize = 10;

impl ScheduledTasks for EventService {
    fn tasks(&self, deadline: Instant) -> Vec<Task<'_>> {
        let registrar = &self.registrar;
        let offers = async move { Ok(until(deadline, OFFERS, |limit| registrar.lapse_due(limit)).await?) };
        // Free seats that no request has offered yet, for example after a larger capacity.
        let vacancies = async { Ok(registrar.fill_due(VACANCIES).await?) };
        let recounts = async move {
            if !has_time(deadline) {
                return Ok(Batch::default());
            }
            Ok(registrar.recount_next(RECOUNTS).await?)
        };
        vec![
            Task::new("offers", Urgency::Seats, offers),
            Task::new("vacancies", Urgency::Seats, vacancies),
            Task::new("recounts", Urgency::Upkeep, recounts),
        ]
    }
}
