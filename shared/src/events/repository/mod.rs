//! The reads and writes of events and registrations. `docs/DATA-MODEL.md` lists them.

mod events;
mod lists;
mod registrations;
mod seating;

pub use events::EventChange;
pub use lists::{ListQuery, Moment};
pub use seating::{Precondition, SeatChange, SeatChangeError};

use crate::dynamo::Table;
use crate::platform::Platform;
use crate::random::Random;

#[derive(Clone, Debug)]
pub struct EventRepository {
    events: Table,
    audit: Table,
    random: Random,
}

impl EventRepository {
    /// On the tables of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self {
            events: platform.tables.table("events"),
            audit: platform.tables.table("audit"),
            random: platform.random.clone(),
        }
    }
}
