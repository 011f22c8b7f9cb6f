//! Grants have a scope: a conference, a check-in list, a side event. And an operator's command gives the first one.

use housekeeping::Input;
use ibw::audit::model::Actor;
use serde_json::json;

use super::{give, login_with};
use crate::agenda::write_conference;
use crate::events::{EVENTS, published, written};
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::telegram::Person;

const CONFERENCES: &str = "/api/v1/conferences";

#[tokio::test]
async fn organizer_of_one_conference_writes_that_one_and_its_speakers() {
    let app = TestApp::start().await;
    for slug in ["here", "there"] {
        write_conference(&app, slug).await;
    }
    let organizer = login_with(&app, &Person::new(1), &["organizer conferences/here"]).await;
    let mut speakers = Vec::new();
    for (slug, status) in [("here", 201), ("there", 403)] {
        let path = format!("{CONFERENCES}/{slug}/speakers");
        let new = app.speakers().post(&path).header(organizer.bearer()).json(&json!({"name": "Maya"})).send().await;
        assert_eq!(new.status, status, "{}", new.text);
        let by_key = app.speakers().post(&path).header(("x-api-key", ADMIN_API_KEY)).json(&json!({"name": "Ravi"}));
        speakers.push((by_key.send().await, if status == 201 { 200 } else { 403 }));
    }
    for (speaker, status) in speakers {
        let path = format!("/api/v1/speakers/{}", speaker.json["id"].as_str().unwrap());
        let change = app.speakers().patch(&path).header(organizer.bearer());
        let change = change.header(("if-match", speaker.header("etag").to_owned()));
        assert_eq!(change.json(&json!({"name": "Ravi Rao"})).send().await.status, status);
    }
    let create = app.conferences().post(CONFERENCES).header(organizer.bearer()).json(&json!({"slug": "new"}));
    assert_eq!(create.send().await.error(), (403, "FORBIDDEN"));
}

#[tokio::test]
async fn grant_on_a_side_event_or_its_conference_reaches_that_event() {
    let app = TestApp::start().await;
    write_conference(&app, "here").await;
    let host = app.login(&Person::new(1)).await;
    let inside = written(&app, &host, "Inside", json!({"conference": "here"})).await;
    let outside = written(&app, &host, "Outside", json!({})).await;
    let ids = [&inside, &outside].map(|event| event["id"].as_str().unwrap().to_owned());
    let caller = app.login(&Person::new(2)).await;
    for (grants, expected) in [
        (vec![], [403, 403]),
        (vec!["moderator conferences/here".to_owned()], [428, 403]),
        (vec![format!("moderator events/{}", ids[1])], [403, 428]),
        (vec!["moderator *".to_owned()], [428, 428]),
        (vec!["steward *".to_owned()], [403, 403]),
    ] {
        give(&app, &caller, &grants.iter().map(String::as_str).collect::<Vec<_>>()).await;
        for (id, status) in ids.iter().zip(expected) {
            let approve = app.events().post(&format!("{EVENTS}/{id}/approve")).header(caller.bearer());
            assert_eq!(approve.send().await.status, status, "{grants:?}");
        }
    }
}

#[tokio::test]
async fn organizer_of_one_conference_moves_no_approved_event_into_another() {
    let app = TestApp::start().await;
    for slug in ["here", "there"] {
        write_conference(&app, slug).await;
    }
    let host = app.login(&Person::new(1)).await;
    let id = published(&app, &host, json!({"conference": "here"})).await;
    let organizer = login_with(&app, &Person::new(2), &["organizer conferences/here"]).await;
    for caller in [&organizer, &host] {
        let patch = app.events().patch(&format!("{EVENTS}/{id}")).header(caller.bearer()).header(("if-match", "\"2\""));
        let moved = patch.json(&json!({"conference": "there"})).send().await;
        assert_eq!(moved.error(), (409, "EVENT_STATE_CONFLICT"), "{}", moved.text);
    }
}

#[tokio::test]
async fn operator_gives_the_first_admin_and_repeats_change_nothing() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let login = app.login(&person).await;
    let (domains, _) = app.domains("housekeeping");
    let command = json!({"grant": {"telegram_id": 1, "role": "admin"}});
    for _ in 0..2 {
        let Input::Grant(command) = Input::of(command.clone()).unwrap() else { panic!("a command") };
        let granted = command.run(&domains.users.service, "r").await.unwrap();
        assert_eq!(json!(granted.grants), json!([{"role": "admin", "resource": "*"}]));
    }
    let audit = app.database.items("audit");
    let text = |name: &str| audit[0][name]["S"].as_str().unwrap().to_owned();
    let said = ["action", "actor", "object", "request_id"].map(text);
    assert_eq!(
        (audit.len(), said),
        (1, ["user.grant", "operator", &format!("users/{}", login.user_id), "r"].map(str::to_owned))
    );
    let grant = json!({"M": {"role": {"S": "admin"}, "resource": {"S": "*"}}});
    assert_eq!(
        (&audit[0]["fields"]["L"], &audit[0]["new"]["M"]["grants"]["L"]),
        (&json!([{"S": "grants"}]), &json!([grant]))
    );
    let response = app.users().get(super::BY_TELEGRAM).header(login.bearer()).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    for wrong in [
        json!({"grant": {"telegram_id": 1, "role": "owner"}}),
        json!({"grant": {"telegram_id": 1, "role": "admin", "resource": "conferences/"}}),
        json!({"grant": {"telegram_id": 1}}),
    ] {
        assert!(Input::of(wrong.clone()).is_err(), "{wrong}");
    }
    assert!(matches!(Input::of(json!({"source": "aws.events"})), Ok(Input::Schedule)));
}

#[tokio::test]
async fn user_has_twenty_grants_at_most() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let users = &app.backstage().users.service;
    let id = login.user_id.parse().unwrap();
    let operator = Actor { name: "operator".to_owned(), request_id: "r".to_owned() };
    for n in 0..20 {
        users.grant(&operator, id, &super::grant(&format!("steward conferences/c{n}"))).await.unwrap();
    }
    assert!(users.grant(&operator, id, &super::grant("steward conferences/c20")).await.is_err());
    assert!(users.grant(&operator, id, &super::grant("steward conferences/c0")).await.is_ok());
}
