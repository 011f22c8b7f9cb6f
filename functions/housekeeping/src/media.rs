//! Uploads: what was never completed goes after a day, with its object.

use std::time::Instant;

use ibw::media::service::MediaService;

use super::{Outcome, has_time};

/// Uploads looked after between two looks at the time.
const BATCH: usize = 25;

/// Looks after all uploads that are due, as far as there is time.
pub(super) async fn sweep(media: &MediaService, deadline: Instant) -> Result<Outcome, lambda_runtime::Error> {
    let mut total = Outcome::default();
    loop {
        let batch = media.sweep(BATCH).await?;
        total.done += batch.done;
        total.failed += batch.failed;
        // What failed is due again: a batch of which nothing was done would come back as it was.
        if batch.due < BATCH || batch.done == 0 || !has_time(deadline) {
            return Ok(total);
        }
    }
}
