//! Housekeeping: what has to be done as time passes, whoever asks for it or not.

use std::time::{Duration, Instant};

use ibw::dynamo::with_deadline;
use ibw::privacy::service::{ErasureService, Erasures};

/// Users erased between two looks at the time.
const BATCH: usize = 25;
/// What must be left of the invocation for another batch.
const RESERVE: Duration = Duration::from_secs(5);

/// Does what is due.
#[derive(Clone, Debug)]
pub struct Housekeeping {
    erasures: ErasureService,
}

impl Housekeeping {
    /// Erases users.
    pub fn new(erasures: ErasureService) -> Self {
        Self { erasures }
    }

    /// Erases all users that are due, or as many as there is time for before `deadline`. Anything that failed fails the
    /// invocation when the rest is done, so that it is tried again and counts as an error of the function.
    pub async fn run(&self, deadline: Instant) -> Result<(), lambda_runtime::Error> {
        let total = with_deadline(deadline, self.erase_all(deadline)).await?;
        tracing::info!(erased = total.erased, failed = total.failed, "housekeeping.finished");
        if total.failed > 0 { Err(format!("{} erasures failed", total.failed).into()) } else { Ok(()) }
    }

    async fn erase_all(&self, deadline: Instant) -> Result<Erasures, lambda_runtime::Error> {
        let mut total = Erasures::default();
        loop {
            let batch = self.erasures.erase_due(BATCH).await?;
            total.due += batch.due;
            total.erased += batch.erased;
            total.failed += batch.failed;
            // Whoever failed is due again: a batch that erased nobody would come back as it was.
            if batch.due < BATCH || batch.erased == 0 || Instant::now() + RESERVE > deadline {
                return Ok(total);
            }
        }
    }
}
