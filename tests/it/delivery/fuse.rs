//! Kills a worker at its n-th call to DynamoDB.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use tokio::sync::Notify;

/// Counts calls down, and blows; clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Fuse {
    left: Arc<AtomicU64>,
    blown: Arc<Notify>,
}

impl Fuse {
    /// Blows at this call.
    pub(crate) fn of(calls: u64) -> Self {
        Self { left: Arc::new(AtomicU64::new(calls)), blown: Arc::default() }
    }

    /// Waits until it blows. The call that blows it may be made or not, as with any death.
    pub(crate) async fn blown(&self) {
        self.blown.notified().await;
    }
}

impl Intercept for Fuse {
    fn name(&self) -> &'static str {
        "Fuse"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.blown.notify_one();
        }
        Ok(())
    }
}
