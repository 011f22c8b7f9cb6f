//! What organisers do with a job, from each state; and what they and schedulers do at once.

use std::sync::Arc;

use ibw::notifications::job::{Job, JobState, PausedBy};
use ibw::notifications::model::JobId;
use serde_json::json;

use super::{organise, with_tag};
use crate::delivery::queues::Queue;
use crate::delivery::world::World;
use crate::support::crowd;
use crate::support::request::TestRequest;

/// A job in each state, as it comes there.
async fn in_state(world: &World, state: JobState) -> Job {
    let id = world.job(json!("everyone"), json!({})).await;
    let mut job = world.read_job(id).await;
    let now = world.app.now();
    match state {
        JobState::Draft => {}
        JobState::Scheduled => {
            job.state = state;
            job.scheduled_at = Some(now.plus_seconds(3600));
        }
        JobState::Paused => {
            job.start(now);
            job.pause(PausedBy::Organiser);
        }
        JobState::Expanding => job.start(now),
        other => {
            job.start(now);
            (job.state, job.place) = (other, None);
            job.finished_at = (other != JobState::Sending).then_some(now);
        }
    }
    crowd::put_in(&world.app.database, "notifications", &job);
    job
}

/// An action on a job of nobody, which is put off by a minute if it is scheduled.
fn action(world: &World, id: JobId, name: &str) -> TestRequest {
    let request = organise(&world.app, "POST", &format!("/jobs/{id}/{name}"));
    let at = world.app.now().plus_seconds(60).to_string();
    match name {
        "start" => request.json(&json!({"expected_recipients": 0})),
        "schedule" => request.json(&json!({"expected_recipients": 0, "at": at})),
        _ => request,
    }
}

#[tokio::test]
async fn actions_that_send_need_the_current_version_and_those_that_stop_need_none() {
    let world = World::obliging().await;
    for (name, state, needs_version) in [
        ("schedule", JobState::Draft, true),
        ("start", JobState::Draft, true),
        ("resume", JobState::Paused, true),
        ("retry-failed", JobState::FinishedWithErrors, true),
        ("pause", JobState::Sending, false),
        ("cancel", JobState::Sending, false),
    ] {
        let before = in_state(&world, state).await;
        let bare = action(&world, before.id, name).send().await;
        if !needs_version {
            assert_eq!(bare.status, 200, "{name}: {}", bare.text);
            continue;
        }
        assert_eq!(bare.error(), (428, "PRECONDITION_REQUIRED"), "{name}");
        let stale = with_tag(action(&world, before.id, name), before.version + 1).send().await;
        assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"), "{name}");
        assert_eq!(world.read_job(before.id).await, before, "{name}");
        let current = with_tag(action(&world, before.id, name), before.version).send().await;
        assert_eq!(current.status, 200, "{name}: {}", current.text);
        let again = with_tag(action(&world, before.id, name), before.version).send().await;
        assert_eq!(again.error(), (412, "PRECONDITION_FAILED"), "{name}");
    }
}

#[tokio::test]
async fn actions_are_done_in_the_states_they_are_for_and_change_nothing_in_others() {
    use JobState::{Cancelled, Draft, Expanding, Finished, FinishedWithErrors, Paused, Scheduled, Sending};
    let world = World::obliging().await;
    let all = [Draft, Scheduled, Expanding, Sending, Paused, Finished, FinishedWithErrors, Cancelled];
    let actions: [(&str, &[(JobState, JobState)]); 6] = [
        ("schedule", &[(Draft, Scheduled), (Scheduled, Scheduled)]),
        ("start", &[(Draft, Expanding), (Scheduled, Expanding)]),
        ("pause", &[(Expanding, Paused), (Sending, Paused)]),
        ("resume", &[(Paused, Expanding)]),
        (
            "cancel",
            &[
                (Draft, Cancelled),
                (Scheduled, Cancelled),
                (Expanding, Cancelled),
                (Sending, Cancelled),
                (Paused, Cancelled),
            ],
        ),
        ("retry-failed", &[(FinishedWithErrors, Sending)]),
    ];
    for (name, allowed) in actions {
        for state in all {
            let before = in_state(&world, state).await;
            let response = with_tag(action(&world, before.id, name), before.version).send().await;
            let after = world.read_job(before.id).await;
            match allowed.iter().find(|(from, _)| *from == state) {
                Some((_, to)) => {
                    assert_eq!((response.status, after.state), (200, *to), "{name} of {state}: {}", response.text);
                    assert_eq!(response.json["version"], before.version + 1);
                }
                None => {
                    assert_eq!(response.error(), (409, "JOB_STATE_CONFLICT"), "{name} of {state}");
                    assert_eq!(after, before, "{name} of {state}");
                }
            }
        }
        let nothing = "job_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().expect("an id");
        let response = with_tag(action(&world, nothing, name), 1).send().await;
        assert_eq!(response.error(), (404, "NOT_FOUND"), "{name}");
    }
}

#[tokio::test]
async fn job_scheduled_in_the_past_starts_at_once_and_one_for_later_at_its_time() {
    let world = World::obliging().await;
    world.crowd(1);
    let past = world.job(json!("everyone"), json!({})).await;
    let schedule = |id: JobId, seconds: i64| {
        let at = world.app.now().plus_seconds(seconds).to_string();
        let schedule = json!({"at": at, "expected_recipients": 1});
        with_tag(organise(&world.app, "POST", &format!("/jobs/{id}/schedule")), 1).json(&schedule).send()
    };
    let started = schedule(past, -1).await;
    assert_eq!(started.json["state"], "expanding", "{}", started.text);
    assert_eq!(world.take(Queue::Jobs).len(), 1);

    let later = world.job(json!("everyone"), json!({})).await;
    assert_eq!(schedule(later, 120).await.json["state"], "scheduled");
    world.tick().await;
    world.clock().advance(119);
    world.tick().await;
    assert_eq!((world.read_job(later).await.state, world.take(Queue::Jobs).len()), (JobState::Scheduled, 0));
    world.clock().advance(1);
    world.tick().await;
    assert_eq!((world.read_job(later).await.state, world.take(Queue::Jobs).len()), (JobState::Expanding, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn due_job_is_started_once_by_16_schedulers() {
    let world = World::obliging().await;
    let id = in_state(&world, JobState::Scheduled).await.id;
    world.clock().advance(3600);
    let ticks: Vec<_> = (0..16)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.tick().await })
        })
        .collect();
    for tick in ticks {
        tick.await.expect("no panic");
    }
    assert_eq!((world.read_job(id).await.state, world.take(Queue::Jobs).len()), (JobState::Expanding, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn job_is_started_once_by_16_organisers() {
    let world = World::obliging().await;
    let id = world.job(json!("everyone"), json!({})).await;
    let starts: Vec<_> = (0..16)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { with_tag(action(&world, id, "start"), 1).send().await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for start in starts {
        statuses.push(start.await.expect("no panic"));
    }
    statuses.sort_unstable();
    let mut expected = vec![412; 16];
    expected[0] = 200;
    assert_eq!(statuses, expected);
    assert_eq!(world.take(Queue::Jobs).len(), 1);
}
