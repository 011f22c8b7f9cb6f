//! Two hundred want fifty seats at once, and fifty give them back at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::events::registration::{Registration, RegistrationState};
use ibw::events::repository::EventRepository;
use ibw::events::service::{Registrar, RegistrationCommand};
use ibw::id::{EventId, UserId};
use ibw::platform::Platform;
use ibw::random::Random;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::sweep::housekeep;
use super::{EVENTS, HOUR, notices, people, published, stored, tally};
use crate::support::app::TestApp;
use crate::support::database::PREFIX;
use crate::support::policy::Watch;

const GUESTS: i64 = 200;
const SEATS: i64 = 50;

/// The tables under the policy of `events`, through a client that waits as long as it takes: how fast the machine is
/// that runs two hundred at once is not what is tested.
fn patient(app: &TestApp) -> Platform {
    let mut env = Env::of(app.database.environment());
    let aws = Aws::read(&mut env);
    env.finish(()).unwrap();
    let config = aws.dynamodb().timeout_config(TimeoutConfig::disabled()).interceptor(Watch::over("events"));
    let tables = Dynamo::new(Client::from_conf(config.build()), PREFIX);
    Platform { tables, clock: app.clock.clone(), random: Random::System }
}

/// Reads seats and registrations all the time, until it is told to stop: how often it did, none of them with a seat too
/// many.
fn watch(app: &TestApp, id: &str, stop: &Arc<AtomicBool>) -> JoinHandle<usize> {
    let repository = EventRepository::new(&patient(app));
    let (id, stop): (EventId, _) = (id.parse().unwrap(), Arc::clone(stop));
    tokio::spawn(async move {
        let mut reads = 0;
        while !stop.load(Ordering::SeqCst) {
            let seats = repository.seats(id).await.unwrap().unwrap();
            assert!(seats.tally.taken <= SEATS, "{seats:?}");
            let registrations = repository.registrations(id).await.unwrap();
            assert!(tally(&registrations).taken <= SEATS, "{:?}", tally(&registrations));
            reads += 1;
        }
        reads
    })
}

/// The users of registrations in a state, by their places in the waitlist.
fn in_state(registrations: &[Registration], state: RegistrationState) -> Vec<UserId> {
    let mut found: Vec<&Registration> = registrations.iter().filter(|one| one.state == state).collect();
    found.sort_by_key(|one| one.place);
    found.into_iter().map(|one| one.user_id).collect()
}

/// What came of a command of one of many, and between which ticks of a clock that all share.
struct Answer {
    user: UserId,
    state: RegistrationState,
    begun: u64,
    ended: u64,
}

/// Has all these users command the same at once, under the function's policy.
async fn all_at_once(
    app: &TestApp,
    users: &[UserId],
    command: RegistrationCommand<'static>,
    event: EventId,
) -> Vec<Answer> {
    let events = Registrar::new(&patient(app));
    let ticks = Arc::new(AtomicU64::new(0));
    let one = |user: UserId| {
        let (events, ticks) = (events.clone(), Arc::clone(&ticks));
        tokio::spawn(async move {
            let begun = ticks.fetch_add(1, Ordering::SeqCst);
            let outcome = events.apply(command, event, user).await.expect("an answer");
            assert!(outcome.changed);
            let ended = ticks.fetch_add(1, Ordering::SeqCst);
            Answer { user, state: outcome.registration.state, begun, ended }
        })
    };
    let tasks: Vec<_> = users.iter().copied().map(one).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("no panic"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_who_want_fifty_seats_at_once_get_fifty_seats_and_a_waitlist_in_order() {
    let app = TestApp::start().await;
    let host = &people(&app, 1000, 1).await[0];
    let id = published(&app, host, json!({"capacity": SEATS})).await;
    let stop = Arc::new(AtomicBool::new(false));
    let watcher = watch(&app, &id, &stop);

    let event: EventId = id.parse().unwrap();
    let guests: Vec<UserId> = (0..GUESTS).map(|_| UserId::generate(app.now(), &Random::System)).collect();
    let answers = all_at_once(&app, &guests, RegistrationCommand::Register, event).await;
    let (seats, registrations) = stored(&app, &id).await;
    let approved = in_state(&registrations, RegistrationState::Approved);
    let waiting = in_state(&registrations, RegistrationState::Waitlisted);
    assert_eq!((approved.len(), waiting.len(), registrations.len()), (50, 150, 200));
    assert_eq!(seats.tally, tally(&registrations));
    for answer in &answers {
        let has_seat = answer.state == RegistrationState::Approved;
        assert_eq!((has_seat, !has_seat), (approved.contains(&answer.user), waiting.contains(&answer.user)));
    }
    let places: BTreeSet<u64> = registrations.iter().filter_map(|one| one.place).collect();
    assert_eq!(places.len(), 150);
    // Whoever was answered before another one asked is before them, and nobody who asked later has a seat instead of
    // them.
    let rank = |user: &UserId| waiting.iter().position(|one| one == user).map_or(0, |place| place + 1);
    for first in &answers {
        for second in answers.iter().filter(|second| second.begun > first.ended) {
            assert!(rank(&first.user) < rank(&second.user) || rank(&first.user) == 0);
        }
    }
    let shown = app.events().get(&format!("{EVENTS}/{id}")).send().await;
    let counts = ["current_attendees", "waitlist_count", "seats_left"].map(|field| shown.json[field].clone());
    assert_eq!(json!(counts), json!([50, 150, 0]));

    // All who have a seat give it up at once: the first fifty who wait are offered one each.
    all_at_once(&app, &approved, RegistrationCommand::Cancel, event).await;
    let (seats, registrations) = stored(&app, &id).await;
    let offered: BTreeSet<UserId> = in_state(&registrations, RegistrationState::Offered).into_iter().collect();
    assert_eq!(offered, waiting[..50].iter().copied().collect());
    assert_eq!((seats.tally, seats.tally.taken, seats.tally.waiting), (tally(&registrations), 50, 100));
    let mut told: Vec<Value> = offers(&app);
    assert_eq!(told.len(), 50);
    told.dedup();
    assert_eq!(told.len(), 50);

    // Offers that lapse move on to the next fifty.
    app.clock.advance(2 * HOUR);
    housekeep(&app).await.unwrap();
    let (seats, registrations) = stored(&app, &id).await;
    let offered: BTreeSet<UserId> = in_state(&registrations, RegistrationState::Offered).into_iter().collect();
    assert_eq!(offered, waiting[50..100].iter().copied().collect());
    assert_eq!(in_state(&registrations, RegistrationState::Expired).len(), 50);
    assert_eq!((seats.tally, seats.tally.taken, seats.tally.waiting), (tally(&registrations), 50, 50));
    assert_eq!(offers(&app).len(), 100);

    stop.store(true, Ordering::SeqCst);
    assert!(watcher.await.expect("never a seat too many") > 0);
}

/// Whom seats were offered to, sorted.
fn offers(app: &TestApp) -> Vec<Value> {
    let offers = notices(app).into_iter().filter(|notice| notice["template"] == "event-seat-offered");
    let mut users: Vec<Value> = offers.map(|notice| notice["to"]["user"].clone()).collect();
    users.sort_by_key(Value::to_string);
    users
}
