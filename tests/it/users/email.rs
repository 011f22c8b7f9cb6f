//! Proving an email address: the code goes out with the outbox, comes back, and is good once, for a while, for a few
//! tries.

use ibw::config::Secret;
use ibw::one_time_code::OneTimeCodes;
use serde_json::{Value, json};

use crate::support::app::{Login, SIGNING_KEY, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{entities, me, places, repository, stored};

const EMAIL: &str = "/api/v1/users/me/email";
const VERIFY: &str = "/api/v1/users/me/email/verify";
const WRONG: (u16, &str) = (422, "EMAIL_CODE_WRONG");
const EXPIRED: (u16, &str) = (422, "EMAIL_CODE_EXPIRED");

/// An app that does not count codes.
async fn unlimited() -> TestApp {
    TestApp::start_with(&[("RATE_LIMITS", "code=1000/600")]).await
}

async fn ask(app: &TestApp, login: &Login, email: &str) -> TestResponse {
    app.users().post(EMAIL).header(login.bearer()).json(&json!({ "email": email })).send().await
}

async fn asked(app: &TestApp, login: &Login, email: &str) -> String {
    let response = ask(app, login, email).await;
    assert_eq!(response.status, 202, "{}", response.text);
    code_of(app, login).await
}

/// The code that the mail will have in it.
async fn code_of(app: &TestApp, login: &Login) -> String {
    let open = repository(app).verification(login.user_id.parse().unwrap(), app.now()).await.unwrap();
    OneTimeCodes::of_emails(Secret::new(SIGNING_KEY)).of(open.unwrap().id)
}

/// Six digits that are another code.
fn not(code: &str) -> String {
    let last = if code.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &code[..5])
}

async fn prove(app: &TestApp, login: &Login, code: &str) -> TestResponse {
    app.users().post(VERIFY).header(login.bearer()).json(&json!({ "code": code })).send().await
}

async fn proved(app: &TestApp, login: &Login, email: &str) {
    let code = asked(app, login, email).await;
    let response = prove(app, login, &code).await;
    assert_eq!(response.status, 200, "{}", response.text);
}

async fn address(app: &TestApp, login: &Login) -> Value {
    let profile = me(app, login).await;
    json!([profile["email"], profile["email_verified"]])
}

#[tokio::test]
async fn verification_is_written_together_with_its_message_which_holds_neither_address_nor_code() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let function = app.users();
    let request = function.post(EMAIL).header(login.bearer()).json(&json!({"email": "Asha@Example.org"}));
    let response = request.send().await;
    let expected = json!({"email": "asha@example.org", "expires_at": "2026-11-22T09:40:00.000Z", "tries": 5});
    assert_eq!((response.status, response.json), (202, expected));

    let calls = function.watch.take();
    let transactions: Vec<_> = calls.iter().filter(|call| call.operation == "TransactWriteItems").collect();
    let writes: Vec<_> =
        transactions[0].needs.iter().map(|need| (need.action.as_str(), need.resource.as_str())).collect();
    let expected = vec![
        ("ConditionCheckItem", "ephemeral"),
        ("PutItem", "ephemeral"),
        ("PutItem", "users"),
        ("UpdateItem", "ephemeral"),
    ];
    assert_eq!((transactions.len(), writes), (1, expected));

    let (outbox, open) = (entities(&app, "users", "outbox"), entities(&app, "ephemeral", "email_verification"));
    assert_eq!((outbox.len(), open.len()), (1, 1));
    let id = &open[0]["id"]["S"];
    let payload: Value = serde_json::from_str(outbox[0]["payload"]["S"].as_str().unwrap()).unwrap();
    let message = json!({"type": "email_verification", "v": 1, "user_id": login.user_id, "verification_id": id});
    assert_eq!((payload, &outbox[0]["topic"]["S"]), (message, &json!("email")));
    assert_eq!(&outbox[0]["dedupe_key"]["S"], id);
    let code = code_of(&app, &login).await;
    for text in ["asha@example.org", &code] {
        assert!(!outbox[0].to_string().contains(text), "{text}");
    }
    assert!(!open[0].to_string().contains(&code));
    assert_eq!(address(&app, &login).await, json!(["asha@example.org", false]));
}

#[tokio::test]
async fn right_code_proves_the_address_once() {
    let app = unlimited().await;
    let login = app.login(&Person::new(1)).await;
    let code = asked(&app, &login, "asha@example.org").await;
    let response = prove(&app, &login, &code).await;
    assert_eq!((response.status, response.header("etag")), (200, "\"3\""), "{}", response.text);
    assert_eq!(json!([response.json["email"], response.json["email_verified"]]), json!(["asha@example.org", true]));
    assert_eq!(prove(&app, &login, &code).await.error(), EXPIRED);
    let again = ask(&app, &login, "ASHA@example.org").await;
    assert_eq!(again.error(), (409, "EMAIL_ALREADY_VERIFIED"));
    assert_eq!(entities(&app, "users", "outbox").len(), 1);
}

#[tokio::test]
async fn international_domain_is_one_address_in_both_spellings() {
    let app = unlimited().await;
    let login = app.login(&Person::new(1)).await;
    proved(&app, &login, "asha@bücher.example").await;
    assert_eq!(address(&app, &login).await, json!(["asha@xn--bcher-kva.example", true]));
    let again = ask(&app, &login, "asha@XN--BCHER-KVA.example").await;
    assert_eq!(again.error(), (409, "EMAIL_ALREADY_VERIFIED"));
}

#[tokio::test]
async fn wrong_codes_count_down_to_none_and_then_the_right_one_is_too_late() {
    let app = unlimited().await;
    let login = app.login(&Person::new(1)).await;
    let code = asked(&app, &login, "asha@example.org").await;
    for left in (0..5).rev().map(|left| format!("tries left: {left}")) {
        let response = prove(&app, &login, &not(&code)).await;
        assert_eq!(response.error(), WRONG);
        assert_eq!(response.json["details"], json!([{"field": "code", "message": left}]));
    }
    assert_eq!(prove(&app, &login, &code).await.error(), EXPIRED);
    assert_eq!(address(&app, &login).await, json!(["asha@example.org", false]));
    proved(&app, &login, "asha@example.org").await;
}

#[tokio::test]
async fn fifth_try_may_be_the_right_one() {
    let app = unlimited().await;
    let login = app.login(&Person::new(1)).await;
    let code = asked(&app, &login, "asha@example.org").await;
    for _ in 0..4 {
        assert_eq!(prove(&app, &login, &not(&code)).await.error(), WRONG);
    }
    assert_eq!(prove(&app, &login, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_tried_at_once_are_five_at_most_and_a_right_one_works_once() {
    let app = unlimited().await;
    let function = app.users();
    for (id, is_right, expected) in [(1, false, [0, 5, 11]), (2, true, [1, 0, 15])] {
        let login = app.login(&Person::new(id)).await;
        let right = asked(&app, &login, &format!("asha{id}@example.org")).await;
        let code = if is_right { right.clone() } else { not(&right) };
        let request = function.post(VERIFY).header(login.bearer()).json(&json!({ "code": code }));
        let running: Vec<_> = (0..16).map(|_| tokio::spawn(request.clone().send())).collect();
        let mut counts = [0; 3];
        for task in running {
            match task.await.unwrap().error() {
                (200, _) => counts[0] += 1,
                WRONG => counts[1] += 1,
                EXPIRED => counts[2] += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(counts, expected);
        assert_eq!(prove(&app, &login, &right).await.error(), EXPIRED);
        assert_eq!(stored(&app, &login).await.unwrap().version, if is_right { 3 } else { 2 });
    }
}

#[tokio::test]
async fn code_is_good_for_ten_minutes() {
    let app = unlimited().await;
    for (id, seconds, expected) in [(1, 599, (200, "")), (2, 600, EXPIRED)] {
        let login = app.login(&Person::new(id)).await;
        let code = asked(&app, &login, &format!("asha{id}@example.org")).await;
        app.clock.advance(seconds);
        assert_eq!(prove(&app, &login, &code).await.error(), expected, "{seconds}");
    }
}

#[tokio::test]
async fn new_code_voids_the_one_before_and_has_all_its_tries() {
    let app = unlimited().await;
    let login = app.login(&Person::new(1)).await;
    let old = asked(&app, &login, "asha@example.org").await;
    for _ in 0..5 {
        assert_eq!(prove(&app, &login, &not(&old)).await.error(), WRONG);
    }
    let new = asked(&app, &login, "asha@example.com").await;
    assert_ne!(old, new);
    for _ in 0..4 {
        assert_eq!(prove(&app, &login, &old).await.error(), WRONG);
    }
    assert_eq!(prove(&app, &login, &new).await.status, 200);
    assert_eq!(address(&app, &login).await, json!(["asha@example.com", true]));
}

#[tokio::test]
async fn code_of_one_user_is_nothing_to_another() {
    let app = unlimited().await;
    let (first, second) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    let code = asked(&app, &first, "asha@example.org").await;
    assert_eq!(prove(&app, &second, &code).await.error(), EXPIRED);
    asked(&app, &second, "maya@example.org").await;
    assert_eq!(prove(&app, &second, &code).await.error(), WRONG);
    assert_eq!(prove(&app, &first, &code).await.status, 200);
}

#[tokio::test]
async fn address_proved_by_another_meanwhile_is_taken() {
    let app = unlimited().await;
    let (first, second) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    let codes = (asked(&app, &first, "asha@example.org").await, asked(&app, &second, "asha@example.org").await);
    assert_eq!(prove(&app, &second, &codes.1).await.status, 200);
    assert_eq!(prove(&app, &first, &codes.0).await.error(), (409, "EMAIL_TAKEN"));
    assert_eq!(address(&app, &first).await, json!(["asha@example.org", false]));
    assert_eq!(address(&app, &second).await, json!(["asha@example.org", true]));
}

#[tokio::test]
async fn proved_address_is_kept_until_the_new_one_is_proved_and_is_free_then() {
    let app = unlimited().await;
    let (first, second) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    proved(&app, &first, "asha@example.org").await;
    let code = asked(&app, &first, "asha@example.com").await;
    assert_eq!(address(&app, &first).await, json!(["asha@example.org", true]));
    let other = asked(&app, &second, "asha@example.org").await;
    assert_eq!(prove(&app, &second, &other).await.error(), (409, "EMAIL_TAKEN"));
    assert_eq!(prove(&app, &first, &code).await.status, 200);
    assert_eq!(address(&app, &first).await, json!(["asha@example.com", true]));
    proved(&app, &second, "asha@example.org").await;
}

#[tokio::test]
async fn codes_are_asked_for_and_tried_five_times_in_ten_minutes() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    app.clock.advance(60);
    for left in ["4", "3", "2", "1", "0"] {
        let email = format!("asha{left}@example.org");
        for (response, status) in [(ask(&app, &login, &email).await, 202), (prove(&app, &login, "000000").await, 422)] {
            assert_eq!((response.status, response.header("ratelimit")), (status, &*format!("\"code\";r={left};t=540")));
        }
    }
    for response in [ask(&app, &login, "asha@example.org").await, prove(&app, &login, "000000").await] {
        assert_eq!(response.error(), (429, "RATE_LIMITED"));
        let headers = ["retry-after", "ratelimit", "ratelimit-policy"].map(|name| response.header(name));
        assert_eq!(headers, ["540", "\"code\";r=0;t=540", "\"code\";q=5;w=600"]);
    }
    app.clock.advance(540);
    assert_eq!(ask(&app, &login, "maya@example.org").await.status, 202);
}

#[tokio::test]
async fn what_is_no_address_or_no_code_is_refused_by_its_field() {
    let app = unlimited().await;
    let login = app.login(&Person::new(1)).await;
    for (path, body, place) in [
        (EMAIL, json!({"email": "asha@localhost"}), "email"),
        (EMAIL, json!({"email": null}), "email"),
        (EMAIL, json!({}), "body"),
        (VERIFY, json!({"code": ""}), "code"),
        (VERIFY, json!({"code": 123_456}), "code"),
        (VERIFY, json!({"code": "1234567890123"}), "code"),
        (VERIFY, json!({"code": "12345"}), "code"),
        (VERIFY, json!({"code": "12345a"}), "code"),
        (VERIFY, json!({"code": "१२३४५६"}), "code"),
        (VERIFY, json!({"code": "123456", "email": "asha@example.org"}), "email"),
    ] {
        let response = app.users().post(path).header(login.bearer()).json(&body).send().await;
        assert_eq!((response.error(), places(&response)), ((400, "INVALID_BODY"), vec![place]), "{body}");
    }
}
