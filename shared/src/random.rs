//! Where randomness comes from: the operating system's in production, a seed of the test's choice in tests.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// A source of random numbers, fit for secrets. Clones of a seeded source draw from one sequence.
#[derive(Clone, Debug, Default)]
pub enum Random {
    /// The thread's cryptographic generator, seeded by the operating system.
    #[default]
    System,
    /// The same sequence at every run.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    /// A source that draws the same numbers at every run.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => rand::rng().fill_bytes(&mut bytes),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
        }
        bytes
    }

    /// A number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        if end == 0 {
            return 0;
        }
        match self {
            Self::System => rand::rng().random_range(0..end),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..end),
        }
    }
}
