//! Changing one's profile, field by field: absent, null, a value, a bad value.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::{ME, me, patch, places, stored};

#[tokio::test]
async fn field_that_is_absent_stays_and_null_clears_it_or_is_refused() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let none = || json!([]);
    // The field, what is sent, what is stored, and what `null` makes of it where it may be sent.
    for (field, sent, stored, cleared) in [
        ("first_name", json!(" Asha "), json!("Asha"), None),
        ("last_name", json!("Devi"), json!("Devi"), Some(Value::Null)),
        ("job_title", json!("CTO"), json!("CTO"), Some(Value::Null)),
        ("organization", json!("Acme & Söhne"), json!("Acme & Söhne"), Some(Value::Null)),
        ("roles", json!(["Founder", "dev", "founder"]), json!(["dev", "founder"]), Some(none())),
        ("ecosystems", json!(["Solana"]), json!(["solana"]), Some(none())),
        ("topics", json!(["Zero Knowledge", "defi"]), json!(["defi", "zero-knowledge"]), Some(none())),
        ("experience", json!("10 years"), json!("10 years"), Some(Value::Null)),
        ("location", json!("बेंगलुरु"), json!("बेंगलुरु"), Some(Value::Null)),
        ("phone_number", json!("+91 98123-45678"), json!("+919812345678"), Some(Value::Null)),
        ("country_code", json!("in"), json!("IN"), Some(Value::Null)),
        (
            "pog_image_url",
            json!("https://cdn.example.org/a.png"),
            json!("https://cdn.example.org/a.png"),
            Some(Value::Null),
        ),
        ("visibility", json!("public"), json!("public"), None),
        ("notifications_enabled", json!(false), json!(false), None),
    ] {
        assert_eq!(patch(&app, &login, &json!({ field: sent })).await[field], stored, "{field}");
        let other = if field == "location" { "experience" } else { "location" };
        assert_eq!(patch(&app, &login, &json!({ other: field })).await[field], stored, "{field}");
        assert_eq!(me(&app, &login).await[field], stored, "{field}");
        let response = app.users().patch(ME).header(login.bearer()).json(&json!({ field: null })).send().await;
        match cleared {
            Some(cleared) => assert_eq!((response.status, &response.json[field]), (200, &cleared), "{field}"),
            None => {
                assert_eq!((response.error(), places(&response)), ((400, "INVALID_BODY"), vec![field]));
            }
        }
    }
}

#[tokio::test]
async fn patch_that_changes_nothing_leaves_the_version() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    for changes in [json!({}), json!({"job_title": null}), json!({"notifications_enabled": true, "roles": []})] {
        patch(&app, &login, &changes).await;
        assert_eq!(stored(&app, &login).await.unwrap().version, 1, "{changes}");
    }
}

#[tokio::test]
async fn patch_with_a_bad_value_names_its_place_and_changes_nothing() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    for (changes, place) in [
        (json!({"first_name": ""}), "first_name"),
        (json!({"first_name": "x".repeat(65)}), "first_name"),
        (json!({"last_name": "a\u{0}b"}), "last_name"),
        (json!({"job_title": "x".repeat(101)}), "job_title"),
        (json!({"organization": 7}), "organization"),
        (json!({"roles": ["a", "b", "#c"]}), "roles[2]"),
        (json!({"roles": ["a", "b", "c", "d", "e", "f"]}), "roles"),
        (json!({"roles": "developer"}), "roles"),
        (json!({"ecosystems": [null]}), "ecosystems[0]"),
        (json!({"topics": (0..11).map(|n| format!("t{n}")).collect::<Vec<_>>()}), "topics"),
        (json!({"experience": " "}), "experience"),
        (json!({"location": ["Bengaluru"]}), "location"),
        (json!({"phone_number": "98123"}), "phone_number"),
        (json!({"country_code": "IND"}), "country_code"),
        (json!({"pog_image_url": "http://cdn.example.org/a.png"}), "pog_image_url"),
        (json!({"visibility": "friends"}), "visibility"),
        (json!({"notifications_enabled": "yes"}), "notifications_enabled"),
        (json!({"job_title": "CTO", "country_code": "?"}), "country_code"),
        (json!({"nickname": "Ash"}), "nickname"),
        (json!({"email": "asha@example.org"}), "email"),
        (json!({"grants": ["admin"]}), "grants"),
        (json!({"twitter_username": "asha"}), "twitter_username"),
        (json!([]), "body"),
        (json!("x"), "body"),
    ] {
        let response = app.users().patch(ME).header(login.bearer()).json(&changes).send().await;
        assert_eq!((response.error(), places(&response)), ((400, "INVALID_BODY"), vec![place]), "{changes}");
    }
    assert_eq!(stored(&app, &login).await.unwrap().version, 1);
}

#[tokio::test]
async fn patch_with_a_field_twice_is_refused() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let request = app.users().patch(ME).header(login.bearer()).header(("content-type", "application/json"));
    let response = request.body(r#"{"job_title": "CTO", "job_title": "CEO"}"#).send().await;
    let details = json!([{"field": "body", "message": "has `job_title` twice"}]);
    assert_eq!((response.error(), &response.json["details"]), ((400, "INVALID_BODY"), &details));
}
