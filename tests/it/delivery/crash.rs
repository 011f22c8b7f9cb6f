//! A job that everything happens to: Telegram errs, SQS delivers each message up to three times and in any order, and
//! workers are killed in the middle of what they do.
//!
//! `IBW_CRASH_SEED` replays a run's faults and kills, and `IBW_CRASH_RECIPIENTS` sets its size.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::id::UserId;
use ibw::notifications::chunk::{Addressee, Tally};
use ibw::notifications::job::JobState;
use ibw::notifications::model::{DeliveryState, JobId};
use ibw::random::Random;
use serde_json::json;

use super::fake::{Answer, FakeTelegram, faults};
use super::instance::received;
use super::queues::Queue;
use super::world::World;
use crate::support::app::TestApp;
use crate::support::database::PREFIX;
use crate::support::fuse::Fuse;
use crate::support::policy::Watch;

/// Messages that a worker takes at once, each a send at a time: the sends in flight when it is killed.
const BATCH: usize = 5;
/// How often is looked whether there is something to do.
const POLL: Duration = Duration::from_millis(2);
/// A job that does not get on for so long, by its clock, never will: the scheduler takes one up after a quarter of an
/// hour.
const STANDSTILL: Duration = Duration::from_secs(2 * 3600);
/// Workers that send.
const SENDERS: usize = 2;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A worker that lives until its fuse blows, and is then started anew; `kills` counts how often.
fn work(world: &World, queue: Queue, seed: u64, over: &AtomicUsize, kills: &AtomicUsize) {
    let random = Random::seeded(seed);
    while over.load(Ordering::SeqCst) == 0 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let fuse = Fuse::of(20 + random.below(600));
        let function = if queue == Queue::Jobs { "notification-jobs" } else { "notification-delivery" };
        let mut env = Env::of(world.app.database.environment());
        let config = Aws::read(&mut env).dynamodb().interceptor(fuse.clone()).interceptor(Watch::over(function));
        let instance = world.instance(Dynamo::new(Client::from_conf(config.build()), PREFIX));
        while over.load(Ordering::SeqCst) == 0 {
            let batch = world.hand_out(queue, BATCH);
            if batch.is_empty() {
                std::thread::sleep(POLL);
                continue;
            }
            let left = runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = fuse.blown() => None,
                    left = instance.handle(&batch) => Some(left),
                }
            });
            let killed = left.is_none();
            let again = left.unwrap_or_else(|| batch.iter().filter_map(received).collect());
            world.give_back(again);
            if killed {
                kills.fetch_add(1, Ordering::SeqCst);
                break;
            }
        }
        // With the runtime end all tasks, wherever they are.
        drop(runtime);
    }
}

/// Relays as SQS may: each message one to three times, in any order.
fn relay(world: &World, random: &Random) {
    let relayed = world.relay();
    let mut waiting = world.queues.lock().expect("nobody panicked");
    for queued in relayed {
        for _ in 0..=random.below(3) {
            let position = usize::try_from(random.below(waiting.len() as u64 + 1)).expect("small");
            waiting.insert(position, queued.clone());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn job_under_faults_kills_and_replays_tells_everybody_once_and_accounts_for_all() {
    let seed = number("IBW_CRASH_SEED", u64::from_be_bytes(Random::System.bytes::<8>()) % 1_000_000);
    let recipients = usize::try_from(number("IBW_CRASH_RECIPIENTS", 2_000)).expect("a size");
    println!("IBW_CRASH_SEED={seed} IBW_CRASH_RECIPIENTS={recipients}");
    let app = TestApp::start().await;
    let plan = faults(seed, vec![(50, Answer::TooMany(1)), (30, Answer::Blocked), (10, Answer::TakenInSilence)]);
    let telegram = FakeTelegram::start(&app.clock, plan).await;
    let world = World::start(app, telegram, &[("BULK_PER_SECOND", "1000")]).await;
    let users = world.crowd(recipients);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;

    let (over, kills) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..=SENDERS as u64)
        .map(|n| {
            let (world, over, kills) = (Arc::clone(&world), Arc::clone(&over), Arc::clone(&kills));
            let queue = if n == 0 { Queue::Jobs } else { Queue::Bulk };
            // The jobs worker sends nothing, so its deaths leave nothing in flight.
            let ignored = AtomicUsize::new(0);
            std::thread::spawn(move || work(&world, queue, seed + n, &over, if n == 0 { &ignored } else { &kills }))
        })
        .collect();
    let random = Random::seeded(seed);
    let (mut idle, mut moved) = (0, (world.app.now(), Tally::default()));
    let job = loop {
        relay(&world, &random);
        let job = world.read_job(id).await;
        if job.finished_at.is_some() {
            break job;
        }
        tokio::time::sleep(POLL).await;
        idle = if world.is_idle() { idle + 1 } else { 0 };
        if idle > 3 {
            // Nothing moves and nobody works: time passes, and the scheduler looks after what was lost.
            world.clock().advance(60);
            world.tick().await;
            if job.counts != moved.1 {
                moved = (world.app.now(), job.counts);
            }
            assert!(moved.0.plus(STANDSTILL) > world.app.now(), "it stands still: {job:?}");
            idle = 0;
        }
    };
    over.store(1, Ordering::SeqCst);
    for worker in workers {
        worker.join().expect("a worker");
    }
    let kills = kills.load(Ordering::SeqCst);
    check(&world, id, &users.iter().map(|user| (user.id, user.telegram_id)).collect(), kills).await;
    assert!(matches!(job.state, JobState::FinishedWithErrors), "{}", job.state);
    println!("{kills} kills, {:?}", job.counts);
    assert!(kills > 0, "nobody was killed");
}

/// What must hold at the end.
async fn check(world: &World, id: JobId, chats: &HashMap<UserId, i64>, kills: usize) {
    let counts = world.counts(id).await;
    assert_eq!(usize::try_from(counts.total).expect("a count"), chats.len(), "everybody has a row");
    let mut asked: BTreeMap<i64, Vec<Answer>> = BTreeMap::new();
    for sending in world.telegram.log() {
        asked.entry(sending.chat).or_default().push(sending.answer);
    }
    let mut rows: HashMap<UserId, DeliveryState> = HashMap::new();
    for row in world.chunks(id).await.into_iter().flat_map(|chunk| chunk.rows) {
        let Addressee::User(user) = row.to else { panic!("a group was not asked for") };
        assert!(row.delivery.state.is_final(), "{user} is {}", row.delivery.state);
        assert_eq!(rows.insert(user, row.delivery.state), None, "{user} has one row");
        let answers = asked.get(&chats[&user]).cloned().unwrap_or_default();
        let taken = answers.iter().filter(|answer| answer.is_taken()).count();
        assert!(taken <= 1, "{user} was told {taken} times: {answers:?}");
        let expected = match row.delivery.state {
            DeliveryState::Sent => answers.contains(&Answer::Taken),
            DeliveryState::Failed => {
                answers.iter().any(|last| matches!(last, Answer::Blocked | Answer::TakenInSilence))
            }
            DeliveryState::Unknown => true,
            _ => false,
        };
        assert!(expected, "{user} is {}, and was answered {answers:?}", row.delivery.state);
    }
    let unknown = usize::try_from(counts.unknown).expect("a count");
    assert!(unknown <= kills * BATCH, "{unknown} are unknown after {kills} kills");
    let items = world.app.database.items("notifications");
    let feeds = items.iter().filter(|item| item["entity"]["S"] == "notification").count();
    assert_eq!(feeds, chats.len(), "everybody has one notification");
}
