//! The ticketing system's webhook: signed, heard once, in any order.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use ibw::attendees::model::{TicketState, TicketType};
use ibw::time::Time;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Sha256;

use super::world::{TICKETING_SECRET, World, row};
use crate::support::request::TestResponse;
use crate::users::places;

/// The header for a body, signed at `at`.
pub(crate) fn signature(secret: &str, body: &str, at: Time) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{}.{body}", at.seconds()).as_bytes());
    format!("t={},v1={}", at.seconds(), hex::encode(mac.finalize().into_bytes()))
}

async fn send(world: &World, body: &str, signature: &str) -> TestResponse {
    let request = world.request("POST", "/webhook").header(("content-type", "application/json"));
    request.header(("x-ticketing-signature", signature)).body(body).send().await
}

async fn tell(world: &World, event: &Value) -> TestResponse {
    let body = event.to_string();
    send(world, &body, &signature(TICKETING_SECRET, &body, world.app.now())).await
}

/// That an event is taken, and what becomes of it.
pub(crate) async fn told(world: &World, event: &Value) -> String {
    let response = tell(world, event).await;
    assert_eq!(response.status, 200, "{}", response.text);
    response.json["status"].as_str().unwrap().to_owned()
}

pub(crate) fn event(id: &str, kind: &str, occurred_at: &str, names: &[(&str, &str)]) -> Value {
    let tickets: Vec<Value> = names.iter().map(|(code, name)| row(code, name)).collect();
    json!({"id": id, "type": kind, "occurred_at": occurred_at, "order": "XY12", "tickets": tickets})
}

#[tokio::test]
async fn events_of_an_order_make_pay_and_cancel_its_tickets() {
    let world = World::start().await;
    let tickets = [("ticket-1", "Asha"), ("ticket-2", "Tara")];
    let function = world.app.attendees();
    let placed = event("e1", "order.placed", "2026-11-22T09:00:00Z", &tickets).to_string();
    let request = function.post("/api/v1/conferences/ibw-2026/attendees/webhook");
    let request = request.header(("x-ticketing-signature", signature(TICKETING_SECRET, &placed, world.app.now())));
    let response = request.body(placed).send().await;
    assert_eq!((response.status, &response.json), (200, &json!({"status": "applied"})), "{}", response.text);
    let calls: Vec<String> = function.watch.take().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["GetItem", "TransactWriteItems", "BatchGetItem", "TransactWriteItems"], "the first opens");
    let ticket = world.ticket("ticket-2").await;
    assert_eq!((ticket.state, ticket.order.unwrap().as_str()), (TicketState::Unpaid, "XY12"));
    for (id, kind, at, state) in [
        ("e2", "order.paid", "2026-11-22T09:01:00Z", TicketState::Paid),
        ("e3", "ticket.changed", "2026-11-22T09:02:00Z", TicketState::Paid),
        ("e4", "order.canceled", "2026-11-22T09:03:00Z", TicketState::Cancelled),
    ] {
        assert_eq!(told(&world, &event(id, kind, at, &tickets)).await, "applied");
        assert_eq!(world.ticket("ticket-2").await.state, state, "{kind}");
        world.assert_sound();
    }
}

#[tokio::test]
async fn event_that_comes_again_or_late_changes_nothing() {
    let world = World::start().await;
    let paid = event("e2", "order.paid", "2026-11-22T09:01:00Z", &[("ticket-1", "Asha")]);
    assert_eq!(told(&world, &paid).await, "applied");
    let before = world.ticket("ticket-1").await;
    assert_eq!(told(&world, &paid).await, "repeated");
    let placed = event("e1", "order.placed", "2026-11-22T09:00:00Z", &[("ticket-1", "Meera")]);
    assert_eq!(told(&world, &placed).await, "outdated");
    let same_time = event("e0", "order.canceled", "2026-11-22T09:01:00Z", &[("ticket-1", "Meera")]);
    assert_eq!(told(&world, &same_time).await, "outdated", "of two at one time the greater id is the later");
    assert_eq!(world.ticket("ticket-1").await, before);
    // The event that cancels may come before the one that made the ticket.
    let canceled = event("e4", "order.canceled", "2026-11-22T09:05:00Z", &[("ticket-2", "Tara")]);
    let made = event("e3", "order.paid", "2026-11-22T09:04:00Z", &[("ticket-2", "Tara")]);
    assert_eq!((told(&world, &canceled).await, told(&world, &made).await), ("applied".into(), "outdated".into()));
    assert_eq!(world.ticket("ticket-2").await.state, TicketState::Cancelled);
    world.assert_sound();
}

#[tokio::test]
async fn event_from_the_future_is_refused_and_does_not_freeze_the_ticket() {
    let world = World::start().await;
    // Now is 09:30. Clocks may differ by five minutes.
    let ahead = event("e1", "order.paid", "2026-11-22T09:35:00.001Z", &[("ticket-1", "Asha")]);
    let refused = tell(&world, &ahead).await;
    assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["occurred_at"]));
    let paid = event("e1", "order.paid", "2026-11-22T09:35:00Z", &[("ticket-1", "Asha")]);
    assert_eq!(told(&world, &paid).await, "applied", "it was not remembered as seen");
    world.app.clock.advance(600);
    let canceled = event("e2", "order.canceled", "2026-11-22T09:36:00Z", &[("ticket-1", "Asha")]);
    assert_eq!(told(&world, &canceled).await, "applied");
    assert_eq!(world.ticket("ticket-1").await.state, TicketState::Cancelled);
}

#[tokio::test]
async fn event_not_signed_now_by_the_ticketing_system_is_refused() {
    let world = World::start().await;
    let body = event("e1", "order.paid", "2026-11-22T09:00:00Z", &[("ticket-1", "Asha")]).to_string();
    let now = world.app.now();
    let good = signature(TICKETING_SECRET, &body, now);
    for bad in [
        String::new(),
        signature("another secret of the tests", &body, now),
        signature(TICKETING_SECRET, &format!("{body} "), now),
        signature(TICKETING_SECRET, &body, now.plus_seconds(-301)),
        signature(TICKETING_SECRET, &body, now.plus_seconds(301)),
        good.replace("v1=", "v0="),
    ] {
        assert_eq!(send(&world, &body, &bad).await.error(), (401, "WEBHOOK_SIGNATURE_INVALID"), "{bad}");
    }
    let closed = World::start_with(&[("TICKETING_WEBHOOK_SECRET", "")]).await;
    assert_eq!(send(&closed, &body, &good).await.error(), (401, "WEBHOOK_SIGNATURE_INVALID"));
    let secrets = format!("the next secret of the tests,{TICKETING_SECRET}");
    let rotating = World::start_with(&[("TICKETING_WEBHOOK_SECRET", &secrets)]).await;
    assert_eq!(send(&rotating, &body, &good).await.status, 200);
    let next = event("e2", "order.paid", "2026-11-22T09:01:00Z", &[("ticket-1", "Asha")]).to_string();
    let signed = signature("the next secret of the tests", &next, now);
    assert_eq!(send(&rotating, &next, &signed).await.status, 200);
}

#[tokio::test]
async fn event_that_is_no_object_is_refused() {
    let world = World::start().await;
    let as_list = json!(["evt-1", "order.paid", world.app.now(), null, [{"code": "k7xq2mv9tz4w", "name": "A", "ticket_type": "B"}]]);
    for body in [as_list, json!(null), json!("evt-1"), json!([])] {
        let refused = tell(&world, &body).await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["body"]), "{body}");
    }
}

#[tokio::test]
async fn event_that_is_not_as_documented_is_refused_with_its_place() {
    let world = World::start().await;
    let good = event("e1", "order.paid", "2026-11-22T09:00:00Z", &[("ticket-1", "Asha")]);
    let many: Vec<(String, &str)> = (0..17).map(|n| (format!("ticket-{n}"), "Asha")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(code, name)| (code.as_str(), *name)).collect();
    let with = |pointer: &str, value: Value| {
        let mut event = good.clone();
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    for (bad, place) in [
        (with("/type", json!("order.eaten")), "type"),
        (with("/occurred_at", json!("yesterday")), "occurred_at"),
        (with("/occurred_at", json!("2027-11-22T09:30:00Z")), "occurred_at"),
        (with("/tickets/0/code", json!("a#b")), "tickets[0].code"),
        (with("/tickets/0/email", json!("nobody")), "tickets[0].email"),
        (with("/tickets", json!([])), "tickets"),
        (event("e1", "order.paid", "2026-11-22T09:00:00Z", &many), "tickets"),
        (event("e1", "order.paid", "2026-11-22T09:00:00Z", &[("ticket-1", "Asha"), ("ticket-1", "Tara")]), "tickets"),
    ] {
        let refused = tell(&world, &bad).await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![place]));
    }
    let elsewhere = world.app.attendees().post("/api/v1/conferences/nowhere/attendees/webhook");
    let body = good.to_string();
    let signed = signature(TICKETING_SECRET, &body, world.app.now());
    let elsewhere = elsewhere.header(("x-ticketing-signature", signed)).body(body).send().await;
    assert_eq!(elsewhere.error(), (404, "NOT_FOUND"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_at_once_and_repeated_end_with_the_latest() {
    let world = Arc::new(World::start().await);
    let tellings: Vec<_> = (0..24)
        .map(|n| {
            let (minute, world) = (n % 12, Arc::clone(&world));
            let at = format!("2026-11-22T09:{minute:02}:00Z");
            let (id, name) = (format!("e{minute}"), format!("Name{minute}"));
            tokio::spawn(async move {
                told(&world, &event(&id, "order.changed", &at, &[("ticket-1", &name), ("ticket-2", &name)])).await
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for telling in tellings {
        statuses.push(telling.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| *status == "repeated").count(), 12);
    for code in ["ticket-1", "ticket-2"] {
        assert_eq!(world.ticket(code).await.name.as_str(), "Name11");
    }
    world.assert_sound();
}

/// Counts and addresses follow whatever events say, in whatever order.
#[test]
fn events_in_any_order_leave_counts_that_are_those_of_the_tickets() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let step = (0u8..4, 0u8..4, 0u8..3, 0u8..5);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 4, ..ProptestConfig::default() });
    let steps = proptest::collection::vec(step, 1..12);
    let ended = runner.run(&steps, |steps| {
        runtime.block_on(async {
            let world = World::start().await;
            for (n, (ticket, minute, kind, name)) in steps.into_iter().enumerate() {
                let kinds = ["order.placed", "order.paid", "order.canceled"];
                let code = format!("ticket-{ticket}");
                let name = ["Asha", "Tara", "Ravi", "Meera", "Jaya"][usize::from(name)];
                let at = format!("2026-11-22T09:0{minute}:00Z");
                let mut event = event(&format!("e{n}"), kinds[usize::from(kind)], &at, &[(&code, name)]);
                if minute == 1 {
                    event["tickets"][0]["email"] = Value::Null;
                    event["tickets"][0]["ticket_type"] = json!("VIP");
                }
                told(&world, &event).await;
                world.assert_sound();
            }
            let kinds: Vec<TicketType> = vec!["Standard".parse().unwrap(), "VIP".parse().unwrap()];
            let counts = world.app.backstage().attendees.tickets.counts(&super::world::slug()).await.unwrap();
            assert!(counts.iter().all(|count| count.tickets > 0 && kinds.contains(&count.ticket_type)));
        });
        Ok(())
    });
    ended.unwrap();
}
