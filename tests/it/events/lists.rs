//! Finding events: in time order, by what they are, and one's own.

use serde_json::{Value, json};

use super::{EVENTS, approve, ask, organise, people, published, register, state, written};
use crate::conferences;
use crate::support::app::TestApp;
use crate::users::fields;

/// The titles of a page.
fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|event| event["title"].as_str().unwrap()).collect()
}

/// The titles of what anybody finds.
async fn found(app: &TestApp, query: &str) -> Vec<String> {
    let response = app.events().get(&format!("{EVENTS}?{query}")).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    titles(&response.json).into_iter().map(str::to_owned).collect()
}

/// Events `first`, `second` and so on, each a day after the other, approved.
async fn in_a_row(app: &TestApp, changes: &[Value]) -> Vec<String> {
    let host = &people(app, 1, 1).await[0];
    let names = ["first", "second", "third", "fourth"];
    let mut ids = Vec::new();
    // The last to begin is the first to be written: the order is that of their times.
    for (n, changes) in changes.iter().enumerate().rev() {
        let day = 23 + n;
        let mut all =
            json!({"starts_at": format!("2026-11-{day}T09:30:00Z"), "ends_at": format!("2026-11-{day}T11:30:00Z")});
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let id = written(app, host, names[n], all).await["id"].as_str().unwrap().to_owned();
        approve(app, &id).await;
        ids.insert(0, id);
    }
    ids
}

#[tokio::test]
async fn list_of_none_one_and_three_comes_in_pages_in_time_order() {
    let app = TestApp::start().await;
    assert_eq!(found(&app, "").await, Vec::<String>::new());
    in_a_row(&app, &[json!({})]).await;
    assert_eq!(found(&app, "limit=1").await, ["first"]);
    let app = TestApp::start().await;
    in_a_row(&app, &[json!({}), json!({}), json!({})]).await;
    for filter in ["", "&status=upcoming", "&format=in-person&q=rooftop"] {
        let page = app.events().get(&format!("{EVENTS}?limit=2{filter}")).send().await;
        assert_eq!(titles(&page.json), ["first", "second"], "{filter}");
        let cursor = page.json["next_cursor"].as_str().unwrap();
        let rest = app.events().get(&format!("{EVENTS}?limit=2{filter}&cursor={cursor}")).send().await;
        assert_eq!((titles(&rest.json), &rest.json["next_cursor"]), (vec!["third"], &Value::Null), "{filter}");
        let other = app.events().get(&format!("{EVENTS}?limit=2&format=online&cursor={cursor}")).send().await;
        assert_eq!(other.error(), (400, "INVALID_CURSOR"), "{filter}");
    }
}

#[tokio::test]
async fn page_of_a_list_is_three_requests_whatever_it_is_filtered_by() {
    let app = TestApp::start().await;
    in_a_row(&app, &[json!({}), json!({}), json!({})]).await;
    for query in ["", "status=upcoming&format=in-person&q=rooftop&from=2026-11-23T00:00:00Z&to=2026-12-23T00:00:00Z"] {
        let events = app.events();
        events.get(&format!("{EVENTS}?{query}")).send().await;
        let calls: Vec<String> = events.watch.take().into_iter().map(|call| call.operation).collect();
        // The first counts the request for the rate limit.
        assert_eq!(calls, ["UpdateItem", "Query", "BatchGetItem", "BatchGetItem"], "{query}");
    }
}

#[tokio::test]
async fn list_by_status_is_a_range_of_times_and_goes_on_where_it_was_when_time_passes() {
    let app = TestApp::start().await;
    let ids = in_a_row(&app, &[json!({}), json!({}), json!({}), json!({})]).await;
    let host = &people(&app, 1, 1).await[0];
    let cancelled = ask(&app, host, "DELETE", &format!("/{}", ids[3])).header(("if-match", "\"2\"")).send().await;
    assert_eq!(cancelled.status, 204);
    let page = app.events().get(&format!("{EVENTS}?status=upcoming&limit=1")).send().await;
    // An hour into the second day's event: the first is over.
    app.clock.advance(49 * 3600);
    for (query, expected) in [
        ("status=past", vec!["first"]),
        ("status=ongoing", vec!["second"]),
        ("status=upcoming", vec!["third"]),
        ("status=cancelled", vec!["fourth"]),
        ("", vec!["first", "second", "third", "fourth"]),
        ("status=upcoming&to=2026-11-24T00:00:00Z", vec![]),
        ("from=2026-11-24T09:30:00Z&to=2026-11-25T09:30:00Z", vec!["second", "third"]),
        ("from=2026-11-24T09:30:00.001Z", vec!["third", "fourth"]),
        ("from=2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z", vec![]),
    ] {
        assert_eq!(found(&app, query).await, expected, "{query}");
    }
    let cursor = page.json["next_cursor"].as_str().unwrap();
    assert_eq!(found(&app, &format!("status=upcoming&limit=1&cursor={cursor}")).await, ["second"]);
}

#[tokio::test]
async fn list_is_filtered_by_conference_format_and_beginnings_of_words() {
    let app = TestApp::start().await;
    for slug in ["ibw-2026", "other"] {
        let new = conferences::organise(&app, "POST", "").json(&conferences::conference(slug)).send().await;
        assert_eq!(new.status, 201);
    }
    in_a_row(
        &app,
        &[
            json!({"conference": "ibw-2026", "format": "online", "host_name": "José & Söhne"}),
            json!({"conference": "ibw-2026", "sponsors": [{"name": "Zero Knowledge Labs"}]}),
            json!({"conference": "other", "location": {"name": "Zebra Hall"}}),
        ],
    )
    .await;
    for (query, expected) in [
        ("conference=ibw-2026", vec!["first", "second"]),
        ("conference=ibw-2026&format=online", vec!["first"]),
        ("format=hybrid", vec![]),
        ("q=jose", vec!["first"]),
        ("q=ZE", vec!["second", "third"]),
        ("q=ze+kno", vec!["second"]),
        ("q=ero", vec![]),
        ("q=%26", vec![]),
        ("conference=nowhere", vec![]),
    ] {
        assert_eq!(found(&app, query).await, expected, "{query}");
    }
    for bad in ["format=fun", "status=x", "from=yesterday", "limit=0", "limit=101", "unknown=1", "q="] {
        let refused = app.events().get(&format!("{EVENTS}?{bad}")).send().await;
        assert_eq!(refused.error(), (400, "INVALID_REQUEST"), "{bad}");
    }
}

#[tokio::test]
async fn events_that_are_not_approved_are_listed_for_admins_only() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    written(&app, host, "Waiting", json!({})).await;
    assert_eq!(found(&app, "").await, Vec::<String>::new());
    let refused = ask(&app, host, "GET", "?approval_status=pending").send().await;
    assert_eq!(refused.error(), (403, "FORBIDDEN"));
    for (status, expected) in [("pending", vec!["Waiting"]), ("rejected", vec![]), ("approved", vec![])] {
        let listed = organise(&app, "GET", &format!("?approval_status={status}")).send().await;
        assert_eq!(titles(&listed.json), expected, "{status}");
    }
}

#[tokio::test]
async fn guest_who_registers_again_while_the_list_is_read_is_listed_once() {
    let app = TestApp::start().await;
    let people = people(&app, 1, 4).await;
    let (host, guests) = people.split_first().unwrap();
    let id = published(&app, host, json!({})).await;
    for guest in guests {
        assert_eq!(state(&register(&app, guest, &id, "register").await), "approved");
        app.clock.advance(1);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/{id}/registrations?limit=1{cursor}");
        let page = ask(&app, host, "GET", &path).send().await.json;
        seen.extend(page["items"].as_array().unwrap().iter().map(|guest| guest["user_id"].clone()));
        let again = &guests[seen.len() - 1];
        register(&app, again, &id, "cancel").await;
        app.clock.advance(1);
        assert_eq!(state(&register(&app, again, &id, "register").await), "approved");
        let Some(next) = page["next_cursor"].as_str().filter(|_| seen.len() < 9) else { break };
        cursor = format!("&cursor={next}");
    }
    let expected: Vec<Value> = guests.iter().map(|guest| json!(guest.user_id)).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn host_sees_no_name_of_a_guest_whose_profile_is_private() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 3).await;
    let id = published(&app, &logins[0], json!({})).await;
    for guest in &logins[1..] {
        register(&app, guest, &id, "register").await;
    }
    let private = app.users().patch("/api/v1/users/me").header(logins[1].bearer());
    assert_eq!(private.json(&json!({"visibility": "private"})).send().await.status, 200);
    let name = async |request: crate::support::request::TestRequest, guest: usize| {
        let guests = request.send().await;
        assert_eq!(guests.status, 200, "{}", guests.text);
        let mut items = guests.json["items"].as_array().unwrap().iter();
        items.find(|item| item["user_id"] == logins[guest].user_id.as_str()).unwrap()["first_name"].clone()
    };
    let path = format!("/{id}/registrations");
    for (guest, seen_by_host) in [(1, Value::Null), (2, json!("Asha3"))] {
        assert_eq!(name(ask(&app, &logins[0], "GET", &path), guest).await, seen_by_host);
        assert_eq!(name(organise(&app, "GET", &path), guest).await, json!(format!("Asha{}", guest + 1)));
    }
}

#[tokio::test]
async fn my_events_are_those_i_host_and_those_i_registered_for() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let (host, guest) = (&logins[0], &logins[1]);
    let mine = async |login, query: &str| ask(&app, login, "GET", &format!("/mine?{query}")).send().await.json;
    assert_eq!(titles(&mine(guest, "").await), Vec::<&str>::new());
    let first = published(&app, host, json!({})).await;
    written(&app, host, "Later", json!({"starts_at": "2026-11-25T09:30:00Z", "ends_at": "2026-11-25T10:30:00Z"})).await;
    assert_eq!(titles(&mine(host, "role=host").await), ["Later", "Rooftop Party"]);
    let page = mine(host, "role=host&limit=1").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(titles(&mine(host, &format!("role=host&limit=1&cursor={cursor}")).await), ["Rooftop Party"]);
    let not_mine = ask(&app, guest, "GET", &format!("/mine?role=host&limit=1&cursor={cursor}")).send().await;
    assert_eq!(not_mine.error(), (400, "INVALID_CURSOR"));
    register(&app, guest, &first, "register").await;
    app.clock.advance(60);
    let second = published(&app, host, json!({"requires_approval": true, "title": "Second"})).await;
    register(&app, guest, &second, "register").await;
    let listed = mine(guest, "").await;
    assert_eq!(titles(&listed), ["Second", "Rooftop Party"]);
    let states: Vec<&Value> =
        listed["items"].as_array().unwrap().iter().map(|event| &event["registration"]["state"]).collect();
    assert_eq!(states, [&json!("pending_approval"), &json!("approved")]);
    register(&app, guest, &first, "cancel").await;
    assert_eq!(titles(&mine(guest, "role=registered").await), ["Second"]);
    assert_eq!(app.events().get(&format!("{EVENTS}/mine")).send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
    let expected = [
        "checked_in_at",
        "event_id",
        "offer_expires_at",
        "registered_at",
        "state",
        "updated_at",
        "user_id",
        "waitlist_position",
    ];
    assert_eq!(fields(&listed["items"][0]["registration"]), expected);
}
