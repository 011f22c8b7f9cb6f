//! The tries of one request under an `Idempotency-Key`.
//!
//! If a request fails after it had its effect, the caller sends it again. The thing that it creates has the same id at
//! each try, so a later try finds what an earlier one has created, and answers with it.

use crate::time::Time;

tokio::task_local! {
    static ATTEMPT: Attempt;
}

/// A try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    begun_at: Time,
    parts: Vec<String>,
    is_repeated: bool,
}

impl Attempt {
    /// A try of the request that these parts name: caller, key and fingerprint. `begun_at` is when the first try began.
    pub fn new(begun_at: Time, parts: &[&str], is_repeated: bool) -> Self {
        Self { begun_at, parts: parts.iter().map(|part| (*part).to_owned()).collect(), is_repeated }
    }

    /// Does the work of this try.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        ATTEMPT.scope(self, work).await
    }
}

/// Whether an earlier try of this request may have had its effect.
pub fn is_repeated() -> bool {
    ATTEMPT.try_with(|attempt| attempt.is_repeated).unwrap_or_default()
}

/// When the request was first tried, and the parts that name it; `None` outside of such requests.
pub(crate) fn identity() -> Option<(Time, Vec<String>)> {
    ATTEMPT.try_with(|attempt| (attempt.begun_at, attempt.parts.clone())).ok()
}
