//! Scheduled tasks of events.

use super::service::EventService;
use crate::scheduled::{Batch, ScheduledTasks, Task, Urgency, has_time, until};

/// Expired offers to take back before the time is checked again.
const OFFERS: usize = 50;
/// Events whose free seats are offered in one run.
const VACANCIES: usize = 20;
/// Events to recount in one run. A thousand events take a working day.
const RECOUNTS: usize = 10;

impl ScheduledTasks for EventService {
    fn tasks(&self) -> Vec<Task<'_>> {
        let registrar = &self.registrar;
        let offers = move |end| async move { Ok(until(end, OFFERS, |limit| registrar.lapse_due(limit)).await?) };
        // Free seats that no request has offered yet, for example after a larger capacity.
        let vacancies = move |end| async move { Ok(registrar.fill_due(VACANCIES, end).await?) };
        let recounts = move |end| async move {
            if !has_time(end) {
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
