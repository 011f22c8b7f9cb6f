//! The waitlist: a freed seat is offered to the first, for two hours.

use serde_json::{Value, json};

use super::{HOUR, notices, people, published, register, state, stored, told};
use crate::support::app::{Login, TestApp};

/// An event of one seat, and three guests: one with the seat, two who wait.
async fn full(app: &TestApp) -> (String, Vec<Login>) {
    let host = &people(app, 1, 1).await[0];
    let id = published(app, host, json!({"capacity": 1})).await;
    let guests = people(app, 2, 3).await;
    for guest in &guests {
        register(app, guest, &id, "register").await;
    }
    (id, guests)
}

#[tokio::test]
async fn seat_that_is_given_up_is_offered_to_the_first_who_waits() {
    let app = TestApp::start().await;
    let (id, guests) = full(&app).await;
    register(&app, &guests[0], &id, "cancel").await;
    let offer = register(&app, &guests[1], &id, "show").await;
    assert_eq!((state(&offer), &offer.json["offer_expires_at"]), ("offered", &json!("2026-11-22T11:30:00.000Z")));
    assert_eq!(register(&app, &guests[2], &id, "show").await.json["waitlist_position"], 1);
    assert_eq!(register(&app, &guests[2], &id, "accept").await.error(), (409, "NO_OFFER"));
    assert_eq!(register(&app, &guests[2], &id, "decline").await.error(), (409, "NO_OFFER"));
    // The seat is held: whoever comes now waits.
    assert_eq!(state(&register(&app, &guests[0], &id, "register").await), "waitlisted");
    for _ in 0..2 {
        assert_eq!(state(&register(&app, &guests[1], &id, "accept").await), "approved");
    }
    let offers: Vec<Value> = notices(&app).into_iter().filter(|one| one["template"] == "event-seat-offered").collect();
    assert_eq!(offers.len(), 1);
    let expected = json!({"event": "Rooftop Party", "until": "Sun 22 Nov 2026, 17:00"});
    assert_eq!((&offers[0]["to"]["user"], &offers[0]["arguments"]), (&json!(guests[1].user_id), &expected));
}

#[tokio::test]
async fn seat_that_is_declined_is_offered_to_the_next_and_then_free() {
    let app = TestApp::start().await;
    let (id, guests) = full(&app).await;
    register(&app, &guests[0], &id, "cancel").await;
    for guest in &guests[1..] {
        for _ in 0..2 {
            assert_eq!(state(&register(&app, guest, &id, "decline").await), "cancelled");
        }
    }
    let (seats, _) = stored(&app, &id).await;
    assert_eq!((seats.tally.taken, seats.tally.waiting), (0, 0));
    assert_eq!(state(&register(&app, &guests[0], &id, "register").await), "approved");
}

#[tokio::test]
async fn offer_is_not_accepted_after_it_lapsed_nor_past_the_events_start() {
    let app = TestApp::start().await;
    let (id, guests) = full(&app).await;
    register(&app, &guests[0], &id, "cancel").await;
    app.clock.advance(2 * HOUR - 1);
    let guest = &people(&app, 3, 1).await[0];
    app.clock.advance(1);
    assert_eq!(register(&app, guest, &id, "accept").await.error(), (409, "OFFER_EXPIRED"));
    let app = TestApp::start().await;
    let (id, _) = full(&app).await;
    app.clock.advance(23 * HOUR);
    let guests = people(&app, 2, 3).await;
    register(&app, &guests[0], &id, "cancel").await;
    let offer = register(&app, &guests[1], &id, "show").await;
    assert_eq!(offer.json["offer_expires_at"], "2026-11-23T09:30:00.000Z");
    app.clock.advance(HOUR);
    let guest = &people(&app, 3, 1).await[0];
    assert_eq!(register(&app, guest, &id, "accept").await.error(), (409, "EVENT_NOT_OPEN"));
}

#[tokio::test]
async fn seat_given_up_when_the_event_has_begun_is_offered_to_nobody() {
    let app = TestApp::start().await;
    let (id, _) = full(&app).await;
    app.clock.advance(24 * HOUR);
    let guests = people(&app, 2, 3).await;
    assert_eq!(state(&register(&app, &guests[0], &id, "cancel").await), "cancelled");
    assert_eq!(state(&register(&app, &guests[1], &id, "show").await), "waitlisted");
    assert_eq!(told(&app), ["event-published", "event-registered"]);
}

#[tokio::test]
async fn who_leaves_the_waitlist_leaves_the_order_of_the_others() {
    let app = TestApp::start().await;
    let (id, guests) = full(&app).await;
    register(&app, &guests[1], &id, "cancel").await;
    assert_eq!(register(&app, &guests[2], &id, "show").await.json["waitlist_position"], 1);
    assert_eq!(state(&register(&app, &guests[1], &id, "register").await), "waitlisted");
    assert_eq!(register(&app, &guests[1], &id, "show").await.json["waitlist_position"], 2);
    register(&app, &guests[0], &id, "cancel").await;
    assert_eq!(state(&register(&app, &guests[2], &id, "show").await), "offered");
}
