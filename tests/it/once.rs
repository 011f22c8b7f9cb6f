//! Things done once, on the embedded DynamoDB.

use ibw::dynamo::{Begun, Error, Once, OnceKey, Table, Ticket};
use ibw::random::Random;
use ibw::time::{Clock, Time};

use crate::support::app::start_of_test;
use crate::support::database::TestDatabase;
use crate::support::lossy::Lossy;
use crate::support::policy::Watch;

async fn table() -> (Table, Clock) {
    let clock = Clock::manual(Time::from_millis(start_of_test().millis() + 900).expect("a time"));
    let database = TestDatabase::start().await;
    (database.dynamo(&Watch::over_test()).table("ephemeral"), clock)
}

async fn once() -> (Once, Clock) {
    let (table, clock) = table().await;
    (Once::new(table, clock.clone(), Random::seeded(1)), clock)
}

fn key() -> OnceKey {
    OnceKey::new("test", &["a"])
}

async fn started(once: &Once) -> Ticket {
    match once.begin(&key(), "first", 30).await.expect("an answer") {
        Begun::Started(ticket) => ticket,
        _ => panic!("not started"),
    }
}

async fn is_in_flight(once: &Once) -> bool {
    matches!(once.begin(&key(), "second", 30).await.expect("an answer"), Begun::InFlight { .. })
}

async fn finished(once: &Once) -> Option<(String, Option<String>)> {
    match once.begin(&key(), "second", 30).await.expect("an answer") {
        Begun::Finished { fingerprint, answer } => Some((fingerprint, answer)),
        _ => None,
    }
}

#[tokio::test]
async fn once_begun_16_times_at_once_starts_once() {
    let (once, _) = once().await;
    let begin = || {
        let once = once.clone();
        tokio::spawn(async move { once.begin(&key(), "", 30).await.unwrap() })
    };
    let running: Vec<_> = (0..16).map(|_| begin()).collect();
    let (mut started, mut in_flight) = (0, 0);
    for task in running {
        match task.await.unwrap() {
            Begun::Started(_) => started += 1,
            Begun::InFlight { .. } => in_flight += 1,
            Begun::Finished { .. } => {}
        }
    }
    assert_eq!((started, in_flight), (1, 15));
}

#[tokio::test]
async fn once_in_flight_tells_fingerprint_and_end_of_lease() {
    let (once, clock) = once().await;
    let _ticket = started(&once).await;
    let Begun::InFlight { fingerprint, until } = once.begin(&key(), "second", 30).await.unwrap() else {
        panic!("not in flight")
    };
    assert_eq!(fingerprint, "first");
    assert_eq!(until.millis() - clock.now().millis(), 30_100, "rounded up to a whole second");
}

#[tokio::test]
async fn once_finished_gives_its_answer_until_it_expires() {
    let (once, clock) = once().await;
    let ticket = started(&once).await;
    assert!(once.finish(ticket, Some("answer".to_owned()), 60).await.unwrap());
    clock.advance(60);
    assert_eq!(finished(&once).await, Some(("first".to_owned(), Some("answer".to_owned()))));
    clock.advance(1);
    let _again = started(&once).await;
}

#[tokio::test]
async fn once_abandoned_can_begin_again() {
    let (once, _) = once().await;
    let ticket = started(&once).await;
    assert!(once.abandon(ticket).await.unwrap());
    let _again = started(&once).await;
    assert!(is_in_flight(&once).await);
}

#[tokio::test]
async fn once_lease_over_lets_another_begin_and_voids_the_first_ticket() {
    let (once, clock) = once().await;
    let first = started(&once).await;
    clock.advance(30);
    assert!(is_in_flight(&once).await);
    clock.advance(1);
    let second = started(&once).await;
    assert!(!once.finish(first, None, 60).await.unwrap());
    assert!(is_in_flight(&once).await, "the second's record stands");
    assert!(once.finish(second, Some("second".to_owned()), 60).await.unwrap());
    assert_eq!(finished(&once).await.and_then(|(_, answer)| answer).as_deref(), Some("second"));
}

#[tokio::test]
async fn once_lease_over_and_abandoned_leaves_the_other_alone() {
    let (once, clock) = once().await;
    let first = started(&once).await;
    clock.advance(31);
    let _second = started(&once).await;
    assert!(!once.abandon(first).await.unwrap());
    assert!(is_in_flight(&once).await);
}

#[tokio::test]
async fn once_lease_over_and_nobody_else_begun_can_still_finish() {
    let (once, clock) = once().await;
    let ticket = started(&once).await;
    clock.advance(300);
    assert!(once.finish(ticket, None, 60).await.unwrap());
    assert_eq!(finished(&once).await, Some(("first".to_owned(), None)));
}

#[tokio::test]
async fn once_whose_answers_are_lost_is_started_and_finished_all_the_same() {
    let (database, clock) = (TestDatabase::start().await, Clock::manual(start_of_test()));
    for lossy in [Lossy::once(1), Lossy::once(2), Lossy::thrice(1), Lossy::thrice(2)] {
        clock.advance(1);
        let once = Once::new(database.dynamo(&lossy).table("ephemeral"), clock.clone(), Random::System);
        let ticket = started(&once).await;
        assert!(once.finish(ticket, None, 0).await.unwrap(), "{lossy:?}");
        assert!(lossy.has_lost());
    }
}

#[tokio::test]
async fn once_keeps_answers_up_to_its_limit() {
    let (once, _) = once().await;
    let longest = "x".repeat(Once::MAX_ANSWER);
    let ticket = started(&once).await;
    assert!(once.finish(ticket, Some(longest.clone()), 60).await.unwrap());
    assert_eq!(finished(&once).await.and_then(|(_, answer)| answer), Some(longest.clone()));

    let other = OnceKey::new("test", &["b"]);
    let Begun::Started(ticket) = once.begin(&other, "", 30).await.unwrap() else { panic!("not started") };
    assert!(matches!(once.finish(ticket, Some(longest + "x"), 60).await, Err(Error::Encode { .. })));
}
