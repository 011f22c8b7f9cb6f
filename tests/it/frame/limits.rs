//! How often who may call what, and how answers say so.

use serde_json::json;

use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{ME, USERS};

async fn start() -> TestApp {
    let app =
        TestApp::start_with(&[("RATE_LIMITS", "read=3/60,write=2/60,login=2/60,admin=1/60,anonymous=3/60")]).await;
    app.clock.advance(10);
    app
}

fn said(response: &TestResponse) -> (u16, [&str; 3]) {
    (response.status, ["ratelimit", "ratelimit-policy", "retry-after"].map(|name| response.header(name)))
}

#[tokio::test]
async fn limit_counts_down_refuses_and_starts_anew_with_the_next_window() {
    let app = start().await;
    let login = app.login(&Person::new(1)).await;
    let read = || app.users().get(ME).header(login.bearer()).send();
    let policy = "\"read\";q=3;w=60";
    assert_eq!(said(&read().await), (200, ["\"read\";r=2;t=50", policy, ""]));
    app.clock.advance(20);
    assert_eq!(said(&read().await), (200, ["\"read\";r=1;t=30", policy, ""]));
    assert_eq!(said(&read().await), (200, ["\"read\";r=0;t=30", policy, ""]));
    for seconds in [29, 1] {
        app.clock.advance(if seconds == 29 { 1 } else { 28 });
        let refused = read().await;
        let (left, after) = (format!("\"read\";r=0;t={seconds}"), seconds.to_string());
        assert_eq!(said(&refused), (429, [left.as_str(), policy, after.as_str()]));
        assert_eq!(refused.error(), (429, "RATE_LIMITED"));
        assert_eq!(refused.json["error"], format!("Too many requests. Try again in {seconds} seconds."));
        assert_eq!(refused.json["request_id"], refused.header("x-request-id"));
    }
    app.clock.advance(1);
    assert_eq!(said(&read().await), (200, ["\"read\";r=2;t=60", policy, ""]));
}

#[tokio::test]
async fn limit_is_each_users_own_for_each_endpoint_and_says_its_class() {
    let app = start().await;
    let (first, second) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    let write = json!({"job_title": "CTO"});
    for (request, expected) in [
        (app.users().get(ME).header(first.bearer()), "\"read\";r=2;t=50"),
        (app.users().get(ME).header(second.bearer()), "\"read\";r=2;t=50"),
        (app.users().get(USERS).header(first.bearer()), "\"read\";r=2;t=50"),
        (app.users().patch(ME).header(first.bearer()).json(&write), "\"write\";r=1;t=50"),
        (app.users().put("/api/v1/users/me/socials").header(first.bearer()).json(&json!({})), "\"write\";r=1;t=50"),
        (app.users().get(USERS).header(("x-api-key", ADMIN_API_KEY)), "\"admin\";r=0;t=50"),
        // The same user by another credential, and another id at the same endpoint.
        (app.users().get(ME).header(app.signed(&Person::new(1))), "\"read\";r=1;t=50"),
        (app.users().get(&format!("{USERS}/{}", first.user_id)).header(first.bearer()), "\"read\";r=2;t=50"),
        (app.users().get(&format!("{USERS}/{}", second.user_id)).header(first.bearer()), "\"read\";r=1;t=50"),
    ] {
        let response = request.send().await;
        assert_eq!((response.status, response.header("ratelimit")), (200, expected));
    }
}

#[tokio::test]
async fn limit_holds_for_refused_requests_too() {
    let app = start().await;
    let login = app.login(&Person::new(1)).await;
    let bad = || app.users().patch(ME).header(login.bearer()).json(&json!({"nickname": 1})).send();
    for (status, left) in [(400, "\"write\";r=1;t=50"), (400, "\"write\";r=0;t=50"), (429, "\"write\";r=0;t=50")] {
        let response = bad().await;
        assert_eq!((response.status, response.header("ratelimit")), (status, left));
    }
}

#[tokio::test]
async fn limit_of_strangers_is_by_network_as_the_gateway_saw_it() {
    let app = start().await;
    let from = |ip: &'static str, claimed: &'static str| {
        let request = app.users().get(USERS).through_gateway("id", ip);
        request.header(("x-forwarded-for", claimed)).send()
    };
    for (ip, claimed, expected) in [
        ("203.0.113.7", "10.0.0.1", (200, "\"anonymous\";r=2;t=50")),
        ("203.0.113.7", "10.0.0.2", (200, "\"anonymous\";r=1;t=50")),
        ("203.0.113.7", "10.0.0.3", (200, "\"anonymous\";r=0;t=50")),
        ("203.0.113.7", "10.0.0.4", (429, "\"anonymous\";r=0;t=50")),
        ("203.0.113.8", "203.0.113.7", (200, "\"anonymous\";r=2;t=50")),
        ("2001:db8::7", "203.0.113.7", (200, "\"anonymous\";r=2;t=50")),
        // Who has an IPv6 network has 2^64 addresses.
        ("2001:db8::ffff:8", "203.0.113.7", (200, "\"anonymous\";r=1;t=50")),
        ("2001:db8:0:1::7", "203.0.113.7", (200, "\"anonymous\";r=2;t=50")),
    ] {
        let response = from(ip, claimed).await;
        assert_eq!((response.status, response.header("ratelimit")), expected, "{ip} {claimed}");
    }
    // Who is known does not count for the address.
    let login = app.login(&Person::new(1)).await;
    let known = app.users().get(USERS).through_gateway("id", "203.0.113.7").header(login.bearer()).send().await;
    assert_eq!(known.header("ratelimit"), "\"read\";r=2;t=50");
}

#[tokio::test]
async fn limit_of_logins_is_by_the_account_that_is_proved_else_by_network() {
    let app = start().await;
    let login = |id: i64| {
        let request = app.auth().post("/api/v1/auth/login").through_gateway("id", "203.0.113.7");
        request.header(app.signed(&Person::new(id))).send()
    };
    for (id, expected) in [
        (1, (200, "\"login\";r=1;t=50")),
        (1, (200, "\"login\";r=0;t=50")),
        (1, (429, "\"login\";r=0;t=50")),
        (2, (200, "\"login\";r=1;t=50")),
    ] {
        let response = login(id).await;
        assert_eq!((response.status, response.header("ratelimit")), expected, "{id}");
    }
    let forged = |ip: &'static str| {
        let init_data = app.signed(&Person::new(3)).1.replace("Asha3", "Asha4");
        let request = app.auth().post("/api/v1/auth/login").through_gateway("id", ip);
        request.header(("x-telegram-auth", init_data)).send()
    };
    for (ip, status) in
        [("203.0.113.7", 401), ("203.0.113.7", 401), ("203.0.113.7", 401), ("203.0.113.7", 429), ("203.0.113.8", 401)]
    {
        assert_eq!(forged(ip).await.status, status, "{ip}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limit_holds_for_requests_at_once() {
    let app = start().await;
    let login = app.login(&Person::new(1)).await;
    let request = app.users().get(ME).header(login.bearer());
    let running: Vec<_> = (0..16).map(|_| tokio::spawn(request.clone().send())).collect();
    let (mut passed, mut refused) = (0, 0);
    for task in running {
        match task.await.unwrap().error() {
            (200, _) => passed += 1,
            (429, "RATE_LIMITED") => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((passed, refused), (3, 13));
}

#[tokio::test]
async fn limit_is_not_spent_on_what_no_route_matches() {
    let app = start().await;
    let response = app.users().get("/api/v1/nothing").send().await;
    assert_eq!((response.status, response.header("ratelimit")), (404, ""));
}

#[tokio::test]
async fn refused_login_and_calendar_say_what_is_left_once_they_were_counted() {
    let app = start().await;
    let init_data = app.signed(&Person::new(3)).1.replace("Asha3", "Asha4");
    let login = app.auth().post("/api/v1/auth/login").header(("x-telegram-auth", init_data)).send().await;
    let refresh = app.auth().post("/api/v1/auth/refresh").json(&json!({"refresh_token": "none"})).send().await;
    for answer in [login, refresh] {
        assert_eq!((answer.status, answer.header("ratelimit")), (401, "\"anonymous\";r=2;t=50"), "{}", answer.text);
        assert_eq!(answer.header("ratelimit-policy"), "\"anonymous\";q=3;w=60");
    }
    let unknown = format!("/api/v1/calendar/{}.ics", "A".repeat(43));
    let calendar = app.agenda().get(&unknown).send().await;
    assert_eq!((calendar.status, calendar.header("ratelimit")), (404, "\"anonymous\";r=2;t=50"), "{}", calendar.text);
    for answer in [
        app.auth().post("/api/v1/auth/login").send().await,
        app.auth().post("/api/v1/auth/login").json(&json!([])).send().await,
        app.agenda().get("/api/v1/calendar/none").send().await,
    ] {
        assert_eq!(answer.header("ratelimit"), "", "{}", answer.text);
    }
}
