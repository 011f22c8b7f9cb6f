//! Registering: a seat, the host's word, or a place in the waitlist.

use serde_json::{Value, json};

use super::{EVENTS, ask, organise, people, published, register, state, stored, tally, told};
use crate::support::app::TestApp;

#[tokio::test]
async fn registration_takes_a_seat_while_there_is_one_and_then_a_place_in_the_waitlist() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({"capacity": 2})).await;
    let guests = people(&app, 2, 4).await;
    let mut states = Vec::new();
    for guest in &guests {
        let registered = register(&app, guest, &id, "register").await;
        assert_eq!(registered.status, 201, "{}", registered.text);
        states.push(state(&registered).to_owned());
    }
    assert_eq!(states, ["approved", "approved", "waitlisted", "waitlisted"]);
    let mut positions = Vec::new();
    for guest in &guests {
        positions.push(register(&app, guest, &id, "show").await.json["waitlist_position"].clone());
    }
    assert_eq!(positions, [Value::Null, Value::Null, json!(1), json!(2)]);
    let shown = ask(&app, &guests[3], "GET", &format!("/{id}")).send().await;
    let counts = ["current_attendees", "waitlist_count", "seats_left"].map(|field| shown.json[field].clone());
    assert_eq!((json!(counts), &shown.json["registration"]["state"]), (json!([2, 2, 0]), &json!("waitlisted")));
    let (seats, registrations) = stored(&app, &id).await;
    assert_eq!(seats.tally, tally(&registrations));
}

#[tokio::test]
async fn registration_once_more_is_the_same_and_after_cancelling_a_new_one() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = published(&app, &logins[0], json!({"capacity": 5})).await;
    let guest = &logins[1];
    assert_eq!(register(&app, guest, &id, "show").await.error(), (404, "NOT_FOUND"));
    assert_eq!(register(&app, guest, &id, "cancel").await.error(), (404, "NOT_FOUND"));
    let first = register(&app, guest, &id, "register").await;
    let second = register(&app, guest, &id, "register").await;
    assert_eq!((first.status, second.status, &first.json), (201, 200, &second.json));
    for _ in 0..2 {
        assert_eq!(state(&register(&app, guest, &id, "cancel").await), "cancelled");
    }
    assert_eq!(stored(&app, &id).await.0.tally.taken, 0);
    app.clock.advance(60);
    let anew = register(&app, guest, &id, "register").await;
    assert_eq!((anew.status, state(&anew)), (201, "approved"));
    assert_ne!(anew.json["registered_at"], first.json["registered_at"]);
    assert_eq!(stored(&app, &id).await.0.tally.taken, 1);
    assert_eq!(told(&app), ["event-published", "event-registered", "event-registered"]);
}

#[tokio::test]
async fn registration_for_what_has_begun_or_is_not_there_is_refused() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let id = published(&app, &logins[0], json!({})).await;
    let nothing = "evt_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
    assert_eq!(register(&app, &logins[1], nothing, "register").await.error(), (404, "NOT_FOUND"));
    assert_eq!(register(&app, &logins[1], "no-such-party", "register").await.error(), (404, "NOT_FOUND"));
    let anonymous = app.events().post(&format!("{EVENTS}/{id}/registrations")).send().await;
    assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"));
    let by_key = organise(&app, "POST", &format!("/{id}/registrations")).send().await;
    assert_eq!(by_key.error(), (403, "FORBIDDEN"));
    app.clock.advance(24 * 3600);
    let late = &people(&app, 2, 1).await[0];
    assert_eq!(register(&app, late, &id, "register").await.error(), (409, "EVENT_NOT_OPEN"));
}

#[tokio::test]
async fn registration_is_three_requests_and_waiting_or_cancelling_four() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 3).await;
    let id = published(&app, &logins[0], json!({"capacity": 1})).await;
    let calls = async |guest: usize, method: &str, path: &str| {
        let events = app.events();
        let request = events.request(method.parse().unwrap(), &format!("{EVENTS}/{id}/registrations{path}"));
        request.header(logins[guest].bearer()).send().await;
        // The first counts the request for the rate limit.
        let calls: Vec<String> = events.watch.take().into_iter().skip(1).map(|call| call.operation).collect();
        calls
    };
    assert_eq!(calls(1, "POST", "").await, ["GetItem", "GetItem", "TransactWriteItems"]);
    assert_eq!(calls(2, "POST", "").await, ["GetItem", "GetItem", "UpdateItem", "TransactWriteItems"]);
    assert_eq!(calls(1, "DELETE", "/me").await, ["GetItem", "GetItem", "Query", "TransactWriteItems"]);
    assert_eq!(calls(2, "POST", "/me/accept").await, ["GetItem", "GetItem", "TransactWriteItems"]);
    assert_eq!(calls(2, "GET", "/me").await, ["GetItem"]);
}

#[tokio::test]
async fn host_decides_who_comes_where_the_event_says_so() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({"capacity": 1, "requires_approval": true})).await;
    let guests = people(&app, 2, 4).await;
    for guest in &guests {
        assert_eq!(state(&register(&app, guest, &id, "register").await), "pending_approval");
    }
    let decide = async |guest: usize, what: &str| {
        let path = format!("/{id}/registrations/{}/{what}", guests[guest].user_id);
        ask(&app, host, "POST", &path).send().await
    };
    for _ in 0..2 {
        assert_eq!(state(&decide(0, "approve").await), "approved");
        assert_eq!(state(&decide(1, "approve").await), "waitlisted");
        assert_eq!(state(&decide(2, "decline").await), "declined");
    }
    assert_eq!(register(&app, &guests[2], &id, "register").await.error(), (409, "REGISTRATION_DECLINED"));
    // Whom the host sends away leaves the seat to the next who waits.
    assert_eq!(state(&decide(0, "decline").await), "declined");
    assert_eq!(state(&register(&app, &guests[1], &id, "accept").await), "approved");
    assert_eq!(state(&decide(2, "approve").await), "waitlisted");
    assert_eq!(state(&register(&app, &guests[3], &id, "cancel").await), "cancelled");
    assert_eq!(decide(3, "approve").await.error(), (409, "REGISTRATION_STATE_CONFLICT"));
    assert_eq!(decide(3, "decline").await.error(), (409, "REGISTRATION_STATE_CONFLICT"));
    let expected = [
        "event-published",
        "event-registered",
        "event-registration-approved",
        "event-registration-declined",
        "event-registration-declined",
        "event-registration-waitlisted",
        "event-registration-waitlisted",
        "event-seat-offered",
    ];
    assert_eq!(told(&app), expected);
    let (seats, registrations) = stored(&app, &id).await;
    assert_eq!(seats.tally, tally(&registrations));
}

#[tokio::test]
async fn registrations_are_the_hosts_and_admins_to_see_and_decide() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 4).await;
    let id = published(&app, &logins[0], json!({"capacity": 1})).await;
    let list = format!("/{id}/registrations");
    let listed = ask(&app, &logins[0], "GET", &list).send().await;
    assert_eq!(listed.json, json!({"items": [], "next_cursor": null}));
    for guest in &logins[1..] {
        register(&app, guest, &id, "register").await;
        app.clock.advance(1);
    }
    for request in [ask(&app, &logins[0], "GET", &list), organise(&app, "GET", &list)] {
        let listed = request.send().await;
        let guests = listed.json["items"].as_array().unwrap().clone();
        let names: Vec<Value> =
            guests.iter().map(|guest| json!([guest["first_name"], guest["last_name"], guest["username"]])).collect();
        let expected = [2, 3, 4].map(|n| json!([format!("Asha{n}"), "Rao", format!("asha_{n}")]));
        assert_eq!((listed.status, names), (200, expected.to_vec()));
    }
    let page = ask(&app, &logins[0], "GET", &format!("{list}?state=waitlisted&limit=1")).send().await;
    assert_eq!(page.json["items"][0]["first_name"], "Asha3");
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let rest = ask(&app, &logins[0], "GET", &format!("{list}?state=waitlisted&limit=1&cursor={cursor}")).send().await;
    assert_eq!((&rest.json["items"][0]["first_name"], &rest.json["next_cursor"]), (&json!("Asha4"), &Value::Null));
    let decide = format!("{list}/{}/approve", logins[2].user_id);
    assert_eq!(ask(&app, &logins[1], "GET", &list).send().await.error(), (403, "FORBIDDEN"));
    assert_eq!(ask(&app, &logins[1], "POST", &decide).send().await.error(), (403, "FORBIDDEN"));
    let unknown = format!("{list}/usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W/approve");
    assert_eq!(organise(&app, "POST", &unknown).send().await.error(), (404, "NOT_FOUND"));
    assert_eq!(app.events().get(&format!("{EVENTS}{list}")).send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
}
