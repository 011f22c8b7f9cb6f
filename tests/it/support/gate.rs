//! Holds some work before its n-th call to DynamoDB, while something else happens.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use tokio::sync::Notify;

/// Counts calls down, and holds one; clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    left: Arc<AtomicU64>,
    reached: Arc<Notify>,
    open: Arc<(Mutex<bool>, Condvar)>,
}

impl Gate {
    /// Holds this call.
    pub(crate) fn before(call: u64) -> Self {
        Self { left: Arc::new(AtomicU64::new(call)), reached: Arc::default(), open: Arc::default() }
    }

    /// Does some work on a runtime of its own; `meanwhile` before the call that is held. What came of the work.
    pub(crate) async fn holds<W, T>(
        self,
        work: impl FnOnce() -> W + Send + 'static,
        meanwhile: impl Future<Output = ()>,
    ) -> T
    where
        W: Future<Output = T>,
        T: Send + 'static,
    {
        let life = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(work())
        });
        self.reached.notified().await;
        meanwhile.await;
        *self.open.0.lock().expect("no panic") = true;
        self.open.1.notify_all();
        life.await.expect("no panic")
    }
}

impl Intercept for Gate {
    fn name(&self) -> &'static str {
        "Gate"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.reached.notify_one();
            let closed = self.open.1.wait_while(self.open.0.lock().expect("no panic"), |open| !*open);
            drop(closed.expect("no panic"));
        }
        Ok(())
    }
}
