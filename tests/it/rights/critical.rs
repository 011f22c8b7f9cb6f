//! Critical notifications reach users who turned notifications off: a right of admins, with fresh proof.

use serde_json::{Value, json};

use super::login_with;
use crate::notifications::{organise, template, with_tag};
use crate::support::app::TestApp;
use crate::support::request::TestResponse;
use crate::support::telegram::Person;

const JOBS: &str = "/api/v1/notifications/jobs";

fn job(critical: bool) -> Value {
    json!({"title": "News", "template": "news", "audience": {"users": []}, "critical": critical})
}

#[tokio::test]
async fn organizer_writes_and_sends_jobs_that_are_not_critical_only() {
    let app = TestApp::start().await;
    organise(&app, "POST", "/templates").json(&template("news", &[])).send().await;
    let organizer = login_with(&app, &Person::new(1), &["organizer *"]).await;
    let post =
        |path: String, body: Value| app.notifications().post(&path).header(organizer.bearer()).json(&body).send();
    assert_eq!(post(JOBS.to_owned(), job(true)).await.error(), (403, "FORBIDDEN"));
    let plain = post(JOBS.to_owned(), job(false)).await;
    assert_eq!(plain.status, 201, "{}", plain.text);
    let path = format!("{JOBS}/{}", plain.json["id"].as_str().unwrap());
    let patch = app.notifications().patch(&path).header(organizer.bearer()).header(("if-match", "\"1\""));
    assert_eq!(patch.json(&json!({"critical": true})).send().await.error(), (403, "FORBIDDEN"));

    let critical = organise(&app, "POST", "/jobs").json(&job(true)).send().await;
    assert_eq!(critical.status, 201, "{}", critical.text);
    let path = format!("{JOBS}/{}", critical.json["id"].as_str().unwrap());
    let patch = app.notifications().patch(&path).header(organizer.bearer()).header(("if-match", "\"1\""));
    assert_eq!(patch.json(&json!({"title": "Other"})).send().await.error(), (403, "FORBIDDEN"));
    let start = with_tag(app.notifications().post(&format!("{path}/start")).header(organizer.bearer()), 1);
    let start = start.json(&json!({"expected_recipients": 0})).send().await;
    assert_eq!(start.error(), (403, "FORBIDDEN"));
}

#[tokio::test]
async fn admin_gives_fresh_proof_for_a_critical_job() {
    let app = TestApp::start().await;
    organise(&app, "POST", "/templates").json(&template("news", &[])).send().await;
    let person = Person::new(1);
    let admin = login_with(&app, &person, &["admin *"]).await;
    let create = async |credential: (&'static str, String)| -> TestResponse {
        app.notifications().post(JOBS).header(credential).json(&job(true)).send().await
    };
    assert_eq!(create(admin.bearer()).await.error(), (401, "FRESH_PROOF_REQUIRED"));
    let created = create(app.signed(&person)).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let start = format!("{JOBS}/{}/start", created.json["id"].as_str().unwrap());
    let body = json!({"expected_recipients": 0});
    let by_token = with_tag(app.notifications().post(&start).header(admin.bearer()), 1).json(&body).send().await;
    assert_eq!(by_token.error(), (401, "FRESH_PROOF_REQUIRED"));
    let approve = start.replace("/start", "/approve");
    let by_token = with_tag(app.notifications().post(&approve).header(admin.bearer()), 1).send().await;
    assert_eq!(by_token.error(), (401, "FRESH_PROOF_REQUIRED"));
}
