//! Callers who do not stop when they are refused, venues that share an address, and a limiter that cannot count.

use ibw::error::Code;
use ibw::platform::Platform;
use ibw::rate_limit::{RateClass, RateLimiter, RateLimits};
use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::app::TestApp;
use crate::support::aws::configuration;
use crate::support::request::TestRequest;
use crate::support::telegram::Person;
use crate::users::{ME, USERS};

const CONFERENCES: &str = "/api/v1/conferences";
const EVENTS: &str = "/api/v1/events";

async fn start() -> TestApp {
    let app = TestApp::start_with(&[("RATE_LIMITS", "read=3/60,code=3/600,anonymous=3/60")]).await;
    app.clock.advance(10);
    app
}

#[tokio::test]
async fn refused_caller_costs_no_write_until_the_window_ends() {
    let app = start().await;
    let login = app.login(&Person::new(1)).await;
    let (instance, other) = (app.users(), app.users());
    let requests: [Box<dyn Fn() -> TestRequest>; 2] = [
        Box::new(|| instance.get(USERS).through_gateway("id", "203.0.113.7")),
        Box::new(|| instance.get(ME).header(login.bearer())),
    ];
    for request in requests {
        app.clock.advance(60);
        for _ in 0..3 {
            assert_eq!(request().send().await.status, 200);
        }
        instance.watch.take();
        assert_eq!(request().send().await.error(), (429, "RATE_LIMITED"));
        assert_eq!(instance.watch.operations(), ["UpdateItem"], "the one too many is counted");
        for _ in 0..50 {
            let refused = request().send().await;
            assert_eq!((refused.status, refused.header("retry-after")), (429, "50"));
            assert!(refused.header("ratelimit").ends_with(";r=0;t=50"), "{}", refused.header("ratelimit"));
        }
        app.clock.advance(49);
        let refused = request().send().await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
        assert_eq!(instance.watch.operations(), [""; 0], "a flood costs nothing");
        app.clock.advance(1);
        assert_eq!(request().send().await.status, 200, "the next window begins");
        app.clock.advance(10);
    }
    // Another instance learns it with a write of its own.
    app.clock.advance(60);
    for _ in 0..4 {
        instance.get(ME).header(login.bearer()).send().await;
    }
    for expected in [vec!["UpdateItem"], vec![]] {
        assert_eq!(other.get(ME).header(login.bearer()).send().await.status, 429);
        assert_eq!(other.watch.operations(), expected);
    }
}

#[tokio::test]
async fn those_whose_tokens_expired_do_not_use_up_the_tries_of_their_network() {
    let app = start().await;
    let login = app.login(&Person::new(1)).await;
    let code = || app.users().post("/api/v1/users/me/email").through_gateway("id", "203.0.113.7");
    let body = json!({"email": "asha@example.org"});
    let stale = code().header(("authorization", "Bearer of.what.was")).json(&body).send().await;
    assert_eq!((stale.error(), stale.header("ratelimit-policy")), ((401, "TOKEN_INVALID"), "\"anonymous\";q=3;w=60"));
    let sent = code().header(login.bearer()).json(&body).send().await;
    assert_eq!(sent.header("ratelimit-policy"), "\"code\";q=3;w=600", "{}", sent.text);
}

#[tokio::test]
async fn limiter_that_cannot_count_lets_anonymous_readers_pass_and_nobody_else() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let table = json!({"TableName": "ibw-test-ephemeral"});
    app.database.engine.delete_table(serde_json::from_value(table).unwrap()).unwrap();
    for request in [app.conferences().get(CONFERENCES), app.events().get(EVENTS), app.users().get(USERS)] {
        let answer = request.send().await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""), "{}", answer.text);
    }
    let unknown = app.users().get(ME).send().await;
    assert_eq!(unknown.error(), (401, "AUTHENTICATION_REQUIRED"));
    for request in [
        app.users().get(ME).header(login.bearer()),
        app.conferences().get(CONFERENCES).header(login.bearer()),
        app.users().post("/api/v1/users/me/email").header(login.bearer()).json(&json!({"email": "a@example.org"})),
        app.auth().post("/api/v1/auth/login").header(app.signed(&Person::new(1))),
    ] {
        let answer = request.send().await;
        assert_eq!((answer.error(), answer.header("retry-after")), ((503, "UNAVAILABLE"), "1"));
    }
}

#[tokio::test]
async fn limiter_that_is_throttled_tries_once_for_anonymous_readers() {
    let throttled = MockServer::start().await;
    let error = json!({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"});
    let answer = ResponseTemplate::new(400).set_body_json(error);
    Mock::given(method("POST")).respond_with(answer).mount(&throttled).await;
    let (mut env, aws) = configuration(&throttled.uri(), &[("TABLE_PREFIX", "ibw-test")]);
    let platform = Platform::new(ibw::dynamo::Dynamo::read(&mut env, &aws));
    let limiter = RateLimiter::new(&platform, RateLimits::default());
    assert_eq!(limiter.take(RateClass::Anonymous, "GET /conferences", "ip:203.0.113.7").await.unwrap(), None);
    assert_eq!(throttled.received_requests().await.unwrap().len(), 1);
    let refused = limiter.take(RateClass::Code, "POST /users/me/email", "usr_1").await.unwrap_err();
    assert_eq!(refused.code, Code::UNAVAILABLE);
}
