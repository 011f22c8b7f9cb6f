//! One's own profile: what is in it, which version it is, what Telegram changes of it, and the newcomer's questions.

use serde_json::{Value, json};

use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::telegram::Person;
use crate::users::{ME, fields, me, patch, stored};

const PUBLIC: [&str; 19] = [
    "created_at",
    "ecosystems",
    "experience",
    "first_name",
    "github_username",
    "id",
    "is_premium",
    "job_title",
    "kgen_username",
    "last_name",
    "linkedin_username",
    "location",
    "organization",
    "photo_url",
    "pog_image_url",
    "roles",
    "topics",
    "twitter_username",
    "username",
];

const OWN: [&str; 14] = [
    "grants",
    "allows_write_to_pm",
    "country_code",
    "email",
    "email_verified",
    "erasure_due_at",
    "language_code",
    "notifications_enabled",
    "onboarding_completed",
    "phone_number",
    "reachable",
    "telegram_id",
    "updated_at",
    "visibility",
];

fn full() -> Vec<&'static str> {
    let mut all: Vec<&str> = PUBLIC.into_iter().chain(OWN).collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn profile_has_all_its_fields_for_its_owner_and_admins_and_the_public_ones_for_others() {
    let app = TestApp::start().await;
    let (owner, other) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    patch(&app, &owner, &json!({"visibility": "public", "phone_number": "+919812345678"})).await;
    let path = format!("/api/v1/users/{}", owner.user_id);
    let get = |path: &str| app.users().get(path);
    let admin = ("x-api-key", ADMIN_API_KEY);
    for (request, expected) in [
        (get(ME).header(owner.bearer()), full()),
        (get(&path).header(owner.bearer()), full()),
        (get(&path).header(admin), full()),
        (get("/api/v1/users/by-telegram/1").header(admin), full()),
        (get(&path).header(other.bearer()), PUBLIC.to_vec()),
        (get(&path), PUBLIC.to_vec()),
    ] {
        let response = request.send().await;
        assert_eq!((response.status, fields(&response.json)), (200, expected), "{}", response.text);
    }
    let listed = get("/api/v1/users").header(admin).send().await;
    assert_eq!(fields(&listed.json["items"][0]), PUBLIC);
}

#[tokio::test]
async fn profile_of_a_newcomer_is_what_telegram_says() {
    let app = TestApp::start().await;
    let person = Person::new(42).with("is_premium", true).with("language_code", "hi").with("allows_write_to_pm", true);
    let login = app.login(&person.with("photo_url", "https://t.me/i/userpic/asha.jpg")).await;
    let expected = json!({
        "id": login.user_id, "telegram_id": 42, "username": "asha_42", "first_name": "Asha42", "last_name": "Rao",
        "photo_url": "https://t.me/i/userpic/asha.jpg", "language_code": "hi", "is_premium": true,
        "allows_write_to_pm": true, "reachable": true, "onboarding_completed": false, "notifications_enabled": true,
        "email": null, "email_verified": false, "twitter_username": null, "linkedin_username": null,
        "github_username": null, "kgen_username": null, "job_title": null, "organization": null, "roles": [],
        "ecosystems": [], "topics": [], "experience": null, "location": null, "phone_number": null,
        "country_code": null, "pog_image_url": null, "visibility": "attendees", "grants": [],
        "created_at": "2026-11-22T09:30:00.000Z", "updated_at": "2026-11-22T09:30:00.000Z", "erasure_due_at": null,
    });
    assert_eq!(me(&app, &login).await, expected);
}

#[tokio::test]
async fn profile_of_empty_texts_has_none_and_can_be_sent_back() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(42).with("last_name", "").with("username", "")).await;
    let profile = me(&app, &login).await;
    assert_eq!((&profile["last_name"], &profile["username"]), (&Value::Null, &Value::Null));
    let names = json!({"first_name": profile["first_name"], "last_name": profile["last_name"]});
    assert_eq!(patch(&app, &login, &names).await["last_name"], Value::Null);
}

#[tokio::test]
async fn read_of_a_known_version_is_304_until_the_profile_changes() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let get = |known: &'static str| app.users().get(ME).header(login.bearer()).header(("if-none-match", known)).send();
    for known in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
        let response = get(known).await;
        assert_eq!((response.status, response.header("etag"), response.text.as_str()), (304, "\"1\"", ""), "{known}");
    }
    patch(&app, &login, &json!({"job_title": "CTO"})).await;
    for known in ["\"1\"", "1", "2", "\"22\"", ""] {
        let response = get(known).await;
        assert_eq!((response.status, response.header("etag")), (200, "\"2\""), "{known}");
        assert_eq!(response.json["job_title"], "CTO");
    }
}

#[tokio::test]
async fn change_that_insists_on_another_version_is_412_and_changes_nothing() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    patch(&app, &login, &json!({"job_title": "CTO"})).await;
    for insisted in
        ["\"1\"", "\"1\", \"3\"", "W/\"2\"", "2", "\"two\"", "\"02\"", "\"+2\"", "\"2 \"", "\"2\"x", "*, \"1\"", ""]
    {
        for (method, path) in [("PATCH", ME), ("PUT", "/api/v1/users/me/socials")] {
            let request = app.users().request(method.parse().unwrap(), path).json(&json!({}));
            let response = request.header(login.bearer()).header(("if-match", insisted)).send().await;
            assert_eq!(response.error(), (412, "PRECONDITION_FAILED"), "{method} {insisted}");
        }
    }
    assert_eq!(stored(&app, &login).await.unwrap().version, 2);
    for (insisted, title, etag) in
        [("\"2\"", "CEO", "\"3\""), ("*", "COO", "\"4\""), ("\"9\", W/\"1\",\"4\"", "CFO", "\"5\"")]
    {
        let request = app.users().patch(ME).json(&json!({"job_title": title}));
        let response = request.header(login.bearer()).header(("if-match", insisted)).send().await;
        assert_eq!((response.status, response.header("etag")), (200, etag), "{insisted}: {}", response.text);
        assert_eq!(response.json["job_title"], title);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_different_fields_at_once_all_survive() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let changes = json!({
        "first_name": "Asha", "last_name": "Devi", "job_title": "CTO", "organization": "Acme", "roles": ["founder"],
        "ecosystems": ["solana"], "topics": ["defi"], "experience": "ten years", "location": "Bengaluru",
        "phone_number": "+919812345678", "country_code": "IN", "pog_image_url": "https://cdn.example.org/a.png",
        "visibility": "public", "notifications_enabled": false,
    });
    let function = app.users();
    let request = |(name, value): (&String, &Value)| {
        let request = function.patch(ME).header(login.bearer()).json(&json!({ name: value }));
        tokio::spawn(request.send())
    };
    let mut running: Vec<_> = changes.as_object().unwrap().iter().map(request).collect();
    let answers = json!({"roles": ["founder"], "ecosystems": ["solana"], "topics": ["defi"]});
    for _ in 0..2 {
        let onboarding = function.post("/api/v1/users/me/onboarding").header(login.bearer()).json(&answers);
        running.push(tokio::spawn(onboarding.send()));
    }
    assert_eq!(running.len(), 16);
    for response in running {
        let response = response.await.unwrap();
        assert_eq!(response.status, 200, "{}", response.text);
    }
    let profile = me(&app, &login).await;
    for (name, value) in changes.as_object().unwrap() {
        assert_eq!(&profile[name], value, "{name}");
    }
    assert_eq!(profile["onboarding_completed"], true);
}

#[tokio::test]
async fn name_edited_here_survives_the_next_login_and_an_untouched_one_follows_telegram() {
    let app = TestApp::start().await;
    let (edited, untouched) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    patch(&app, &edited, &json!({"last_name": null})).await;
    for (id, login, expected) in [(1, edited, json!(["Asha1", null])), (2, untouched, json!(["Maya", "Iyer"]))] {
        let renamed = Person::new(id).with("first_name", "Maya").with("last_name", "Iyer").with("username", "maya");
        app.login(&renamed).await;
        let profile = me(&app, &login).await;
        assert_eq!(json!([profile["first_name"], profile["last_name"]]), expected);
        assert_eq!(profile["username"], "maya");
    }
}

#[tokio::test]
async fn login_that_changes_nothing_leaves_the_version() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    app.clock.advance(60);
    app.login(&Person::new(1)).await;
    let user = stored(&app, &login).await.unwrap();
    assert_eq!((user.version, user.updated_at), (1, user.created_at));
}

#[tokio::test]
async fn onboarding_stores_the_answers_and_keeps_what_it_does_not_ask_again() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    patch(&app, &login, &json!({"job_title": "CTO", "organization": "Acme", "location": "Bengaluru"})).await;
    let answers = json!({"roles": ["Founder", "developer"], "topics": ["DeFi"], "organization": "Zenith"});
    let request = app.users().post("/api/v1/users/me/onboarding").header(login.bearer());
    let response = request.json(&answers).send().await;
    assert_eq!((response.status, response.header("etag")), (200, "\"3\""), "{}", response.text);
    let shown = ["onboarding_completed", "roles", "ecosystems", "topics", "organization", "job_title", "location"];
    let shown: Vec<&Value> = shown.iter().map(|field| &response.json[field]).collect();
    assert_eq!(json!(shown), json!([true, ["developer", "founder"], [], ["defi"], "Zenith", "CTO", "Bengaluru"]));
}

#[tokio::test]
async fn onboarding_without_a_role_is_refused() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    for answers in [json!({}), json!({"roles": []}), json!({"roles": null})] {
        let request = app.users().post("/api/v1/users/me/onboarding").header(login.bearer());
        let response = request.json(&answers).send().await;
        assert_eq!(response.error(), (400, "INVALID_BODY"), "{answers}");
    }
    assert_eq!(me(&app, &login).await["onboarding_completed"], false);
}
