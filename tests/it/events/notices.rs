//! What is told of events: the templates are there and take what they are given, and audiences know who takes part.

use std::collections::{BTreeMap, BTreeSet};

use ibw::notifications::audience::Audience;
use ibw::notifications::group::{Group, TakingPart};
use serde_json::{Value, json};

use super::{ask, notices, organise, people, published, register, told, written};
use crate::support::app::TestApp;

/// The arguments of the built-in templates, but of the reminder, which the calendar's tests are about.
fn templates() -> BTreeMap<String, BTreeSet<String>> {
    let file = include_str!("../../../shared/src/notifications/builtin/events.json");
    let drafts: BTreeMap<String, Value> = serde_json::from_str(file).unwrap();
    let names = |draft: &Value| {
        let names = draft["arguments"].as_array().unwrap().iter();
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let own = drafts.iter().filter(|(name, _)| *name != "event-reminder");
    own.map(|(name, draft)| (name.clone(), names(draft))).collect()
}

#[tokio::test]
async fn every_template_is_told_with_the_arguments_it_takes() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let rejected = written(&app, host, "Other", json!({})).await["id"].as_str().unwrap().to_owned();
    let reject = organise(&app, "POST", &format!("/{rejected}/reject")).header(("if-match", "\"1\""));
    assert_eq!(reject.json(&json!({"reason": "No venue"})).send().await.status, 200);
    let guests = people(&app, 2, 4).await;
    let open = published(&app, host, json!({"capacity": 1})).await;
    for guest in &guests[..3] {
        register(&app, guest, &open, "register").await;
    }
    register(&app, &guests[0], &open, "cancel").await;
    let closed = published(&app, host, json!({"capacity": 1, "requires_approval": true})).await;
    for (guest, decision) in guests.iter().zip(["approve", "approve", "decline"]) {
        register(&app, guest, &closed, "register").await;
        let path = format!("/{closed}/registrations/{}/{decision}", guest.user_id);
        assert_eq!(ask(&app, host, "POST", &path).send().await.status, 200);
    }
    let moved = json!({"starts_at": "2026-11-23T10:30:00Z"});
    let change = ask(&app, host, "PATCH", &format!("/{closed}")).header(("if-match", "\"2\"")).json(&moved);
    assert_eq!(change.send().await.status, 200);
    for (title, decision) in [("Dinner", "approve"), ("Free airdrop", "reject")] {
        let shown = ask(&app, host, "GET", &format!("/{open}")).send().await;
        let change = ask(&app, host, "PATCH", &format!("/{open}")).json(&json!({"title": title}));
        let changed = change.header(("if-match", shown.header("etag"))).send().await;
        let version = format!("\"{}\"", changed.json["pending_revision"]["version"]);
        let decide = organise(&app, "POST", &format!("/{open}/revision/{decision}")).header(("if-match", version));
        assert_eq!(decide.json(&json!({"reason": "No"})).send().await.status, 200);
    }
    let cancel = ask(&app, host, "DELETE", &format!("/{closed}")).header(("if-match", "\"3\""));
    assert_eq!(cancel.send().await.status, 204);
    app.clock.advance(2 * super::HOUR);
    super::sweep::housekeep(&app).await.unwrap();

    let templates = templates();
    let known: Vec<&String> = templates.keys().collect();
    let told: BTreeSet<String> = told(&app).into_iter().collect();
    assert_eq!(told.iter().collect::<Vec<_>>(), known);
    let mut keys = BTreeSet::new();
    let all = notices(&app);
    for notice in &all {
        let given: BTreeSet<String> = notice["arguments"].as_object().unwrap().keys().cloned().collect();
        let name = notice["template"].as_str().unwrap();
        assert_eq!(given, templates[name], "{name}");
        keys.insert(notice["dedupe_key"].as_str().unwrap());
    }
    assert_eq!(keys.len(), all.len());
    let cancelled = all.iter().find(|notice| notice["template"] == "event-cancelled").unwrap();
    let group = json!({"event": closed, "states": ["approved", "pending_approval", "waitlisted"]});
    assert_eq!(cancelled["to"], json!({"audience": {"group": {"event": group}}}));
}

#[tokio::test]
async fn change_of_what_does_not_matter_to_guests_tells_nobody() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    let change = ask(&app, host, "PATCH", &format!("/{id}")).header(("if-match", "\"2\""));
    assert_eq!(change.json(&json!({"description": "More", "capacity": 9})).send().await.status, 200);
    assert_eq!(told(&app), ["event-published"]);
}

#[tokio::test]
async fn group_of_an_event_is_those_who_take_part_in_these_ways() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({"capacity": 1})).await;
    let guests = people(&app, 2, 4).await;
    for guest in &guests {
        register(&app, guest, &id, "register").await;
    }
    register(&app, &guests[0], &id, "cancel").await;
    let participants = app.backstage().events.service.clone();
    let sources = ibw::notifications::service::GroupSources::new(vec![Box::new(participants.clone())]);
    let users = async |states: &[TakingPart]| {
        let group = Group::Event { event: id.parse().unwrap(), states: states.iter().copied().collect() };
        let known = sources.users(&[&group]).await.unwrap();
        let resolved = Audience::Group(group).with_groups(&known);
        let Audience::Users(users) = resolved else { panic!("{resolved:?}") };
        users
    };
    let ids = |some: &[crate::support::app::Login]| -> BTreeSet<_> {
        some.iter().map(|login| login.user_id.parse().unwrap()).collect()
    };
    // One was offered the seat; two wait.
    assert_eq!(users(&[TakingPart::Approved]).await, ids(&[]));
    assert_eq!(users(&[TakingPart::Waitlisted]).await, ids(&guests[1..]));
    register(&app, &guests[1], &id, "accept").await;
    assert_eq!(users(&[TakingPart::Approved]).await, ids(&guests[1..2]));
    assert_eq!(users(&[TakingPart::Approved, TakingPart::Waitlisted]).await, ids(&guests[1..]));
    assert_eq!(users(&[TakingPart::CheckedIn, TakingPart::PendingApproval]).await, ids(&[]));
    let starts = "2026-11-23T09:30:00Z".parse().unwrap();
    let starting = async |first: i64, last: i64| {
        let found = participants.events_starting(app.now().plus_seconds(first), app.now().plus_seconds(last)).await;
        found.unwrap().iter().map(|event| event.details.starts_at).collect::<Vec<_>>()
    };
    assert_eq!(starting(0, 86_400).await, [starts]);
    assert_eq!(starting(0, 86_399).await, []);
    assert_eq!(participants.with_seat(id.parse().unwrap()).await.unwrap(), ids(&guests[1..2]));
    let mine = async |guest: usize| participants.events_of(guests[guest].user_id.parse().unwrap()).await.unwrap().len();
    assert_eq!((mine(0).await, mine(1).await, mine(2).await), (0, 1, 0));
}

#[tokio::test]
async fn job_to_those_who_take_part_in_an_event_can_be_previewed_by_its_function() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = published(&app, host, json!({})).await;
    register(&app, host, &id, "register").await;
    let template = crate::notifications::template("hello", &[]);
    let created = crate::notifications::organise(&app, "POST", "/templates").json(&template).send().await;
    assert_eq!(created.status, 201, "{}", created.text);
    let audience = json!({"group": {"event": {"event": id, "states": ["approved"]}}});
    let job = json!({"title": "Hello", "template": "hello", "arguments": {}, "audience": audience});
    let job = crate::notifications::organise(&app, "POST", "/jobs").json(&job).send().await;
    assert_eq!(job.status, 201, "{}", job.text);
    let path = format!("/jobs/{}/preview", job.json["id"].as_str().unwrap());
    let preview = crate::notifications::organise(&app, "POST", &path).send().await;
    assert_eq!((preview.status, &preview.json["count"]), (200, &json!(1)), "{}", preview.text);
}
