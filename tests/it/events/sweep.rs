//! What the housekeeping function does for events, under its own policy.

use std::time::Duration;

use ibw::events::model::Event;
use ibw::events::repository::EventChange;
use ibw::events::seats::{Seats, Tally};
use ibw::id::EventId;
use serde_json::json;

use super::{HOUR, people, published, register, repository, state, stored, tally, told};
use crate::housekeeping;
use crate::support::app::TestApp;
use crate::support::crowd::put_in;
use crate::users::entities;

/// Runs housekeeping once.
pub(super) async fn housekeep(app: &TestApp) -> Result<(), String> {
    housekeeping::run(app, Duration::from_secs(60)).await
}

/// An event of one seat that is offered, and one more who waits.
async fn offered(app: &TestApp) -> String {
    let host = &people(app, 1, 1).await[0];
    let id = published(app, host, json!({"capacity": 1})).await;
    let guests = people(app, 2, 3).await;
    for guest in &guests {
        register(app, guest, &id, "register").await;
    }
    register(app, &guests[0], &id, "cancel").await;
    id
}

/// The states of the guests 2, 3 and 4.
async fn states(app: &TestApp, id: &str) -> Vec<String> {
    let mut states = Vec::new();
    for guest in people(app, 2, 3).await {
        states.push(state(&register(app, &guest, id, "show").await).to_owned());
    }
    states
}

#[tokio::test]
async fn lapsed_offers_move_on_until_nobody_waits() {
    let app = TestApp::start().await;
    let id = offered(&app).await;
    for expected in [
        ["cancelled", "offered", "waitlisted"],
        ["cancelled", "expired", "offered"],
        ["cancelled", "expired", "expired"],
    ] {
        assert_eq!(states(&app, &id).await, expected);
        app.clock.advance(2 * HOUR);
        for _ in 0..2 {
            housekeep(&app).await.unwrap();
        }
    }
    assert_eq!(stored(&app, &id).await.0.tally, Tally::default());
    assert_eq!(entities(&app, "events", "seat_offer").len(), 0);
    assert_eq!(told(&app).iter().filter(|name| *name == "event-offer-lapsed").count(), 2);
    let guest = &people(&app, 3, 1).await[0];
    assert_eq!(register(&app, guest, &id, "accept").await.error(), (409, "OFFER_EXPIRED"));
    assert_eq!(state(&register(&app, guest, &id, "register").await), "approved");
}

#[tokio::test]
async fn offers_of_an_event_that_has_begun_or_was_cancelled_lapse_and_go_to_nobody() {
    for cancels in [false, true] {
        let app = TestApp::start().await;
        let id = offered(&app).await;
        if cancels {
            let host = &people(&app, 1, 1).await[0];
            let cancel = super::ask(&app, host, "DELETE", &format!("/{id}")).header(("if-match", "\"2\""));
            assert_eq!(cancel.send().await.status, 204);
            app.clock.advance(2 * HOUR);
        } else {
            app.clock.advance(24 * HOUR);
        }
        housekeep(&app).await.unwrap();
        assert_eq!(states(&app, &id).await, ["cancelled", "expired", "waitlisted"]);
        assert_eq!(entities(&app, "events", "seat_offer").len(), 0);
    }
}

#[tokio::test]
async fn offer_that_was_accepted_does_not_lapse() {
    let app = TestApp::start().await;
    let id = offered(&app).await;
    let guest = &people(&app, 3, 1).await[0];
    register(&app, guest, &id, "accept").await;
    app.clock.advance(3 * HOUR);
    housekeep(&app).await.unwrap();
    assert_eq!(states(&app, &id).await, ["cancelled", "approved", "waitlisted"]);
}

/// The event with another capacity, stored as the request that changes it does before it dies.
async fn raised(app: &TestApp, id: &str, capacity: u32) {
    let repository = repository(app);
    let before: Event = repository.by_id(id.parse().unwrap()).await.unwrap().unwrap();
    let mut event = before.clone();
    event.details.capacity = Some(capacity);
    event.stamp(app.now());
    let change = EventChange { vacancy: true, ..EventChange::new(&before, &event, None) };
    repository.save(&change).await.unwrap();
}

#[tokio::test]
async fn seats_that_a_dead_request_left_free_are_offered_by_the_next_run() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({"capacity": 1})).await;
    let guests = people(&app, 2, 30).await;
    for guest in &guests {
        register(&app, guest, &id, "register").await;
    }
    raised(&app, &id, 28).await;
    // A seat is free, and people wait: a newcomer does not get it.
    let newcomer = &people(&app, 50, 1).await[0];
    assert_eq!(state(&register(&app, newcomer, &id, "register").await), "waitlisted");
    for _ in 0..2 {
        housekeep(&app).await.unwrap();
        let (seats, registrations) = stored(&app, &id).await;
        assert_eq!((seats.tally.taken, seats.tally.offered, seats.tally.waiting), (28, 27, 3));
        assert_eq!(seats.tally, tally(&registrations));
    }
    assert_eq!(state(&register(&app, newcomer, &id, "show").await), "waitlisted");
    assert_eq!(entities(&app, "events", "vacancy").len(), 0);
}

#[tokio::test]
async fn counters_that_went_wrong_are_corrected_event_by_event() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let guests = people(&app, 2, 2).await;
    let mut ids = Vec::new();
    // More than one run looks through.
    for _ in 0..12 {
        let id = published(&app, host, json!({"capacity": 1})).await;
        for guest in &guests {
            register(&app, guest, &id, "register").await;
        }
        let seats: Seats = stored(&app, &id).await.0;
        put_in(&app.database, "events", &Seats { tally: Tally { taken: 1, waiting: 9, ..Tally::default() }, ..seats });
        ids.push(id);
    }
    let wrong = async || {
        let mut wrong = 0;
        for id in &ids {
            let (seats, registrations) = stored(&app, id).await;
            wrong += usize::from(seats.tally != tally(&registrations));
        }
        wrong
    };
    let mut left = vec![wrong().await];
    for _ in 0..2 {
        housekeep(&app).await.unwrap();
        left.push(wrong().await);
    }
    assert_eq!(left, [12, 2, 0]);
    // It begins anew: what goes wrong later is found, too.
    let (seats, _) = stored(&app, &ids[0]).await;
    put_in(&app.database, "events", &Seats { tally: Tally::default(), ..seats });
    for _ in 0..2 {
        housekeep(&app).await.unwrap();
    }
    assert_eq!(wrong().await, 0);
}

#[tokio::test]
async fn counter_that_changes_while_it_is_counted_is_left_for_the_next_round() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = published(&app, &logins[0], json!({"capacity": 5})).await;
    let read = stored(&app, &id).await.0;
    register(&app, &logins[1], &id, "register").await;
    let corrected = repository(&app).correct(&read, Tally::default()).await.unwrap();
    assert_eq!((corrected, stored(&app, &id).await.0.tally.taken), (false, 1));
}

#[tokio::test]
async fn offer_whose_registration_is_gone_does_not_keep_the_others() {
    let app = TestApp::start().await;
    let id = offered(&app).await;
    let event: EventId = id.parse().unwrap();
    let gone = people(&app, 3, 1).await[0].user_id.clone();
    let key = json!({"pk": {"S": format!("EVENT#{event}")}, "sk": {"S": format!("REG#{gone}")}});
    let request = serde_json::from_value(json!({"TableName": "ibw-test-events", "Key": key})).unwrap();
    app.database.engine.delete_item(request).unwrap();
    app.clock.advance(2 * HOUR);
    housekeep(&app).await.unwrap();
    assert_eq!(entities(&app, "events", "seat_offer").len(), 1, "the recount has offered the seat to the next");
    let guest = &people(&app, 4, 1).await[0];
    assert_eq!(state(&register(&app, guest, &id, "show").await), "offered");
}
