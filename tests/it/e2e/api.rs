//! The API through the gateway.

use reqwest::Method;
use serde_json::json;

use super::cloud::{Cloud, json as answer};

#[tokio::test]
async fn login_through_the_gateway_opens_user_routes_by_token_and_by_header() {
    let cloud = Cloud::running();
    let init_data = cloud.variable("ATTENDEE_INIT_DATA");
    let login = cloud.request(Method::POST, "/api/v1/auth/login").header("X-Telegram-Auth", init_data);
    let (status, login) = answer(login).await;
    assert_eq!(status, 200, "{login}");
    let token = login["access_token"].as_str().expect("a token");
    let me = || cloud.request(Method::GET, "/api/v1/users/me");
    let (by_token, token_user) = answer(me().bearer_auth(token)).await;
    let (by_header, header_user) = answer(me().header("X-Telegram-Auth", init_data)).await;
    assert_eq!((by_token, by_header), (200, 200));
    assert_eq!(token_user["id"], login["user"]["id"]);
    assert_eq!(header_user["id"], login["user"]["id"]);
}

#[tokio::test]
async fn address_of_a_calendar_works_as_it_is() {
    let cloud = Cloud::running();
    let made = cloud.request(Method::POST, "/api/v1/calendar/token").header("X-Telegram-Auth", cloud.somebody().1);
    let (status, made) = answer(made).await;
    assert_eq!(status, 201, "{made}");
    let (status, calendar) = answer(cloud.raw(Method::GET, made["url"].as_str().expect("a URL"))).await;
    assert_eq!(status, 200, "{calendar}");
    assert!(calendar.as_str().is_some_and(|text| text.starts_with("BEGIN:VCALENDAR")), "{calendar}");
}

#[tokio::test(flavor = "multi_thread")]
async fn first_logins_at_once_make_one_user() {
    let cloud = Cloud::running();
    let (_, init_data) = cloud.somebody();
    let login = || cloud.request(Method::POST, "/api/v1/auth/login").header("X-Telegram-Auth", &init_data);
    let logins: Vec<_> = (0..32).map(|_| tokio::spawn(answer(login()))).collect();
    let mut ids = std::collections::BTreeSet::new();
    for login in logins {
        let (status, body) = login.await.expect("no panic");
        assert_eq!(status, 200, "{body}");
        ids.insert(body["user"]["id"].to_string());
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_of_one_account_at_once_make_one_owner() {
    let cloud = Cloud::running();
    let (first, _) = cloud.somebody();
    let handle = format!("t{}", first.user["id"]);
    let claim = || {
        let (_, init_data) = cloud.somebody();
        let request = cloud.request(Method::PUT, "/api/v1/users/me/socials").header("X-Telegram-Auth", init_data);
        tokio::spawn(answer(request.json(&json!({"twitter_username": handle}))))
    };
    let claims: Vec<_> = (0..32).map(|_| claim()).collect();
    let mut outcomes = Vec::new();
    for claim in claims {
        let (status, body) = claim.await.expect("no panic");
        outcomes.push((status, body["code"].as_str().unwrap_or_default().to_owned()));
    }
    outcomes.sort();
    let mut expected = vec![(409, "TWITTER_USERNAME_TAKEN".to_owned()); 32];
    expected[0] = (200, String::new());
    assert_eq!(outcomes, expected);
}

#[tokio::test]
async fn every_documented_route_is_deployed() {
    let cloud = Cloud::running();
    let (status, document) = answer(cloud.request(Method::GET, "/api/v1/openapi.json")).await;
    assert_eq!(status, 200);
    for (path, item) in document["paths"].as_object().expect("paths") {
        let path = path.replace("{id}", "usr_none").replace("{telegram_id}", "1").replace("{name}", "none");
        for method in item.as_object().expect("methods").keys().filter(|key| *key != "parameters") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let (status, body) = answer(cloud.request(method.clone(), &path)).await;
            assert!(
                ![405, 500, 502].contains(&status) && body["error"] != "There is no such route.",
                "{method} {path}: {body}"
            );
        }
    }
}

#[tokio::test]
async fn unmatched_requests_get_the_documented_errors() {
    let cloud = Cloud::running();
    let unknown = cloud.request(Method::GET, "/api/v1/nonsense").send().await.expect("an answer");
    assert_eq!(unknown.status(), 404);
    let id = unknown.headers()["x-request-id"].to_str().expect("text").to_owned();
    let body: serde_json::Value = serde_json::from_str(&unknown.text().await.expect("a body")).expect("JSON");
    assert_eq!((body["code"].as_str(), body["request_id"].as_str()), (Some("NOT_FOUND"), Some(id.as_str())));
    let wrong_method = cloud.request(Method::DELETE, "/api/v1/auth/login").send().await.expect("an answer");
    assert_eq!((wrong_method.status().as_u16(), wrong_method.headers()["allow"].to_str().ok()), (405, Some("POST")));
}

#[tokio::test]
async fn preflight_of_any_route_is_answered() {
    let cloud = Cloud::running();
    let preflight = cloud
        .request(Method::OPTIONS, "/api/v1/users/me")
        .header("Origin", "https://app.example.org")
        .header("Access-Control-Request-Method", "PATCH")
        .header("Access-Control-Request-Headers", "x-telegram-auth,content-type");
    let response = preflight.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    let allowed = response.headers()["access-control-allow-methods"].to_str().expect("text").to_owned();
    assert!(allowed.contains("PATCH"), "{allowed}");
}

#[tokio::test]
async fn admin_key_reads_deep_health_and_strangers_do_not() {
    let cloud = Cloud::running();
    let deep = || cloud.request(Method::GET, "/api/v1/health?deep=true");
    let (status, body) = answer(deep().header("X-API-Key", cloud.variable("ADMIN_API_KEY"))).await;
    assert_eq!((status, body["status"].as_str()), (200, Some("ok")), "{body}");
    assert_eq!(answer(deep()).await.0, 401);
    assert_eq!(answer(cloud.request(Method::GET, "/api/v1/health")).await.0, 200);
}
