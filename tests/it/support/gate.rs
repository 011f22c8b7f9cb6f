//! Holds some work before its n-th call to DynamoDB, while something else happens.

use std::sync::{Arc, Condvar, Mutex};

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use tokio::sync::Notify;

use crate::support::calls::{Countdown, alone};

/// Counts calls down, and holds one; clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    left: Countdown,
    reached: Arc<Notify>,
    open: Arc<(Mutex<bool>, Condvar)>,
}

impl Gate {
    /// Holds this call.
    pub(crate) fn before(call: u64) -> Self {
        Self { left: Countdown::to(call), reached: Arc::default(), open: Arc::default() }
    }

    /// Does some work on a runtime of its own; `meanwhile` before the call that is held. What came of the work.
    pub(crate) async fn holds<W, T>(
        self,
        work: impl FnOnce() -> W + Send + 'static,
        meanwhile: impl Future<Output = ()>,
    ) -> T
    where
        W: Future<Output = T> + 'static,
        T: Send + 'static,
    {
        let life = tokio::spawn(alone(work));
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
        if self.left.reached() {
            self.reached.notify_one();
            let closed = self.open.1.wait_while(self.open.0.lock().expect("no panic"), |open| !*open);
            drop(closed.expect("no panic"));
        }
        Ok(())
    }
}
