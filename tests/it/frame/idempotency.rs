//! `Idempotency-Key` on the routes there are: one effect, one answer, for the caller, the request and a day.

use serde_json::{Value, json};

use crate::support::app::{Login, TestApp};
use crate::support::request::{TestRequest, TestResponse};
use crate::support::telegram::Person;
use crate::users::{ME, entities, me, patch, stored};

const EMAIL: &str = "/api/v1/users/me/email";

async fn start() -> (TestApp, Login) {
    let app = TestApp::start_with(&[("RATE_LIMITS", "code=1000/600")]).await;
    let login = app.login(&Person::new(1)).await;
    (app, login)
}

fn ask(app: &TestApp, login: &Login, key: &str) -> TestRequest {
    let body = json!({"email": "asha@example.org"});
    app.users().post(EMAIL).header(login.bearer()).header(("idempotency-key", key)).json(&body)
}

fn title(app: &TestApp, login: &Login, title: &str, key: &str) -> TestRequest {
    let body = json!({ "job_title": title });
    app.users().patch(ME).header(login.bearer()).header(("idempotency-key", key)).json(&body)
}

fn is_replayed(response: &TestResponse) -> bool {
    response.header("idempotency-replayed") == "true"
}

#[tokio::test(flavor = "multi_thread")]
async fn request_sent_16_times_at_once_has_one_effect_and_one_answer() {
    let (app, login) = start().await;
    let request = ask(&app, &login, "key");
    let running: Vec<_> = (0..16).map(|_| tokio::spawn(request.clone().send())).collect();
    let (mut answers, mut first) = (Vec::new(), 0);
    for task in running {
        let response = task.await.unwrap();
        match response.error() {
            (202, _) => {
                first += u32::from(!is_replayed(&response));
                answers.push(response.text);
            }
            (409, "IDEMPOTENCY_IN_FLIGHT") => assert_eq!(response.header("retry-after"), "1"),
            other => panic!("{other:?}"),
        }
    }
    answers.dedup();
    assert_eq!((first, answers.len()), (1, 1));
    assert_eq!(entities(&app, "users", "outbox").len(), 1);
    assert_eq!(stored(&app, &login).await.unwrap().version, 2);
    let later = request.send().await;
    assert_eq!((later.status, is_replayed(&later), &later.text), (202, true, &answers[0]));
}

#[tokio::test]
async fn replay_is_the_first_answer_with_its_version_whatever_happened_since() {
    let (app, login) = start().await;
    let first = title(&app, &login, "CTO", "key").send().await;
    patch(&app, &login, &json!({"job_title": "CEO"})).await;
    let again = title(&app, &login, "CTO", "key").send().await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    for header in ["etag", "content-type"] {
        assert_eq!(again.header(header), first.header(header));
    }
    assert_eq!((is_replayed(&first), is_replayed(&again)), (false, true));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(me(&app, &login).await["job_title"], "CEO");
}

#[tokio::test]
async fn key_used_with_another_request_is_422() {
    let (app, login) = start().await;
    assert_eq!(title(&app, &login, "CTO", "key").send().await.status, 200);
    let socials = app.users().put("/api/v1/users/me/socials").header(login.bearer());
    for other in [
        title(&app, &login, "CEO", "key"),
        ask(&app, &login, "key"),
        socials.header(("idempotency-key", "key")).json(&json!({"job_title": "CTO"})),
        app.users().delete(ME).header(login.bearer()).header(("idempotency-key", "key")),
    ] {
        assert_eq!(other.send().await.error(), (422, "IDEMPOTENCY_KEY_REUSED"));
    }
    let profile = stored(&app, &login).await.unwrap();
    assert_eq!((profile.version, profile.erase_after), (2, None));
    assert_eq!(ask(&app, &login, "another key").send().await.status, 202);
    let same_body_elsewhere = app.users().post("/api/v1/users/me/email/verify").header(login.bearer());
    let same_body_elsewhere = same_body_elsewhere.header(("idempotency-key", "another key"));
    let response = same_body_elsewhere.json(&json!({"email": "asha@example.org"})).send().await;
    assert_eq!(response.error(), (422, "IDEMPOTENCY_KEY_REUSED"));
}

#[tokio::test]
async fn key_is_the_callers_own() {
    let (app, first) = start().await;
    let second = app.login(&Person::new(2)).await;
    for (login, job) in [(&first, "CTO"), (&second, "CEO")] {
        let response = title(&app, login, job, "key").send().await;
        assert_eq!((response.status, is_replayed(&response)), (200, false), "{}", response.text);
    }
    let jobs = json!([me(&app, &first).await["job_title"], me(&app, &second).await["job_title"]]);
    assert_eq!(jobs, json!(["CTO", "CEO"]));
    // By whatever credential.
    let signed = app.users().patch(ME).header(app.signed(&Person::new(1))).header(("idempotency-key", "key"));
    assert!(is_replayed(&signed.json(&json!({"job_title": "CTO"})).send().await));
}

#[tokio::test]
async fn key_is_forgotten_after_a_day() {
    let (app, _) = start().await;
    let person = Person::new(1);
    let send = || {
        let request = app.users().post(EMAIL).header(app.signed(&person)).header(("idempotency-key", "key"));
        request.json(&json!({"email": "asha@example.org"})).send()
    };
    assert!(!is_replayed(&send().await));
    app.clock.advance(24 * 3600 - 1);
    assert!(is_replayed(&send().await));
    app.clock.advance(1);
    assert!(!is_replayed(&send().await));
    assert_eq!(entities(&app, "users", "outbox").len(), 2);
}

#[tokio::test]
async fn key_that_is_empty_too_long_or_not_visible_is_400() {
    let (app, login) = start().await;
    for key in ["", &"x".repeat(256), "schlüssel"] {
        let response = title(&app, &login, "CTO", key).send().await;
        assert_eq!(response.error(), (400, "INVALID_IDEMPOTENCY_KEY"), "{key}");
    }
    assert_eq!(me(&app, &login).await["job_title"], Value::Null);
    for key in ["x", &"x".repeat(255), "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted\""] {
        assert_eq!(title(&app, &login, "CTO", key).send().await.status, 200, "{key}");
    }
}

#[tokio::test]
async fn key_on_a_read_or_without_a_caller_is_let_be() {
    let (app, login) = start().await;
    let read = || app.users().get(ME).header(login.bearer()).header(("idempotency-key", "key")).send();
    let first = read().await;
    patch(&app, &login, &json!({"job_title": "CTO"})).await;
    let second = read().await;
    assert_ne!(first.text, second.text);
    let anonymous = || app.users().patch(ME).header(("idempotency-key", "")).json(&json!({})).send();
    assert_eq!(anonymous().await.error(), (401, "AUTHENTICATION_REQUIRED"));
    assert_eq!(entities(&app, "ephemeral", "once"), [] as [Value; 0]);
}

#[tokio::test]
async fn key_on_auth_routes_is_let_be_and_no_token_is_stored() {
    let (app, _) = start().await;
    let key = ("idempotency-key", "key");
    let login = || app.auth().post("/api/v1/auth/login").header(app.signed(&Person::new(1))).header(key).send();
    let (first, second) = (login().await, login().await);
    assert_ne!(first.json["refresh_token"], second.json["refresh_token"]);
    let body = json!({"refresh_token": first.json["refresh_token"]});
    let refresh = || app.auth().post("/api/v1/auth/refresh").header(key).json(&body).send();
    assert_eq!(refresh().await.status, 200);
    app.clock.advance(30);
    assert_eq!(refresh().await.error(), (401, "REFRESH_TOKEN_REUSED"));
    let bearer = ("authorization", format!("Bearer {}", second.json["access_token"].as_str().unwrap()));
    let logout = app.auth().post("/api/v1/auth/logout").header(bearer).header(key);
    assert_eq!(logout.send().await.status, 204);
    assert_eq!(entities(&app, "ephemeral", "once"), [] as [Value; 0]);
}
