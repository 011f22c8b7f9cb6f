//! Freezes some work before its n-th call to DynamoDB, and thaws it later.
//!
//! It is as if the host froze the instance: all tasks of the work stand still, and no timer runs. Calls before the n-th
//! have been answered by then, as nobody can call back what is on the network.

use std::cmp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use tokio::sync::Notify;

use crate::support::calls::alone;

/// Counts calls, and freezes whoever makes the n-th; clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Freeze {
    call: u64,
    begun: Arc<AtomicU64>,
    ended: Arc<AtomicU64>,
    frozen: Arc<Notify>,
    thawed: Arc<(Mutex<bool>, Condvar)>,
}

impl Freeze {
    /// At this call.
    pub(crate) fn before(call: u64) -> Self {
        let (begun, ended, frozen, thawed) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
        Self { call, begun, ended, frozen, thawed }
    }

    /// An HTTP client with this before it.
    pub(crate) fn client(&self, http: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Behind { freeze: self.clone(), http })
    }

    /// Does some work on a runtime of its own, and `meanwhile` while it is frozen; whether it came to that.
    pub(crate) async fn freezes<W, T>(
        self,
        work: impl FnOnce() -> W + Send + 'static,
        meanwhile: impl Future<Output = ()>,
    ) -> bool
    where
        W: Future<Output = T> + 'static,
        T: Send + 'static,
    {
        let mut life = tokio::spawn(alone(work));
        tokio::select! {
            () = self.frozen.notified() => {}
            ended = &mut life => {
                ended.expect("no panic");
                return false;
            }
        }
        let thaw = Thaw(self.thawed);
        meanwhile.await;
        drop(thaw);
        life.await.expect("no panic");
        true
    }

    /// Lets calls before the n-th through. The n-th stops its thread when those are over, and later ones wait for it.
    async fn pass(&self) -> Ended {
        let call = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let waits = || match call.cmp(&self.call) {
            cmp::Ordering::Less => false,
            cmp::Ordering::Equal => self.ended.load(Ordering::SeqCst) + 1 < self.call,
            cmp::Ordering::Greater => !*self.thawed.0.lock().expect("no panic"),
        };
        while waits() {
            tokio::task::yield_now().await;
        }
        if call == self.call {
            self.frozen.notify_one();
            let closed = self.thawed.1.wait_while(self.thawed.0.lock().expect("no panic"), |thawed| !*thawed);
            drop(closed.expect("no panic"));
        }
        Ended(Arc::clone(&self.ended))
    }
}

/// Has work frozen at its first call, and at each `step`-th after it, until it ends before it comes to that. It makes more
/// than `least` calls.
pub(crate) async fn at_each_call(step: usize, least: u64, frozen: impl AsyncFn(u64) -> bool) {
    for call in (1..).step_by(step) {
        if !frozen(call).await {
            assert!(call > least, "it makes more than {call} calls");
            return;
        }
    }
}

/// Thaws the work, also where a test fails meanwhile.
struct Thaw(Arc<(Mutex<bool>, Condvar)>);

impl Drop for Thaw {
    fn drop(&mut self) {
        *self.0.0.lock().expect("no panic") = true;
        self.0.1.notify_all();
    }
}

/// Counts the end of a call, also of one that its caller gave up.
struct Ended(Arc<AtomicU64>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// What a freeze is before.
#[derive(Debug)]
struct Behind<H> {
    freeze: Freeze,
    http: H,
}

impl HttpClient for Behind<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let http = self.http.http_connector(settings, components);
        SharedHttpConnector::new(Behind { freeze: self.freeze.clone(), http })
    }
}

impl HttpConnector for Behind<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (freeze, http) = (self.freeze.clone(), self.http.clone());
        HttpConnectorFuture::new(async move {
            let _ended = freeze.pass().await;
            http.call(request).await
        })
    }
}
