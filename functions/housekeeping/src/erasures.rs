//! Users whose grace period is over are erased.

use std::time::Instant;

use ibw::privacy::service::ErasureService;

use crate::{Outcome, has_time};

/// Users erased between two looks at the time.
const BATCH: usize = 25;

/// Erases all users that are due, or as many as there is time for.
pub(crate) async fn erase(erasures: &ErasureService, deadline: Instant) -> Result<Outcome, lambda_runtime::Error> {
    let mut total = Outcome::default();
    loop {
        let batch = erasures.erase_due(BATCH).await?;
        total.done += batch.erased;
        total.failed += batch.failed;
        // Whoever failed is due again: a batch that erased nobody would come back as it was.
        if batch.due < BATCH || batch.erased == 0 || !has_time(deadline) {
            return Ok(total);
        }
    }
}
