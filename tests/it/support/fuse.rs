//! Kills workers at their n-th call to DynamoDB.

use std::sync::Arc;

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use tokio::sync::Notify;

use crate::support::calls::{Countdown, alone};

/// Counts calls down, and blows; clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Fuse {
    left: Countdown,
    blown: Arc<Notify>,
}

impl Fuse {
    /// Blows at this call.
    pub(crate) fn of(calls: u64) -> Self {
        Self { left: Countdown::to(calls), blown: Arc::default() }
    }

    /// Waits until it blows. The call that blows it may be made or not, as with any death.
    pub(crate) async fn blown(&self) {
        self.blown.notified().await;
    }

    /// Does some work on a runtime of its own until it blows; whether it came to that. What the work has spawned ends
    /// with it.
    pub(crate) async fn ends<W: Future<Output = ()>>(self, work: impl FnOnce() -> W + Send + 'static) -> bool {
        let life = async move || {
            tokio::select! {
                biased;
                () = self.blown() => true,
                () = work() => false,
            }
        };
        alone(life).await
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
        if self.left.reached() {
            self.blown.notify_one();
        }
        Ok(())
    }
}
