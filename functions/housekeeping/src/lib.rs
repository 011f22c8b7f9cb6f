//! Housekeeping: what has to be done as time passes, whoever asks for it or not. Each duty is a file.

mod erasures;
mod media;

use std::time::{Duration, Instant};

use ibw::dynamo::with_deadline;
use ibw::media::service::MediaService;
use ibw::privacy::service::ErasureService;

/// What must be left of the invocation for another batch of anything.
const RESERVE: Duration = Duration::from_secs(5);

/// What a duty came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// Things that were done.
    done: usize,
    /// Things that failed; they are due again.
    failed: usize,
}

/// Does what is due.
#[derive(Clone, Debug)]
pub struct Housekeeping {
    erasures: ErasureService,
    media: MediaService,
}

impl Housekeeping {
    /// Looks after these.
    pub fn new(erasures: ErasureService, media: MediaService) -> Self {
        Self { erasures, media }
    }

    /// Does all duties, each as far as there is time before `deadline`; what is most urgent comes first. A duty that fails does not keep
    /// the others: when all are done it fails the invocation, so that it is tried again and counts as an error of the function.
    pub async fn run(&self, deadline: Instant) -> Result<(), lambda_runtime::Error> {
        with_deadline(deadline, self.all(deadline)).await
    }

    async fn all(&self, deadline: Instant) -> Result<(), lambda_runtime::Error> {
        // Boxed, as the compiler gives up on futures that nest this deep.
        let duties: [(&str, Result<Outcome, lambda_runtime::Error>); 2] = [
            ("erasures", Box::pin(erasures::erase(&self.erasures, deadline)).await),
            ("uploads", Box::pin(media::sweep(&self.media, deadline)).await),
        ];
        let mut failures = Vec::new();
        for (duty, outcome) in duties {
            match outcome {
                Ok(Outcome { done, failed }) => {
                    tracing::info!(duty, done, failed, "housekeeping.finished");
                    if failed > 0 {
                        failures.push(format!("{failed} {duty} failed"));
                    }
                }
                Err(error) => {
                    tracing::error!(duty, error = %error, "housekeeping.failed");
                    failures.push(format!("{duty}: {error}"));
                }
            }
        }
        if failures.is_empty() { Ok(()) } else { Err(failures.join(", ").into()) }
    }
}

/// Whether there is time for another batch.
fn has_time(deadline: Instant) -> bool {
    Instant::now() + RESERVE <= deadline
}
