//! What each route asks of DynamoDB: its access pattern's floor, counted. `docs/DATA-MODEL.md` says why each is needed.

use serde_json::{Value, json};

use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::{TestFunction, TestRequest};
use crate::support::telegram::Person;
use crate::users::{ME, USERS};

/// Sends a request, which has to be answered as told, and says what was asked meanwhile.
async fn asked(function: &TestFunction, request: TestRequest, status: u16) -> String {
    function.watch.take();
    let response = request.send().await;
    assert_eq!(response.status, status, "{}", response.text);
    let calls = function.watch.take();
    calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn requests_of_a_users_route_are_those_of_its_access_pattern() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    app.clock.advance(1);
    let f = app.users();
    let mine = |request: TestRequest| request.header(login.bearer());
    let email = |path: &str| format!("{ME}/email{path}");
    let socials = json!({"twitter_username": "asha", "github_username": "asha"});
    let keyed = || mine(f.patch(ME)).header(("idempotency-key", "key")).json(&json!({"job_title": "CTO"}));
    // Each begins with the count of the rate limit.
    for (n, (request, status, expected)) in [
        (mine(f.get(ME)), 200, "UpdateItem GetItem"),
        (mine(f.patch(ME)).json(&json!({"roles": ["founder"]})), 200, "UpdateItem GetItem TransactWriteItems"),
        (mine(f.patch(ME)).json(&json!({"roles": ["founder"]})), 200, "UpdateItem GetItem"),
        (mine(f.patch(ME)).json(&json!({"nickname": "Ash"})), 400, "UpdateItem"),
        (mine(f.put(&format!("{ME}/socials"))).json(&socials), 200, "UpdateItem GetItem TransactWriteItems"),
        (
            mine(f.post(&format!("{ME}/onboarding"))).json(&json!({"roles": ["founder"]})),
            200,
            "UpdateItem GetItem TransactWriteItems",
        ),
        (
            mine(f.post(&email(""))).json(&json!({"email": "asha@example.org"})),
            202,
            "UpdateItem GetItem TransactWriteItems",
        ),
        (mine(f.post(&email("/verify"))).json(&json!({"code": "000000"})), 422, "UpdateItem UpdateItem"),
        (mine(f.get(USERS)), 200, "UpdateItem Query BatchGetItem"),
        (mine(f.get(&format!("{USERS}?q=nobody"))), 200, "UpdateItem Query"),
        (f.get(USERS), 200, "UpdateItem Query"),
        (mine(f.get(&format!("{USERS}/{}", login.user_id))), 200, "UpdateItem GetItem"),
        (
            f.get(&format!("{USERS}/by-telegram/1")).header(("x-api-key", ADMIN_API_KEY)),
            200,
            "UpdateItem GetItem GetItem",
        ),
        // Telegram's signature takes a read of who it is, and a key for idempotency two writes.
        (f.get(ME).header(app.signed(&Person::new(1))), 200, "GetItem UpdateItem GetItem"),
        (keyed(), 200, "UpdateItem UpdateItem GetItem TransactWriteItems PutItem"),
        (keyed(), 200, "UpdateItem UpdateItem"),
        (f.get(ME), 401, "UpdateItem"),
        (f.get("/api/v1/nothing"), 404, ""),
        (mine(f.delete(ME)), 401, "UpdateItem GetItem"),
        (
            f.delete(ME).header(app.signed(&Person::new(1))),
            202,
            "GetItem UpdateItem GetItem TransactWriteItems Query GetItem TransactWriteItems BatchWriteItem",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(asked(&f, request, status).await, expected, "{n}");
    }
}

#[tokio::test]
async fn requests_of_an_export_are_one_for_each_thing_that_is_held() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let f = app.users();
    let asked = asked(&f, f.get(&format!("{ME}/export")).header(login.bearer()), 200).await;
    let (mut asked, expected): (Vec<&str>, _) =
        (asked.split(' ').collect(), [vec!["GetItem"; 4], vec!["Query"; 11], vec!["UpdateItem"]].concat());
    // Domains are asked at once, in whatever order.
    asked.sort_unstable();
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn requests_of_an_auth_route_are_those_of_its_access_pattern() {
    let app = TestApp::start().await;
    let f = app.auth();
    let person = Person::new(1);
    let login = |person: &Person| f.post("/api/v1/auth/login").header(app.signed(person));
    assert_eq!(asked(&f, login(&person), 200).await, "UpdateItem GetItem TransactWriteItems TransactWriteItems");
    assert_eq!(asked(&f, login(&person), 200).await, "UpdateItem GetItem GetItem TransactWriteItems");
    let renamed = person.with("first_name", "Maya");
    assert_eq!(
        asked(&f, login(&renamed), 200).await,
        "UpdateItem GetItem GetItem TransactWriteItems TransactWriteItems"
    );
    let by_link = renamed.starting_with("ref_maya");
    assert_eq!(asked(&f, login(&by_link), 200).await, "UpdateItem GetItem GetItem PutItem TransactWriteItems");
    let forged = f.post("/api/v1/auth/login").header(("x-telegram-auth", "forged"));
    assert_eq!(asked(&f, forged, 401).await, "UpdateItem");

    let session = login(&by_link).send().await.json;
    app.clock.advance(1);
    let text = |name: &str| session[name].as_str().unwrap_or_default().to_owned();
    let bearer = ("authorization", format!("Bearer {}", text("access_token")));
    let refresh = |token: Value| f.post("/api/v1/auth/refresh").json(&json!({ "refresh_token": token }));
    let sessions = "/api/v1/auth/sessions";
    for (n, (request, status, expected)) in [
        (refresh(session["refresh_token"].clone()), 200, "UpdateItem UpdateItem GetItem"),
        (refresh(json!("forged")), 401, "UpdateItem"),
        (f.get(sessions).header(bearer.clone()), 200, "UpdateItem Query"),
        (
            f.delete(sessions).header(bearer.clone()),
            204,
            "UpdateItem GetItem TransactWriteItems Query GetItem TransactWriteItems BatchWriteItem",
        ),
        (f.post("/api/v1/auth/logout").header(bearer), 204, "UpdateItem TransactWriteItems"),
        (f.post("/api/v1/auth/admin/token").header(("x-api-key", ADMIN_API_KEY)), 200, "UpdateItem"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(asked(&f, request, status).await, expected, "{n}");
    }
}
