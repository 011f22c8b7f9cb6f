//! Claims, changes and imports of tickets where an answer of DynamoDB is lost.

use serde_json::json;

use super::crash::{INVOCATION, assert_complete, rows};
use super::world::{World, row};
use crate::lossless::{HasApp, unharmed};
use crate::support::app::{Login, TestApp};
use crate::support::lossy::Lossy;

/// A world with somebody in it.
struct Somebody(World, Login);

impl HasApp for World {
    fn app(&mut self) -> &mut TestApp {
        &mut self.app
    }
}

impl HasApp for Somebody {
    fn app(&mut self) -> &mut TestApp {
        &mut self.0.app
    }
}

async fn sold() -> Somebody {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha"), row("ticket-2", "Tara")]).await;
    let login = world.login(1).await;
    Somebody(world, login)
}

#[tokio::test]
async fn tickets_are_claimed_and_changed_once() {
    unharmed("ticket.claim", sold, async |Somebody(world, login)| {
        world.claim(login, json!({"code": "ticket-1"})).await
    })
    .await;
    let claimed = async || {
        let Somebody(world, login) = sold().await;
        assert_eq!(world.claim(&login, json!({"code": "ticket-1"})).await.status, 200);
        Somebody(world, login)
    };
    unharmed("ticket.claim_again", claimed, async |Somebody(world, login)| {
        world.claim(login, json!({"code": "ticket-1"})).await
    })
    .await;
    unharmed("ticket.update", claimed, async |Somebody(world, _)| {
        let transfer = json!({"transfer": {"name": "Maya", "email": "maya@example.org"}});
        world.change("ticket-1", 2, &transfer).await
    })
    .await;
}

#[tokio::test]
async fn imports_are_asked_for_once() {
    unharmed("import.create", World::start, async |world| {
        let file = json!({"rows": [row("ticket-1", "Asha")], "exported_at": world.app.now()});
        world.organise("POST", "/import").json(&file).send().await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_imported_once() {
    const ROWS: usize = 30;
    let mut call = 0;
    loop {
        call += 1;
        for lossy in [Lossy::once(call), Lossy::thrice(call)] {
            let world = World::start().await;
            let id = world.queue_import(json!({"rows": rows(ROWS)})).await;
            let worker = world.worker(world.app.database.dynamo(&lossy));
            let messages = world.take();
            if !world.handle(&worker, &messages, INVOCATION).await.is_empty() {
                assert!(lossy.is_outage(), "the worker gave up at {lossy:?}");
                assert!(world.handle(&world.own_worker(), &messages, INVOCATION).await.is_empty());
            }
            assert_complete(&world, &id, ROWS, 0).await;
            if !lossy.has_lost() {
                println!("import: {} calls, {} runs", call - 1, 2 * (call - 1));
                return;
            }
        }
    }
}
