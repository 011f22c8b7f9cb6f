//! What every part of the system is built from: the tables, the clock and randomness. Tests bring their own.

use crate::dynamo::{Dynamo, Once};
use crate::random::Random;
use crate::time::Clock;

/// The tables, the clock and randomness. Clones share them.
#[derive(Clone, Debug)]
pub struct Platform {
    /// The tables of this deployment.
    pub tables: Dynamo,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
}

impl Platform {
    /// These tables, with the system's clock and randomness.
    pub fn new(tables: Dynamo) -> Self {
        Self { tables, clock: Clock::System, random: Random::System }
    }

    /// The records of what is done once.
    pub fn once(&self) -> Once {
        Once::new(self.tables.table("ephemeral"), self.clock.clone(), self.random.clone())
    }
}
