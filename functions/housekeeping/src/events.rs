//! Seats of side events: offers that lapsed move on, what became free is offered, counters are counted again.

use std::time::Instant;

use ibw::events::service::{Registrar, Swept};

use crate::{Outcome, has_time};

/// Offers taken back between two looks at the time.
const OFFERS: usize = 50;
/// Events whose free seats are offered in one run.
const VACANCIES: usize = 20;
/// Events counted anew in one run: a thousand events are gone through in a working day.
const RECOUNTS: usize = 10;

impl From<Swept> for Outcome {
    fn from(swept: Swept) -> Self {
        Self { done: swept.done, failed: swept.failed }
    }
}

/// Takes back all offers that lapsed, or as many as there is time for. An offer that follows from one lives for a while.
pub(crate) async fn lapse_offers(registrar: &Registrar, deadline: Instant) -> Result<Outcome, lambda_runtime::Error> {
    let mut total = Outcome::default();
    loop {
        let batch = registrar.lapse_due(OFFERS).await?;
        total.done += batch.done;
        total.failed += batch.failed;
        // What failed is due again: a batch that did nothing would come back as it was.
        if batch.due < OFFERS || batch.done == 0 || !has_time(deadline) {
            return Ok(total);
        }
    }
}

/// Offers seats that became free otherwise than by somebody's leaving, where the request that freed them did not come to it.
pub(crate) async fn fill_vacancies(registrar: &Registrar) -> Result<Outcome, lambda_runtime::Error> {
    Ok(registrar.fill_due(VACANCIES).await?.into())
}

/// Counts a few events anew, others at each run.
pub(crate) async fn recount(registrar: &Registrar, deadline: Instant) -> Result<Outcome, lambda_runtime::Error> {
    if !has_time(deadline) {
        return Ok(Outcome::default());
    }
    Ok(registrar.recount_next(RECOUNTS).await?.into())
}
