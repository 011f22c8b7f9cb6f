//! The pace on real clocks: what Telegram sees of a job, of urgent messages beside it, and after a 429.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ibw::notifications::model::JobId;
use ibw::time::{Clock, Time};

use crate::delivery::fake::{Answer, Plan, Sending, obliging};
use crate::delivery::pace::{reply, windows};
use crate::delivery::queues::Queue;
use crate::delivery::world::World;
use crate::support::app::TestApp;

/// Recipients: a minute of sending.
const RECIPIENTS: usize = 1_740;
/// Recipients of the job that are refused in the middle: three, so that it is the whole bot.
const REFUSED: std::ops::Range<i64> = 1_000_240..1_000_243;
/// How often an instance without a message looks for one.
const POLL: Duration = Duration::from_millis(20);

async fn world(plan: Plan, recipients: usize) -> (Arc<World>, JobId) {
    let mut app = TestApp::start().await;
    app.clock = Clock::System;
    World::expanded(app, plan, recipients).await
}

/// Two instances work on the job until it is over, with gaps between invocations as Lambda has them.
async fn send_all(world: &Arc<World>, id: JobId) {
    let instances: Vec<_> = (0..2)
        .map(|_| {
            let world = Arc::clone(world);
            tokio::spawn(async move {
                while world.read_job(id).await.finished_at.is_none() {
                    if world.work_for(Queue::Bulk, Duration::from_secs(45)).await == 0 {
                        tokio::time::sleep(POLL).await;
                    }
                }
            })
        })
        .collect();
    for instance in instances {
        instance.await.expect("an instance");
    }
}

fn times(log: &[Sending]) -> Vec<Time> {
    let mut times: Vec<Time> = log.iter().filter(|sending| sending.chat > 1_000).map(|sending| sending.at).collect();
    times.sort_unstable();
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn job_keeps_its_rate_and_urgent_messages_do_not_wait() {
    let (world, id) = world(obliging(), RECIPIENTS).await;
    let over = Arc::new(AtomicBool::new(false));
    let urgent = {
        let (world, over) = (Arc::clone(&world), Arc::clone(&over));
        tokio::spawn(async move {
            let mut asked = Vec::new();
            while !over.load(Ordering::SeqCst) {
                let chat = i64::try_from(asked.len()).expect("a few") + 1;
                asked.push(world.app.now());
                world.push(vec![reply(chat)]);
                world.work_for(Queue::Urgent, Duration::from_secs(45)).await;
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            asked
        })
    };
    send_all(&world, id).await;
    over.store(true, Ordering::SeqCst);
    let asked = urgent.await.expect("no panic");
    let log = world.telegram.log();
    let times = times(&log);
    assert_eq!(times.len(), RECIPIENTS);
    let (most, least) = windows(&times);
    let mut waits: Vec<u128> = asked
        .iter()
        .enumerate()
        .filter_map(|(n, asked)| {
            let chat = i64::try_from(n).expect("a few") + 1;
            let answered = log.iter().find(|sending| sending.chat == chat)?.at;
            Some(asked.until(answered).as_millis())
        })
        .collect();
    waits.sort_unstable();
    let p95 = waits[waits.len() * 95 / 100];
    println!(
        "rate: {least} to {most} messages of the job in any 10 s, what urgent ones leave of 290 (270 to 300); {} urgent ones beside them waited {p95} ms \
         at the 95th percentile (gate 3000)",
        waits.len()
    );
    assert!(least >= 270 && most <= 300, "from {least} to {most} in ten seconds");
    assert!(p95 < 3_000, "{p95} ms");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_429_no_worker_sends_for_five_seconds() {
    let plan: Plan = Arc::new(
        |chat, request| if REFUSED.contains(&chat) && request == 0 { Answer::TooMany(5) } else { Answer::Taken },
    );
    let (world, id) = world(plan, 480).await;
    send_all(&world, id).await;
    let log = world.telegram.log();
    let refused = log.iter().filter(|sending| sending.answer == Answer::TooMany(5)).nth(2).expect("the refusals").at;
    let after: Vec<u128> = log
        .iter()
        .filter(|sending| sending.at >= refused && sending.answer == Answer::Taken)
        .map(|sending| refused.until(sending.at).as_millis())
        .collect();
    // What was on its way when the answer came cannot be called back.
    let under_way = after.iter().filter(|after| **after < 250).count();
    let first = after.iter().filter(|after| **after >= 250).min().expect("the job goes on");
    println!("429: {under_way} messages were under way, the next went out after {first} ms (retry_after 5 s)");
    assert!(under_way <= 1, "{under_way} were sent after the answer");
    assert!(*first >= 5_000, "{first} ms");
    assert_eq!(times(&log).len(), 483, "whoever was refused was told later");
}
