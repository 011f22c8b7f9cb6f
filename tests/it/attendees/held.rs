//! Imports that are frozen at any point, and thaw after an heir has finished them and organisers have changed tickets.

use std::sync::Arc;
use std::time::Duration;

use ibw::deadline::{Deadline, with_deadline};
use serde_json::json;

use super::crash::{INVOCATION, assert_complete, rows};
use super::world::World;
use crate::support::freeze::{Freeze, at_each_call};

/// The time-out of the function.
const TIME: Duration = Duration::from_secs(120);

/// Has a worker import until its `call`-th call, at which it is frozen. Its time is over, an heir imports everything,
/// and an organiser changes a ticket. The worker thaws, and changes nothing. Whether it came to that.
async fn frozen_at(call: u64) -> bool {
    let world = Arc::new(World::start().await);
    let id = world.queue_import(json!({"rows": rows(50)})).await;
    let messages = world.take();
    let freeze = Freeze::before(call);
    let (own, worker) = (Arc::clone(&world), world.worker(world.app.database.dynamo_until(&freeze)));
    let end = Deadline::after(TIME, &world.app.clock);
    let (taken, mut before) = (messages.clone(), None);
    let meanwhile = Box::pin(async {
        world.app.clock.advance(i64::try_from(TIME.as_secs()).expect("seconds"));
        assert!(world.handle(&world.own_worker(), &messages, INVOCATION).await.is_empty());
        assert_complete(&world, &id, 50, 0).await;
        let changed = world.change("ticket-00000", 1, &json!({"blocked": true})).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        before = Some(world.app.database.items("conferences"));
    });
    let work = move || Box::pin(with_deadline(end, async move { own.handle(&worker, &taken, INVOCATION).await }));
    let came_to_it = freeze.freezes(work, meanwhile).await;
    if let Some(before) = before {
        assert!(world.app.database.items("conferences") == before, "frozen at call {call}");
    }
    came_to_it
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_frozen_at_any_call_changes_nothing_after_an_heir_has_finished_it() {
    at_each_call(1, 10, frozen_at).await;
}
