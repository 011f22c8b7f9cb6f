//! Logging in, staying logged in, and admin tokens.

mod refresh;

use serde_json::{Value, json};

use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::telegram::{BOT_TOKEN, Person};

const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";
const ME: &str = "/api/v1/users/me";

#[tokio::test]
async fn login_by_header_or_body_gives_tokens_and_the_user() {
    let app = TestApp::start().await;
    let person = Person::new(42);
    let by_header = app.auth().post(LOGIN).header(app.signed(&person)).send().await;
    let by_body = app.auth().post(LOGIN).json(&json!({"init_data": person.init_data(app.now())})).send().await;
    for response in [&by_header, &by_body] {
        assert_eq!(response.status, 200, "{}", response.text);
        assert_eq!(response.json["token_type"], "Bearer");
        assert_eq!(response.json["expires_in"], 900);
        assert_eq!(response.json["user"]["telegram_id"], 42);
        assert_eq!(response.json["user"]["first_name"], "Asha42");
    }
    assert_eq!(by_header.json["user"]["id"], by_body.json["user"]["id"]);
}

#[tokio::test]
async fn login_with_the_token_or_the_header_alone_opens_user_routes() {
    let app = TestApp::start().await;
    let person = Person::new(42);
    let login = app.login(&person).await;
    for credential in
        [login.bearer(), app.signed(&person), ("authorization", format!("tma {}", person.init_data(app.now())))]
    {
        let me = app.users().get(ME).header(credential).send().await;
        assert_eq!((me.status, me.json["id"].as_str()), (200, Some(login.user_id.as_str())), "{}", me.text);
    }
}

#[tokio::test]
async fn header_of_somebody_who_never_logged_in_makes_the_user() {
    let app = TestApp::start().await;
    let me = app.users().get(ME).header(app.signed(&Person::new(7))).send().await;
    assert_eq!((me.status, me.json["telegram_id"].as_i64()), (200, Some(7)), "{}", me.text);
}

#[tokio::test]
async fn login_with_the_widget_keeps_what_only_the_mini_app_knows() {
    let app = TestApp::start().await;
    let person = Person::new(42).with("is_premium", true).with("language_code", "hi");
    app.login(&person).await;
    let widget = Person::new(42).with("first_name", "Asha-Devi").widget(app.now());
    let response = app.auth().post(LOGIN).json(&json!({"login_widget": widget})).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    let user = &response.json["user"];
    assert_eq!(
        (&user["first_name"], &user["is_premium"], &user["language_code"]),
        (&json!("Asha-Devi"), &json!(true), &json!("hi"))
    );
}

#[tokio::test]
async fn login_with_the_widgets_redirect_form_is_accepted() {
    let app = TestApp::start().await;
    let mut widget = Person::new(42).widget(app.now());
    for name in ["id", "auth_date"] {
        widget[name] = widget[name].to_string().into();
    }
    let response = app.auth().post(LOGIN).json(&json!({"login_widget": widget})).send().await;
    assert_eq!((response.status, &response.json["user"]["telegram_id"]), (200, &json!(42)), "{}", response.text);
    widget["id"] = json!("many");
    let refused = app.auth().post(LOGIN).json(&json!({"login_widget": widget})).send().await;
    assert_eq!(refused.error(), (400, "INVALID_BODY"));
}

#[tokio::test]
async fn login_by_a_link_with_any_characters_is_accepted_without_them() {
    let app = TestApp::start().await;
    for parameter in ["a b", "ref=1&x", "🌶", "a\nb"] {
        let login = app.login(&Person::new(42).starting_with(parameter)).await;
        let export = app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
        assert_eq!(export.json["starts"], json!([]), "{parameter:?}");
    }
}

#[tokio::test]
async fn login_with_bad_init_data_is_401_with_the_code_that_says_why() {
    let app = TestApp::start().await;
    let person = Person::new(42);
    let good = person.init_data(app.now());
    let old = person.init_data(app.now().plus_seconds(-25 * 3600));
    let future = person.init_data(app.now().plus_seconds(120));
    let without_date = good.split('&').filter(|pair| !pair.starts_with("auth_date")).collect::<Vec<_>>().join("&");
    let cases = [
        (String::new(), "INIT_DATA_MALFORMED"),
        ("x".repeat(20 * 1024), "INIT_DATA_MALFORMED"),
        (format!("{good}&query_id=1"), "INIT_DATA_MALFORMED"),
        (without_date, "INIT_DATA_MALFORMED"),
        (good.replace("Asha42", "Asha43"), "INIT_DATA_SIGNATURE_INVALID"),
        (person.init_data_for("7000000002:AAanotherBotsToken", app.now()), "INIT_DATA_SIGNATURE_INVALID"),
        (old, "INIT_DATA_EXPIRED"),
        (future, "INIT_DATA_NOT_YET_VALID"),
    ];
    for (init_data, code) in cases {
        let login = app.auth().post(LOGIN).header(("x-telegram-auth", init_data.clone())).send().await;
        assert_eq!(login.error(), (401, code));
        let me = app.users().get(ME).header(("x-telegram-auth", init_data)).send().await;
        assert_eq!(me.error(), (401, code));
    }
    assert_eq!(app.auth().post(LOGIN).send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
}

#[tokio::test]
async fn login_with_either_of_two_bot_tokens_is_accepted() {
    let other = "7000000002:AAtheTokenBeforeTheRotation";
    let app = TestApp::start_with(&[("TELEGRAM_BOT_TOKENS", &format!("{BOT_TOKEN},{other}"))]).await;
    for token in [BOT_TOKEN, other] {
        let init_data = Person::new(42).init_data_for(token, app.now());
        assert_eq!(app.auth().post(LOGIN).header(("x-telegram-auth", init_data)).send().await.status, 200);
    }
}

#[tokio::test]
async fn published_vectors_log_in_at_their_dates_with_their_keys() {
    let data: Value = serde_json::from_str(include_str!("../../data/telegram-init-data.json")).unwrap();
    let (hmac, ed25519) = (&data["hmac"], &data["ed25519"]);
    let third_party = format!("{}:{}", ed25519["bot_id"], ed25519["public_key_hex"].as_str().unwrap());
    let bot_token = hmac["bot_token"].as_str().unwrap();
    let app = TestApp::start_with(&[("TELEGRAM_BOT_TOKENS", bot_token), ("TELEGRAM_ED25519", &third_party)]).await;
    for vector in [hmac, ed25519] {
        let at = vector["auth_date"].as_i64().unwrap();
        app.clock.advance(at + 60 - app.now().seconds());
        let header = ("x-telegram-auth", vector["init_data"].as_str().unwrap());
        let response = app.auth().post(LOGIN).header(header).send().await;
        assert_eq!(
            (response.status, response.json["user"]["telegram_id"].as_i64()),
            (200, Some(279_058_397)),
            "{}",
            response.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_logins_at_once_make_one_user() {
    let app = TestApp::start().await;
    let (function, header) = (app.auth(), app.signed(&Person::new(42)));
    let logins: Vec<_> = (0..32).map(|_| tokio::spawn(function.post(LOGIN).header(header.clone()).send())).collect();
    let mut ids = std::collections::BTreeSet::new();
    for login in logins {
        let response = login.await.unwrap();
        assert_eq!(response.status, 200, "{}", response.text);
        ids.insert(response.json["user"]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 1);
    let listed = app.users().get("/api/v1/users").header(header).send().await;
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn tokens_serve_for_their_time_and_purpose_only() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(42)).await;
    let as_access = ("authorization", format!("Bearer {}", login.refresh_token));
    assert_eq!(app.users().get(ME).header(as_access).send().await.error(), (401, "TOKEN_INVALID"));
    let as_refresh = json!({"refresh_token": login.access_token});
    assert_eq!(app.auth().post(REFRESH).json(&as_refresh).send().await.error(), (401, "TOKEN_INVALID"));
    app.clock.advance(900 + 6);
    assert_eq!(app.users().get(ME).header(login.bearer()).send().await.error(), (401, "TOKEN_EXPIRED"));
    app.clock.advance(30 * 24 * 3600);
    let refresh = app.auth().post(REFRESH).json(&json!({"refresh_token": login.refresh_token})).send().await;
    assert_eq!(refresh.error(), (401, "TOKEN_EXPIRED"));
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_only() {
    let app = TestApp::start().await;
    let (phone, laptop) = (app.login(&Person::new(42)).await, app.login(&Person::new(42)).await);
    let stranger = app.login(&Person::new(43)).await;
    let list = app.auth().get("/api/v1/auth/sessions").header(phone.bearer()).send().await;
    let sessions = list.json["items"].as_array().unwrap();
    assert_eq!(
        sessions.iter().map(|session| session["current"].as_bool().unwrap()).filter(|current| *current).count(),
        1
    );
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap();
    let path = format!("/api/v1/auth/sessions/{other}");
    assert_eq!(app.auth().delete(&path).header(stranger.bearer()).send().await.error(), (404, "NOT_FOUND"));
    assert_eq!(app.auth().delete(&path).header(phone.bearer()).send().await.status, 204);
    let refresh = app.auth().post(REFRESH).json(&json!({"refresh_token": laptop.refresh_token})).send().await;
    assert_eq!(refresh.error(), (401, "SESSION_ENDED"));
    assert_eq!(app.auth().post(REFRESH).json(&json!({"refresh_token": phone.refresh_token})).send().await.status, 200);
}

#[tokio::test]
async fn logout_ends_this_session_and_logging_out_elsewhere_the_others() {
    let app = TestApp::start().await;
    let (phone, laptop) = (app.login(&Person::new(42)).await, app.login(&Person::new(42)).await);
    assert_eq!(app.auth().delete("/api/v1/auth/sessions").header(phone.bearer()).send().await.status, 204);
    let refresh = |token: &str| app.auth().post(REFRESH).json(&json!({"refresh_token": token})).send();
    assert_eq!(refresh(&laptop.refresh_token).await.error(), (401, "SESSION_ENDED"));
    let logout = || app.auth().post("/api/v1/auth/logout").header(phone.bearer()).send();
    assert_eq!(logout().await.status, 204);
    // The session has ended, and every instance learns so.
    assert_eq!(logout().await.error(), (401, "SESSION_ENDED"));
    assert_eq!(refresh(&phone.refresh_token).await.error(), (401, "SESSION_ENDED"));
}

#[tokio::test]
async fn admin_token_stands_for_its_key_and_makes_no_tokens() {
    let app = TestApp::start().await;
    app.login(&Person::new(42)).await;
    let token = app.auth().post("/api/v1/auth/admin/token").header(("x-api-key", ADMIN_API_KEY)).send().await;
    assert_eq!(token.status, 200, "{}", token.text);
    let bearer = ("authorization", format!("Bearer {}", token.json["access_token"].as_str().unwrap()));
    let found = app.users().get("/api/v1/users/by-telegram/42").header(bearer.clone()).send().await;
    assert_eq!((found.status, found.json["telegram_id"].as_i64()), (200, Some(42)), "{}", found.text);
    let again = app.auth().post("/api/v1/auth/admin/token").header(bearer.clone()).send().await;
    assert_eq!(again.error(), (401, "AUTHENTICATION_REQUIRED"));
    assert_eq!(app.users().get(ME).header(bearer).send().await.error(), (403, "FORBIDDEN"));
}

#[tokio::test]
async fn api_key_opens_its_scopes_until_it_expires() {
    let app = TestApp::start().await;
    app.login(&Person::new(42)).await;
    let backstage = app.backstage();
    let valid_until = Some(app.now().plus_seconds(3600));
    let (_, reader) =
        backstage.auth.service.create_api_key("reader", ["users:read".to_owned()].into(), valid_until).await.unwrap();
    let (_, other) =
        backstage.auth.service.create_api_key("other", ["quests:write".to_owned()].into(), None).await.unwrap();
    let by = |key: &str| app.users().get("/api/v1/users/by-telegram/42").header(("x-api-key", key)).send();
    assert_eq!(by(reader.expose()).await.status, 200);
    assert_eq!(by(other.expose()).await.error(), (403, "FORBIDDEN"));
    assert_eq!(by(&reader.expose().replace('0', "1")).await.error(), (401, "API_KEY_INVALID"));
    assert_eq!(by("nonsense").await.error(), (401, "API_KEY_INVALID"));
    app.clock.advance(3600);
    assert_eq!(by(reader.expose()).await.error(), (401, "API_KEY_INVALID"));
}

#[tokio::test]
async fn admin_route_is_closed_to_attendees_and_strangers() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(42)).await;
    let route = "/api/v1/users/by-telegram/42";
    assert_eq!(app.users().get(route).header(login.bearer()).send().await.error(), (403, "FORBIDDEN"));
    assert_eq!(app.users().get(route).send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
}

#[tokio::test]
async fn start_parameter_is_recorded_once_with_its_kind() {
    let app = TestApp::start().await;
    let person = Person::new(42).starting_with("ref_usr42");
    app.login(&person).await;
    let login = app.login(&person).await;
    let export = app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    let starts = export.json["starts"].as_array().unwrap();
    assert_eq!(
        (starts.len(), &starts[0]["kind"], &starts[0]["parameter"]),
        (1, &json!("referral"), &json!("ref_usr42"))
    );
}
