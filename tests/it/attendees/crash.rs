//! Imports interrupted at every point, handed over, and done by several at once: exact counts, and no ticket twice.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ibw::random::Random;
use serde_json::{Value, json};

use super::world::{World, row};
use crate::support::fuse::Fuse;
use crate::users::entities;

/// What an invocation has, before it hands over.
pub(super) const INVOCATION: Duration = Duration::from_secs(60);

/// Rows of which every tenth is bad.
pub(super) fn rows(count: usize) -> Vec<Value> {
    let one = |n: usize| row(&format!("ticket-{n:05}"), if n % 10 == 9 { "" } else { ["Asha", "Tara", "Ravi"][n % 3] });
    (0..count).map(one).collect()
}

/// That an import of [`rows`] is done: the first `known` of them had been imported under other names.
pub(super) async fn assert_complete(world: &World, id: &str, count: usize, known: usize) {
    let import = world.read_import(id).await;
    let (failed, updated) = (count / 10, known - known / 10);
    let counts = json!({
        "total": count, "created": count - failed - updated, "updated": updated, "unchanged": 0, "failed": failed,
        "claims_released": 0,
    });
    assert_eq!((&import["state"], &import["counts"]), (&json!("finished"), &counts));
    let report = world.report(id, "limit=100").await;
    let numbers: Vec<u64> = report.iter().map(|line| line["row"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=count as u64).collect::<Vec<_>>());
    let of = |state: &str| report.iter().filter(|line| line["state"] == state).count();
    assert_eq!((of("created"), of("updated"), of("failed")), (count - failed - updated, updated, failed));
    let tickets = entities(&world.app, "conferences", "ticket");
    assert_eq!(tickets.len(), count - failed);
    // Each was written once by this import.
    let twice = tickets.iter().filter(|ticket| ticket["as_of"]["M"]["event"]["S"] == id);
    assert!(twice.clone().all(|ticket| ["1", "2"].contains(&ticket["version"]["N"].as_str().unwrap())));
    assert_eq!(twice.count(), count - failed);
    world.assert_sound();
}

/// Lets a worker handle messages until its `n`th call to DynamoDB, at which it dies with all its tasks; whether it came
/// to that.
pub(super) async fn killed_at(world: &Arc<World>, call: u64, messages: &[String]) -> bool {
    let (world, messages, fuse) = (Arc::clone(world), messages.to_vec(), Fuse::of(call));
    let worker = world.worker(world.app.database.dynamo(&fuse));
    fuse.ends(move || async move {
        let left = world.handle(&worker, &messages, INVOCATION).await;
        assert!(left.is_empty());
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_killed_at_any_call_is_completed_by_the_next() {
    const ROWS: usize = 50;
    const KNOWN: usize = 10;
    let mut call = 1;
    loop {
        let world = Arc::new(World::start().await);
        let mut before = rows(KNOWN);
        before.iter_mut().filter(|row| row["name"] != "").for_each(|row| row["name"] = json!("Meera"));
        before.retain(|row| row["name"] != "");
        world.tickets(&before).await;
        world.app.clock.advance(60);
        let id = world.queue_import(json!({"rows": rows(ROWS)})).await;
        let messages = world.take();
        let died = killed_at(&world, call, &messages).await;
        assert!(world.handle(&world.own_worker(), &messages, INVOCATION).await.is_empty());
        assert_complete(&world, &id, ROWS, KNOWN).await;
        if !died {
            break;
        }
        call += 1;
    }
    assert!(call > 10, "it makes more than {call} calls");
}

/// `IBW_IMPORT_ROWS` sets the size and `IBW_IMPORT_SEED` repeats the kills: `make bench` imports 50,000.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_file_killed_again_and_again_is_imported_once() {
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let seed = number("IBW_IMPORT_SEED", u64::from_be_bytes(Random::System.bytes::<8>()) % 1_000_000);
    let count = number("IBW_IMPORT_ROWS", 1_000);
    println!("IBW_IMPORT_SEED={seed} IBW_IMPORT_ROWS={count}");
    let random = Random::seeded(seed);
    let world = Arc::new(World::start().await);
    let size = usize::try_from(count).expect("a size");
    let mut file = "code;name;ticket_type;email\r\n".to_owned();
    for row in rows(size) {
        let [code, name, kind, email] =
            ["code", "name", "ticket_type", "email"].map(|cell| row[cell].as_str().unwrap());
        file.push_str(&format!("{code};\"{name}\";{kind};{email}\r\n"));
    }
    let upload = world.upload("text/csv", &file).await;
    let id = world.queue_import(json!({"media_id": upload})).await;
    let messages = world.take();
    let (begun, mut kills) = (Instant::now(), 0);
    // A group of 16 rows is two calls; a life of so few that several are needed, and of enough to get on.
    while killed_at(&world, 20 + random.below(count / 25), &messages).await {
        kills += 1;
    }
    println!("{count} rows in {:?}, killed {kills} times", begun.elapsed());
    assert!(kills >= 2, "killed {kills} times");
    assert_complete(&world, &id, size, 0).await;
    assert!(world.s3.keys().is_empty(), "the file is deleted, wherever the last worker was killed");
}

#[tokio::test]
async fn import_without_time_hands_over_after_each_page() {
    let world = World::start().await;
    let id = world.queue_import(json!({"rows": rows(600)})).await;
    let mut done = Vec::new();
    loop {
        let messages = world.take();
        if messages.is_empty() {
            break;
        }
        assert!(world.handle(&world.own_worker(), &messages, Duration::ZERO).await.is_empty());
        let counts = world.read_import(&id).await["counts"].clone();
        let sum = ["created", "updated", "unchanged", "failed"].map(|name| counts[name].as_u64().unwrap());
        done.push(sum.iter().sum::<u64>());
    }
    assert_eq!(done, [512, 600]);
    assert_complete(&world, &id, 600, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_by_four_at_once_and_again_afterwards_is_done_once() {
    let world = Arc::new(World::start().await);
    let id = world.queue_import(json!({"rows": rows(200)})).await;
    let messages = world.take();
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (world, messages) = (Arc::clone(&world), messages.clone());
            tokio::spawn(async move { world.handle(&world.own_worker(), &messages, INVOCATION).await })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no panic");
    }
    assert!(world.handle(&world.own_worker(), &messages, INVOCATION).await.is_empty());
    assert_complete(&world, &id, 200, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_imports_of_the_same_rows_at_once_make_each_ticket_once() {
    let world = Arc::new(World::start().await);
    let rows: Vec<Value> = (0..200).map(|n| row(&format!("ticket-{n:05}"), "Asha")).collect();
    let ids = [world.queue_import(json!({"rows": rows})).await, world.queue_import(json!({"rows": rows})).await];
    let workers: Vec<_> = world
        .take()
        .into_iter()
        .map(|message| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.handle(&world.own_worker(), &[message], INVOCATION).await })
        })
        .collect();
    for worker in workers {
        assert!(worker.await.expect("no panic").is_empty());
    }
    let imports = [world.read_import(&ids[0]).await, world.read_import(&ids[1]).await];
    let sum = |name: &str| imports.iter().map(|import| import["counts"][name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("created"), sum("unchanged"), sum("total")), (200, 200, 400));
    assert_eq!(entities(&world.app, "conferences", "ticket").len(), 200);
    world.assert_sound();
}

#[tokio::test]
async fn message_that_is_none_is_buried_and_one_of_no_import_is_done() {
    let world = World::start().await;
    let gone = r#"{"type":"import","v":1,"conference":"ibw-2026","import_id":"imp_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"}"#;
    assert!(world.handle(&world.own_worker(), &[gone.to_owned()], Duration::ZERO).await.is_empty());
    assert!(world.buried().await.is_empty());
    let next = gone.replace("\"v\":1", "\"v\":2");
    for body in ["no message", next.as_str()] {
        assert!(world.handle(&world.own_worker(), &[body.to_owned()], Duration::ZERO).await.is_empty());
    }
    assert_eq!(world.buried().await, ["not a message of this version"; 2]);
}
