//! Many do everything at once, and some die at any of their calls: never a seat too many at any read, and in the end
//! everything adds up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ibw::events::registration::{Registration, RegistrationState};
use ibw::events::repository::EventRepository;
use ibw::events::service::{Registrar, RegistrationCommand};
use ibw::id::{EventId, UserId};
use ibw::random::Random;
use serde_json::json;

use super::sweep::housekeep;
use super::{HOUR, ORGANISER, people, published, repository, stored, tally};
use crate::support::app::TestApp;
use crate::support::fuse::Fuse;
use crate::users::entities;

const GUESTS: u64 = 24;
const SEATS: i64 = 6;
const ROUNDS: usize = 8;
const AT_ONCE: usize = 16;

/// A registrar that dies at its n-th call.
fn mortal(app: &TestApp, fuse: &Fuse) -> Registrar {
    Registrar::new(&app.platform(fuse))
}

/// Does something with somebody, or dies at it. A rule may be against it, a fault may not.
async fn act(registrar: Registrar, fuse: Fuse, command: RegistrationCommand<'_>, event: EventId, guest: UserId) {
    let acting = async {
        if let Err(error) = registrar.apply(command, event, guest).await {
            let error = ibw::error::ApiError::from(error);
            assert!(error.code.status().as_u16() < 500, "{error:?}");
        }
    };
    tokio::select! {
        () = fuse.blown() => {}
        () = acting => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_add_up_whatever_happens_at_once_and_whoever_dies() {
    let seed = std::env::var("IBW_CHAOS_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from_be_bytes(Random::System.bytes()));
    println!("IBW_CHAOS_SEED={seed}");
    let random = Random::seeded(seed);
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({"capacity": SEATS})).await;
    let event: EventId = id.parse().unwrap();
    let guests: Vec<UserId> = (0..GUESTS).map(|_| UserId::generate(app.now(), &random)).collect();

    let stop = Arc::new(AtomicBool::new(false));
    let watcher = tokio::spawn(watch(repository(&app), event, Arc::clone(&stop)));
    for round in 0..ROUNDS {
        let tasks: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let guest = guests[usize::try_from(random.below(GUESTS)).unwrap()];
                let commands = [
                    RegistrationCommand::Register,
                    RegistrationCommand::Register,
                    RegistrationCommand::Register,
                    RegistrationCommand::Cancel,
                    RegistrationCommand::Cancel,
                    RegistrationCommand::Accept,
                    RegistrationCommand::Accept,
                    RegistrationCommand::DeclineOffer,
                    RegistrationCommand::Lapse,
                    RegistrationCommand::Decline(&ORGANISER),
                    RegistrationCommand::Approve(&ORGANISER),
                ];
                let command = commands[usize::try_from(random.below(commands.len() as u64)).unwrap()];
                // One in three dies, somewhere from its first call to its last.
                let calls = if random.below(3) == 0 { 1 + random.below(4) } else { u64::MAX };
                let fuse = Fuse::of(calls);
                tokio::spawn(act(mortal(&app, &fuse), fuse, command, event, guest))
            })
            .collect();
        for task in tasks {
            task.await.expect("no fault");
        }
        check(&app, &id).await;
        if round % 3 == 2 {
            app.clock.advance(2 * HOUR);
            housekeep(&app).await.unwrap();
            check(&app, &id).await;
            assert_eq!(entities(&app, "events", "vacancy").len(), 0);
        }
    }
    stop.store(true, Ordering::SeqCst);
    watcher.await.expect("never a seat too many");
}

/// Reads the event again and again: never is a seat too many taken.
async fn watch(repository: EventRepository, event: EventId, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::SeqCst) {
        let (seats, registrations) = tokio::join!(repository.seats(event), repository.registrations(event));
        assert!(seats.unwrap().unwrap().tally.taken <= SEATS);
        assert!(tally(&registrations.unwrap()).taken <= SEATS);
    }
}

/// What must hold whenever nobody is at it.
async fn check(app: &TestApp, id: &str) {
    let (seats, registrations) = stored(app, id).await;
    assert_eq!(seats.tally, tally(&registrations));
    let count = |name| i64::try_from(entities(app, "events", name).len()).unwrap();
    let is_marked = count("vacancy") == 1;
    let is_full = seats.free() == Some(0) || seats.tally.waiting == 0;
    assert!(is_full || is_marked, "a seat is free while somebody waits: {seats:?}");
    assert_eq!((count("waitlist_place"), count("seat_offer")), (seats.tally.waiting, seats.tally.offered));
    let consistent = |one: &Registration| {
        one.place.is_some() == (one.state == RegistrationState::Waitlisted)
            && one.offer_expires_at.is_some() == (one.state == RegistrationState::Offered)
    };
    assert!(registrations.iter().all(consistent), "{registrations:?}");
}
