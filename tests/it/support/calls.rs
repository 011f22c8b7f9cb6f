//! Calls to DynamoDB, counted, so that something can happen at the n-th.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts calls down; clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Countdown(Arc<AtomicU64>);

impl Countdown {
    /// To this call.
    pub(crate) fn to(call: u64) -> Self {
        Self(Arc::new(AtomicU64::new(call)))
    }

    /// Counts a call; whether it is the one.
    pub(crate) fn reached(&self) -> bool {
        self.0.fetch_sub(1, Ordering::SeqCst) == 1
    }
}

/// Does some work on a runtime of its own. What the work has spawned ends with it, as with a process.
pub(crate) async fn alone<W, T>(work: impl FnOnce() -> W + Send + 'static) -> T
where
    W: Future<Output = T>,
    T: Send + 'static,
{
    let life = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work())
    });
    life.await.expect("no panic")
}
