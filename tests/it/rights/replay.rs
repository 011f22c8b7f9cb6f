//! An answer under an `Idempotency-Key` is for those who may still do what it is the answer to.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{give, login_with};
use crate::notifications::{organise, template};
use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{ME, entities};

const JOBS: &str = "/api/v1/notifications/jobs";
/// Within so many seconds every instance knows of a change.
const KNOWN: i64 = 5;

async fn create(app: &TestApp, login: &Login) -> TestResponse {
    let job = json!({"title": "News", "template": "news", "audience": {"users": []}});
    let request = app.notifications().post(JOBS).header(login.bearer()).header(("idempotency-key", "key"));
    request.json(&job).send().await
}

#[tokio::test]
async fn answer_is_not_repeated_for_somebody_who_has_lost_the_right() {
    let app = TestApp::start().await;
    organise(&app, "POST", "/templates").json(&template("news", &[])).send().await;
    let login = login_with(&app, &Person::new(1), &["organizer *", "steward *"]).await;
    let first = create(&app, &login).await;
    assert_eq!(first.status, 201, "{}", first.text);
    // Another right more changes nothing.
    give(&app, &login, &["organizer *", "steward *", "speaker *"]).await;
    app.clock.advance(KNOWN);
    let again = create(&app, &login).await;
    assert_eq!((again.status, again.header("idempotency-replayed"), &again.text), (201, "true", &first.text));
    for left in [&["steward *"][..], &["organizer conferences/ibw-2026", "steward *"], &[]] {
        give(&app, &login, left).await;
        app.clock.advance(KNOWN);
        let refused = create(&app, &login).await;
        assert_eq!(refused.error(), (403, "IDEMPOTENCY_RIGHT_LOST"), "{left:?}");
        assert!(!refused.text.contains(first.json["id"].as_str().unwrap()));
    }
    assert_eq!(entities(&app, "notifications", "job").len(), 1);
    give(&app, &login, &["organizer *", "steward *"]).await;
    app.clock.advance(KNOWN);
    assert_eq!(create(&app, &login).await.text, first.text);
}

#[tokio::test]
async fn answer_for_staff_is_not_repeated_while_the_control_list_cannot_be_read() {
    let app = TestApp::start().await;
    organise(&app, "POST", "/templates").json(&template("news", &[])).send().await;
    let login = login_with(&app, &Person::new(1), &["organizer *"]).await;
    let function = app.notifications();
    let job = json!({"title": "News", "template": "news", "audience": {"users": []}});
    let request = function.post(JOBS).header(login.bearer()).header(("idempotency-key", "key")).json(&job);
    assert_eq!(request.clone().send().await.status, 201);
    function.watch.refuse_control_reads();
    app.clock.advance(ibw::control::service::HOLDS_FOR + 3);
    assert_eq!(request.send().await.error(), (403, "IDEMPOTENCY_RIGHT_LOST"));
}

#[tokio::test]
async fn ordinary_user_and_key_get_their_answers_again_at_no_more_cost() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let function = app.users();
    let request = function.patch(ME).header(login.bearer()).header(("idempotency-key", "key"));
    let request = request.json(&json!({"job_title": "CTO"}));
    let first = request.clone().send().await;
    function.watch.take();
    let again = request.send().await;
    assert_eq!((again.header("idempotency-replayed"), &*again.text), ("true", &*first.text));
    assert_eq!(function.watch.operations(), ["UpdateItem", "UpdateItem"], "the count, and the record");
    let records = entities(&app, "ephemeral", "once");
    let answer: Value = serde_json::from_str(records[0]["answer"]["S"].as_str().unwrap()).unwrap();
    assert_eq!((records.len(), &answer["privileges"]), (1, &json!([])));

    let scopes = BTreeSet::from(["notifications:write".to_owned()]);
    let (_, key) = app.backstage().auth.service.create_api_key("writer", scopes, None).await.unwrap();
    for key in [key.expose(), ADMIN_API_KEY] {
        let request = app.notifications().post("/api/v1/notifications/templates").header(("x-api-key", key));
        let request = request.header(("idempotency-key", "key")).json(&template(&format!("t{}", key.len()), &[]));
        let (first, again) = (request.clone().send().await, request.send().await);
        assert_eq!((first.status, again.header("idempotency-replayed"), &again.text), (201, "true", &first.text));
    }
}
