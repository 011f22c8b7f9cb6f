//! Kills workers at their n-th call to DynamoDB.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use tokio::sync::Notify;

use super::instance::Instance;
use super::queues::Queued;
use super::world::World;
use crate::support::database::PREFIX;

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

impl World {
    /// An instance whose calls a fuse counts.
    pub(crate) fn fused(&self, fuse: &Fuse) -> Instance {
        let mut env = Env::of(self.app.database.environment());
        let config = Aws::read(&mut env).dynamodb().interceptor(fuse.clone()).build();
        self.instance(Dynamo::new(Client::from_conf(config), PREFIX))
    }

    /// Has messages worked on by an instance that dies at this call of its life; whether it came to that. Where it did not, it has
    /// done all of them.
    pub(crate) async fn work_until_call(self: &Arc<Self>, batch: &[Queued], call: u64) -> bool {
        let (world, batch) = (Arc::clone(self), batch.to_vec());
        let life = tokio::task::spawn_blocking(move || {
            // What the instance spawned ends with its runtime.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let fuse = Fuse::of(call);
            let instance = world.fused(&fuse);
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = fuse.blown() => true,
                    left = instance.handle(&batch) => { assert!(left.is_empty()); false }
                }
            })
        });
        life.await.expect("no panic")
    }
}
