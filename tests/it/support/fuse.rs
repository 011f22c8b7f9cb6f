//! Kills workers at their n-th call to DynamoDB.

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

    /// Does some work on a runtime of its own until it blows; whether it came to that. What the work has spawned ends
    /// with it.
    pub(crate) async fn ends<W: Future<Output = ()>>(self, work: impl FnOnce() -> W + Send + 'static) -> bool {
        let life = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = self.blown() => true,
                    () = work() => false,
                }
            })
        });
        life.await.expect("no panic")
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
