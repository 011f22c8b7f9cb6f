//! Events are written by anybody, changed and called off by their hosts and admins.

use serde_json::{Value, json};

use super::{EVENTS, approve, ask, event, organise, people, published, register, state, stored, written};
use crate::conferences;
use crate::support::app::TestApp;
use crate::users::places;

#[tokio::test]
async fn event_starts_pending_and_says_what_its_host_said() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let conference = conferences::organise(&app, "POST", "").json(&conferences::conference("ibw-2026")).send().await;
    assert_eq!(conference.status, 201, "{}", conference.text);
    let mut new = event("Café Ölé: DeFi & Friends");
    let more = json!({
        "description": "Come.\nBring friends.", "conference": "ibw-2026", "capacity": 50, "host_name": "Polygon Labs",
        "format": "hybrid", "requires_approval": true, "image_url": "https://cdn.example.org/a.png",
        "location": {"name": "Rooftop", "address": "1 MG Road", "lat": 12.97, "lng": 77.0},
        "sponsors": [{"name": "Acme", "url": "https://acme.example.org", "logo_url": null}],
        "social_sharing": {"text": "See you", "hashtags": ["ibw"], "image_url": null},
    });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let created = ask(&app, host, "POST", "").json(&new).send().await;
    assert_eq!((created.status, &created.json["version"]), (201, &json!(1)), "{}", created.text);
    for (field, value) in more.as_object().unwrap() {
        assert_eq!(&created.json[field], value, "{field}");
    }
    let derived = ["slug", "status", "approval_status", "date", "current_attendees", "waitlist_count", "seats_left"];
    let derived = derived.map(|field| created.json[field].clone());
    let expected = json!(["cafe-ole-defi-friends", "upcoming", "pending", "2026-11-23", 0, 0, 50]);
    assert_eq!(json!(derived), expected);
    assert_eq!(created.json["host_id"], host.user_id);
    let id = created.json["id"].as_str().unwrap();
    for name in [id, "cafe-ole-defi-friends"] {
        let read = ask(&app, host, "GET", &format!("/{name}")).send().await;
        assert_eq!((read.status, &read.json), (200, &created.json));
    }
}

#[tokio::test]
async fn place_with_more_decimals_than_can_be_stored_is_rounded() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    for (given, kept) in [
        (json!([1e-200, -1e-300]), json!([0.0, 0.0])),
        (json!([12.935_212_349, 77.624_501_26]), json!([12.935_212_3, 77.624_501_3])),
    ] {
        let place = json!({"name": "Rooftop", "lat": given[0], "lng": given[1]});
        let written = written(&app, host, "Rooftop Party", json!({ "location": place })).await;
        assert_eq!(json!([written["location"]["lat"], written["location"]["lng"]]), kept);
        let path = format!("/{}", written["id"].as_str().unwrap());
        assert_eq!(ask(&app, host, "GET", &path).send().await.json["location"], written["location"]);
    }
}

#[tokio::test]
async fn event_that_does_not_hold_together_is_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let place = |lat: Value| json!({"name": "Rooftop", "address": null, "lat": lat, "lng": null});
    for (field, value, named) in [
        ("ends_at", json!("2026-11-23T09:30:00Z"), "ends_at"),
        ("ends_at", json!("2026-12-07T09:30:01Z"), "ends_at"),
        ("starts_at", json!("2026-11-22T09:30:00Z"), "starts_at"),
        ("location", Value::Null, "location"),
        ("location", place(json!(12.5)), "location"),
        ("location", place(json!(90.5)), "location.lat"),
        ("capacity", json!(0), "capacity"),
        ("capacity", json!(100_001), "capacity"),
        ("conference", json!("nowhere"), "conference"),
        ("timezone", json!("Mars/Olympus"), "timezone"),
        ("format", json!("in_person"), "format"),
        ("title", json!(""), "title"),
        ("image_url", json!("http://example.org/a.png"), "image_url"),
        ("sponsors", json!(vec![json!({"name": "A"}); 21]), "sponsors"),
        ("approval_status", json!("approved"), "approval_status"),
    ] {
        let mut bad = event("Party");
        bad[field] = value;
        let refused = ask(&app, host, "POST", "").json(&bad).send().await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![named]), "{}", refused.text);
    }
    assert_eq!(app.database.items("events"), Vec::<Value>::new());
}

#[tokio::test]
async fn event_of_a_taken_title_gets_a_slug_of_its_own() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let mut slugs = Vec::new();
    for title in ["Party", "Party", "Party", "Mine"] {
        slugs.push(written(&app, host, title, json!({})).await["slug"].as_str().unwrap().to_owned());
    }
    assert_eq!(slugs[0], "party");
    assert!(slugs[1].starts_with("party-") && slugs[2].starts_with("party-") && slugs[1] != slugs[2], "{slugs:?}");
    assert!(slugs[3].starts_with("mine-"), "{slugs:?}");
}

#[tokio::test]
async fn event_is_changed_by_host_and_admins_at_its_version_only() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let (host, other) = (&logins[0], &logins[1]);
    let id = written(&app, host, "Party", json!({})).await["id"].as_str().unwrap().to_owned();
    let (path, changes) = (format!("/{id}"), json!({"title": "Gathering", "location": {"name": "Hall"}}));
    let version = |number: u64| ("if-match", format!("\"{number}\""));
    let unseen = ask(&app, other, "PATCH", &path).header(version(1)).json(&changes).send().await;
    assert_eq!(unseen.error(), (404, "NOT_FOUND"));
    approve(&app, &id).await;
    for method in ["PATCH", "DELETE"] {
        let seen = ask(&app, other, method, &path).header(version(2)).json(&changes).send().await;
        assert_eq!(seen.error(), (403, "FORBIDDEN"), "{method}");
        let blind = ask(&app, host, method, &path).json(&changes).send().await;
        assert_eq!(blind.error(), (428, "PRECONDITION_REQUIRED"), "{method}");
        let stale = ask(&app, host, method, &path).header(version(1)).json(&changes).send().await;
        assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"), "{method}");
        let anonymous = app.events().request(method.parse().unwrap(), &format!("{EVENTS}{path}")).send().await;
        assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"), "{method}");
    }
    let changed = ask(&app, host, "PATCH", &path).header(version(2)).json(&changes).send().await;
    assert_eq!((changed.status, &changed.json["version"]), (200, &json!(3)), "{}", changed.text);
    let fields = (&changed.json["title"], &changed.json["location"]["name"], &changed.json["slug"]);
    assert_eq!(fields, (&json!("Party"), &json!("Hall"), &json!("party")), "the new title waits for organisers");
    let by_admin = organise(&app, "PATCH", &path).header(version(3)).json(&json!({"location": null})).send().await;
    assert_eq!((by_admin.error(), places(&by_admin)), ((400, "INVALID_BODY"), vec!["location"]));
    let online = json!({"location": null, "format": "online"});
    let by_admin = organise(&app, "PATCH", &path).header(version(3)).json(&online).send().await;
    assert_eq!((by_admin.status, &by_admin.json["location"]), (200, &Value::Null), "{}", by_admin.text);
}

#[tokio::test]
async fn capacity_below_the_seats_taken_is_refused_and_above_offers_seats_to_those_who_wait() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({"capacity": 2})).await;
    let guests = people(&app, 2, 5).await;
    for guest in &guests {
        register(&app, guest, &id, "register").await;
    }
    let change = async |version: u64, capacity: Value| {
        let request = ask(&app, host, "PATCH", &format!("/{id}")).header(("if-match", format!("\"{version}\"")));
        request.json(&json!({"capacity": capacity})).send().await
    };
    assert_eq!(change(2, json!(1)).await.error(), (409, "CAPACITY_BELOW_TAKEN"));
    let raised = change(2, json!(4)).await;
    let counts = ["current_attendees", "waitlist_count", "seats_left"].map(|field| raised.json[field].clone());
    assert_eq!((raised.status, json!(counts)), (200, json!([2, 1, 0])), "{}", raised.text);
    let mut states = Vec::new();
    for guest in &guests {
        states.push(state(&register(&app, guest, &id, "show").await).to_owned());
    }
    assert_eq!(states, ["approved", "approved", "offered", "offered", "waitlisted"]);
    assert_eq!(change(3, json!(3)).await.error(), (409, "CAPACITY_BELOW_TAKEN"));
    let unlimited = change(3, Value::Null).await;
    assert_eq!((&unlimited.json["seats_left"], &unlimited.json["waitlist_count"]), (&Value::Null, &json!(0)));
    assert_eq!(state(&register(&app, &guests[4], &id, "accept").await), "approved");
    let entities = |name| crate::users::entities(&app, "events", name).len();
    assert_eq!((entities("vacancy"), entities("waitlist_place"), entities("seat_offer")), (0, 0, 2));
}

#[tokio::test]
async fn cancelled_event_is_shown_so_and_takes_no_registrations() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 3).await;
    let host = &logins[0];
    let id = published(&app, host, json!({"capacity": 1})).await;
    register(&app, &logins[1], &id, "register").await;
    let cancel = |version: &str| {
        let request = ask(&app, host, "DELETE", &format!("/{id}"));
        request.header(("if-match", version)).send()
    };
    assert_eq!(cancel("\"2\"").await.status, 204);
    assert_eq!(cancel("\"2\"").await.error(), (412, "PRECONDITION_FAILED"));
    assert_eq!(cancel("\"3\"").await.status, 204);
    let shown = app.events().get(&format!("{EVENTS}/{id}")).send().await;
    assert_eq!((shown.status, &shown.json["status"], &shown.json["version"]), (200, &json!("cancelled"), &json!(3)));
    assert_eq!(register(&app, &logins[2], &id, "register").await.error(), (409, "EVENT_NOT_OPEN"));
    let changed = ask(&app, host, "PATCH", &format!("/{id}")).header(("if-match", "\"3\""));
    assert_eq!(changed.json(&json!({"title": "No"})).send().await.error(), (409, "EVENT_STATE_CONFLICT"));
    assert_eq!(state(&register(&app, &logins[1], &id, "cancel").await), "cancelled");
    assert!(!stored(&app, &id).await.0.open);
}

#[tokio::test]
async fn status_follows_from_the_clock() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    let mut seen = Vec::new();
    for seconds in [24 * 3600 - 1, 1, 3 * 3600 - 1, 1] {
        app.clock.advance(seconds);
        let shown = app.events().get(&format!("{EVENTS}/{id}")).send().await;
        seen.push(shown.json["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["upcoming", "ongoing", "ongoing", "past"]);
    let host = &people(&app, 1, 1).await[0];
    let over = ask(&app, host, "DELETE", &format!("/{id}")).header(("if-match", "\"2\"")).send().await;
    assert_eq!(over.error(), (409, "EVENT_STATE_CONFLICT"));
}
