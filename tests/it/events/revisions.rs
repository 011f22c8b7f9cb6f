//! A host who abuses an approved event: nothing that people follow or read is public before organisers have seen it.

use serde_json::{Value, json};

use super::{EVENTS, approve, ask, notices, organise, people, published, register, told, written};
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::users::entities;

/// A host's edit of an event at this version.
async fn edit(app: &TestApp, host: &Login, id: &str, version: u64, changes: Value) -> TestResponse {
    let request = ask(app, host, "PATCH", &format!("/{id}")).header(("if-match", format!("\"{version}\"")));
    request.json(&changes).send().await
}

/// An organiser's decision about the revision of this version.
async fn decide(app: &TestApp, id: &str, what: &str, version: u64) -> TestResponse {
    let request = organise(app, "POST", &format!("/{id}/revision/{what}")).json(&json!({"reason": "Because"}));
    request.header(("if-match", format!("\"{version}\""))).send().await
}

/// The version of the revision that an answer shows.
fn revision(answer: &TestResponse) -> u64 {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json["pending_revision"]["version"].as_u64().expect("a revision")
}

/// Everything that people who are neither host nor organiser can read of an event, in one text.
async fn seen_by_others(app: &TestApp, guest: &Login, id: &str) -> String {
    let mut all = String::new();
    for path in [format!("/{id}"), format!("/{id}/share"), format!("/{id}/calendar.ics"), String::new()] {
        let anonymous = app.events().get(&format!("{EVENTS}{path}")).send().await;
        let other = ask(app, guest, "GET", &path).send().await;
        assert_eq!((anonymous.status, other.status), (200, 200));
        all += &format!("{} {} {} {}\n", anonymous.header("etag"), anonymous.text, other.header("etag"), other.text);
    }
    all += &ask(app, guest, "GET", "/mine?role=registered").send().await.text;
    // Whoever registers now is told of the event, too.
    all + &notices(app).iter().map(Value::to_string).collect::<String>()
}

/// What a host could lure guests with.
fn bait() -> Value {
    json!({
        "title": "Free airdrop", "description": "Connect at https://evil.example", "host_name": "Evil Labs",
        "sponsors": [{"name": "Evil", "url": "https://evil.example", "logo_url": null}],
        "social_sharing": {"text": "evil deal", "hashtags": ["evil"], "image_url": "https://evil.example/x.png"},
        "image_url": "https://evil.example/y.png",
    })
}

#[tokio::test]
async fn new_texts_links_and_image_are_not_public_before_they_are_approved() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let (host, guest) = (&logins[0], &logins[1]);
    let id = published(&app, host, json!({})).await;
    register(&app, guest, &id, "register").await;
    let before = seen_by_others(&app, guest, &id).await;
    let edited = edit(&app, host, &id, 2, bait()).await;
    assert_eq!(seen_by_others(&app, guest, &id).await, before, "no text, tag, version or time tells of it");
    for word in ["Free", "free", "airdrop"] {
        let found = app.events().get(&format!("{EVENTS}?q={word}")).send().await;
        assert_eq!(found.json["items"], json!([]), "{word}");
    }
    // The host and organisers see both.
    for seen in [
        edited.json.clone(),
        ask(&app, host, "GET", &format!("/{id}")).send().await.json,
        organise(&app, "GET", &format!("/{id}")).send().await.json,
        ask(&app, host, "GET", "/mine?role=host").send().await.json["items"][0].clone(),
        organise(&app, "GET", "/reviews").send().await.json["items"][0].clone(),
    ] {
        assert_eq!((&seen["title"], &seen["version"]), (&json!("Rooftop Party"), &json!(2)), "{seen}");
        for (field, value) in bait().as_object().unwrap() {
            assert_eq!(&seen["pending_revision"][field], value, "{field}");
        }
    }
    // A copy is of what was approved.
    let copy = ask(&app, host, "POST", &format!("/{id}/duplicate")).send().await;
    assert_eq!((&copy.json["title"], &copy.json["pending_revision"]), (&json!("Rooftop Party"), &Value::Null));
    assert_eq!(decide(&app, &id, "approve", revision(&edited)).await.status, 200);
    let shown = app.events().get(&format!("{EVENTS}/{id}")).send().await.json;
    for (field, value) in bait().as_object().unwrap() {
        assert_eq!(&shown[field], value, "{field}");
    }
    assert_eq!((&shown["version"], &shown["slug"]), (&json!(3), &json!("rooftop-party")));
    let found = app.events().get(&format!("{EVENTS}?q=airdrop")).send().await;
    assert_eq!(found.json["items"].as_array().unwrap().len(), 1);
    assert!(told(&app).contains(&"event-revision-approved".to_owned()));
    assert_eq!(organise(&app, "GET", "/reviews").send().await.json["items"], json!([]));
}

#[tokio::test]
async fn new_time_capacity_and_place_are_public_at_once_and_reviewed_after() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    let both = json!({
        "title": "Dinner", "starts_at": "2026-11-23T10:00:00Z", "capacity": 40,
        "location": {"name": "Hall 5", "address": "1 MG Road", "lat": 12.9, "lng": 77.5},
    });
    let edited = edit(&app, host, &id, 2, both).await;
    assert_eq!((edited.status, &edited.json["version"]), (200, &json!(3)), "{}", edited.text);
    let shown = app.events().get(&format!("{EVENTS}/{id}")).send().await.json;
    let fields = ["title", "starts_at", "capacity", "pending_revision", "unreviewed_since"].map(|field| &shown[field]);
    assert_eq!(json!(fields), json!(["Rooftop Party", "2026-11-23T10:00:00.000Z", 40, null, null]));
    assert_eq!(shown["location"]["name"], "Hall 5");
    assert_eq!(edited.json["pending_revision"]["title"], "Dinner");
    // Both wait for organisers, and each decision is about one of them.
    let waiting = organise(&app, "GET", "/reviews").send().await.json["items"][0].clone();
    assert_eq!((&waiting["id"], &waiting["unreviewed_since"]), (&json!(id), &json!("2026-11-22T09:30:00.000Z")));
    assert_eq!(decide(&app, &id, "reject", revision(&edited)).await.status, 200);
    let reviewed = organise(&app, "POST", &format!("/{id}/approve")).header(("if-match", "\"3\"")).send().await;
    let fields = ["title", "version", "unreviewed_since", "pending_revision"].map(|field| &reviewed.json[field]);
    assert_eq!(json!(fields), json!(["Rooftop Party", 3, null, null]));
    assert_eq!(organise(&app, "GET", "/reviews").send().await.json["items"], json!([]));
    for (method, path) in [("GET", "/reviews".to_owned()), ("POST", format!("/{id}/revision/approve"))] {
        let asked = ask(&app, host, method, &path).header(("if-match", "\"1\"")).send().await;
        assert_eq!(asked.error(), (403, "FORBIDDEN"), "{path}");
    }
}

#[tokio::test]
async fn place_with_a_link_in_it_waits() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    for (place, address) in
        [("Hall 5, evil.example", None), ("Hall 5", Some("see https://evil.example")), ("@evil", None)]
    {
        let moved = json!({"location": {"name": place, "address": address}, "format": "hybrid"});
        let edited = edit(&app, host, &id, 2, moved).await;
        let kept = (&edited.json["location"]["name"], &edited.json["format"], &edited.json["version"]);
        assert_eq!(kept, (&json!("Rooftop"), &json!("in-person"), &json!(2)), "{place}");
        assert_eq!(edited.json["pending_revision"]["location"]["name"], place);
    }
    let online = json!({"location": null, "format": "online"});
    let edited = edit(&app, host, &id, 2, online).await;
    let fields = ["location", "format", "pending_revision"].map(|field| &edited.json[field]);
    assert_eq!(json!(fields), json!([null, "online", null]), "a place that changes at once replaces one that waits");
}

#[tokio::test]
async fn next_edit_replaces_the_revision_and_its_tag() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    let first = revision(&edit(&app, host, &id, 2, json!({"title": "Nice dinner"})).await);
    let again = revision(&edit(&app, host, &id, 2, json!({"title": "Nice dinner"})).await);
    assert_eq!(first, again, "a repeated request is the same revision");
    // The host shows organisers something nice, and replaces it before they decide.
    let second = edit(&app, host, &id, 2, json!({"title": "Free airdrop"})).await;
    for what in ["approve", "reject"] {
        assert_eq!(decide(&app, &id, what, first).await.error(), (412, "PRECONDITION_FAILED"), "{what}");
        let blind = organise(&app, "POST", &format!("/{id}/revision/{what}")).json(&json!({"reason": "Yes"}));
        assert_eq!(blind.send().await.error(), (428, "PRECONDITION_REQUIRED"), "{what}");
    }
    let rejected = decide(&app, &id, "reject", revision(&second)).await;
    let fields = ["pending_revision", "decision_reason", "version"].map(|field| &rejected.json[field]);
    assert_eq!(json!(fields), json!([null, "Because", 2]));
    assert_eq!(decide(&app, &id, "reject", revision(&second)).await.error(), (412, "PRECONDITION_FAILED"));
    // A version never comes again: what was rejected cannot be approved as what comes next.
    let third = revision(&edit(&app, host, &id, 2, json!({"title": "Free airdrop"})).await);
    assert!(third > revision(&second));
    assert_eq!(told(&app), ["event-published", "event-revision-rejected"]);
    let rejected = notices(&app).into_iter().find(|notice| notice["template"] == "event-revision-rejected").unwrap();
    assert_eq!(rejected["to"], json!({"user": host.user_id}));
    assert_eq!(rejected["arguments"], json!({"event": "Rooftop Party", "reason": "Because"}));
}

#[tokio::test]
async fn edit_that_says_what_is_approved_drops_the_revision_and_so_does_cancelling() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    let proposed = revision(&edit(&app, host, &id, 2, json!({"title": "Dinner", "description": "Good"})).await);
    let half = edit(&app, host, &id, 2, json!({"title": "Rooftop Party"})).await;
    let fields = ["title", "description"].map(|field| &half.json["pending_revision"][field]);
    assert_eq!(json!(fields), json!(["Rooftop Party", "Good"]));
    let none = edit(&app, host, &id, 2, json!({"description": null})).await;
    assert_eq!((&none.json["pending_revision"], &none.json["version"]), (&Value::Null, &json!(2)));
    assert_eq!(decide(&app, &id, "approve", proposed).await.error(), (412, "PRECONDITION_FAILED"));
    let proposed = revision(&edit(&app, host, &id, 2, json!({"title": "Dinner"})).await);
    let cancel = ask(&app, host, "DELETE", &format!("/{id}")).header(("if-match", "\"2\"")).send().await;
    assert_eq!(cancel.status, 204, "{}", cancel.text);
    assert_eq!(decide(&app, &id, "approve", proposed).await.error(), (412, "PRECONDITION_FAILED"));
    let stored = entities(&app, "events", "event").remove(0).to_string();
    assert!(!stored.contains("Dinner") && !stored.contains("REVIEWS"), "{stored}");
}

#[tokio::test]
async fn revision_applies_to_the_event_as_it_is_when_it_is_approved() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    let changes = json!({"title": "Dinner", "description": "Good", "image_url": "https://cdn.example.org/a.png"});
    let proposed = revision(&edit(&app, host, &id, 2, changes).await);
    edit(&app, host, &id, 2, json!({"location": {"name": "Hall 5"}, "capacity": 7})).await;
    // Organisers change what they want at once. What the revision says about other fields stays.
    let theirs = organise(&app, "PATCH", &format!("/{id}")).header(("if-match", "\"3\""));
    let theirs = theirs.json(&json!({"host_name": "Acme", "ends_at": "2026-11-23T11:30:00Z"})).send().await;
    assert_eq!((&theirs.json["host_name"], revision(&theirs)), (&json!("Acme"), proposed));
    let approved = decide(&app, &id, "approve", proposed).await;
    let fields = ["title", "description", "host_name", "capacity", "ends_at", "version"];
    let fields = fields.map(|field| &approved.json[field]);
    assert_eq!(json!(fields), json!(["Dinner", "Good", "Acme", 7, "2026-11-23T11:30:00.000Z", 5]));
    assert_eq!(approved.json["location"]["name"], "Hall 5");
}

#[tokio::test]
async fn edits_of_organisers_and_of_events_that_are_not_approved_apply_at_once() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = written(&app, host, "Party", json!({})).await["id"].as_str().unwrap().to_owned();
    let pending = edit(&app, host, &id, 1, json!({"title": "Dinner"})).await;
    let fields = ["title", "version", "pending_revision"].map(|field| &pending.json[field]);
    assert_eq!(json!(fields), json!(["Dinner", 2, null]));
    let approved = organise(&app, "POST", &format!("/{id}/approve")).header(("if-match", "\"2\"")).send().await;
    assert_eq!(approved.status, 200, "{}", approved.text);
    edit(&app, host, &id, 3, json!({"title": "Lunch", "description": "Good"})).await;
    let theirs = organise(&app, "PATCH", &format!("/{id}")).header(("if-match", "\"3\""));
    let theirs = theirs.json(&json!({"title": "Lunch"})).send().await;
    let fields =
        (&theirs.json["title"], &theirs.json["unreviewed_since"], &theirs.json["pending_revision"]["description"]);
    assert_eq!(fields, (&json!("Lunch"), &Value::Null, &json!("Good")));
    // An invalid proposal is refused, and nothing of it is kept.
    let bad = edit(&app, host, &id, 4, json!({"title": "Supper", "conference": "nowhere"})).await;
    assert_eq!(bad.error(), (400, "INVALID_BODY"));
    assert_eq!(ask(&app, host, "GET", &format!("/{id}")).send().await.json["pending_revision"]["title"], "Lunch");
}

#[tokio::test]
async fn erased_host_leaves_no_revision() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = written(&app, host, "Party", json!({})).await["id"].as_str().unwrap().to_owned();
    approve(&app, &id).await;
    edit(&app, host, &id, 2, json!({"host_name": "Asha's friends"})).await;
    app.clock.advance(40 * 3600);
    let subject = ibw::personal_data::Subject { user_id: host.user_id.parse().unwrap(), telegram_id: 1 };
    let service = app.backstage().events.service.clone();
    let export = ibw::personal_data::PersonalData::export(&service, subject).await.unwrap();
    assert!(serde_json::to_string(&export).unwrap().contains("Asha's friends"));
    ibw::personal_data::PersonalData::erase(&service, subject).await.unwrap();
    let left: String = app.database.items("events").iter().map(Value::to_string).collect();
    assert!(!left.contains("Asha's friends"));
}
