//! Who sees whom, by id and in the directory.

use ibw::users::grants::AccessRole;
use serde_json::json;

use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::telegram::Person;
use crate::users::{ME, USERS, ids, login_with_role, patch};

#[tokio::test]
async fn profile_is_seen_by_those_its_visibility_names() {
    let app = TestApp::start().await;
    let owner = app.login(&Person::new(1)).await;
    let other = app.login(&Person::new(2)).await;
    patch(&app, &other, &json!({"visibility": "private"})).await;
    let admin = login_with_role(&app, &Person::new(3), AccessRole::Admin).await;
    patch(&app, &admin, &json!({"visibility": "private"})).await;
    let organizer = login_with_role(&app, &Person::new(4), AccessRole::Organizer).await;
    patch(&app, &organizer, &json!({"visibility": "private"})).await;
    let staff = login_with_role(&app, &Person::new(5), AccessRole::Steward).await;
    patch(&app, &staff, &json!({"visibility": "private"})).await;

    let nobody = ("x-nothing", String::new());
    let key = ("x-api-key", ADMIN_API_KEY.to_owned());
    // By visibility: who looks, and whether they see the profile by its id, and in the directory.
    for (visibility, sight) in [
        ("public", [(&nobody, true), (&other.bearer(), true), (&staff.bearer(), true), (&organizer.bearer(), true)]),
        (
            "attendees",
            [(&nobody, false), (&other.bearer(), true), (&staff.bearer(), true), (&organizer.bearer(), true)],
        ),
        (
            "private",
            [(&nobody, false), (&other.bearer(), false), (&staff.bearer(), false), (&organizer.bearer(), false)],
        ),
    ] {
        patch(&app, &owner, &json!({ "visibility": visibility })).await;
        let listed = visibility != "private";
        let always = [owner.bearer(), admin.bearer(), key.clone()];
        let always = always.iter().map(|credential| (credential, true, listed));
        for (credential, by_id, in_directory) in sight.into_iter().map(|(who, sees)| (who, sees, sees)).chain(always) {
            let get = |path: &str| app.users().get(path).header(credential.clone()).send();
            let found = get(&format!("{USERS}/{}", owner.user_id)).await;
            let expected = if by_id { (200, "") } else { (404, "NOT_FOUND") };
            assert_eq!(found.error(), expected, "{visibility} {credential:?}");
            let list = get(USERS).await;
            let expected: Vec<&str> = if in_directory { vec![&owner.user_id] } else { Vec::new() };
            assert_eq!((list.status, ids(&list.json)), (200, expected), "{visibility} {credential:?}");
        }
    }
}

#[tokio::test]
async fn profile_that_nobody_has_is_404_like_one_that_is_hidden() {
    let app = TestApp::start().await;
    let owner = app.login(&Person::new(1)).await;
    patch(&app, &owner, &json!({"visibility": "private"})).await;
    let get = |path: String| app.users().get(&path).send();
    let hidden = get(format!("{USERS}/{}", owner.user_id)).await;
    let unknown = get(format!("{USERS}/usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W")).await;
    assert_eq!((hidden.error(), &hidden.json["error"]), ((404, "NOT_FOUND"), &unknown.json["error"]));
    assert_eq!((unknown.error(), &unknown.json["details"]), ((404, "NOT_FOUND"), &hidden.json["details"]));
    for id in ["usr_", "42", "ses_01J9ZQ4Y6V3T8K2M5N7P0R1S3W", "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W%23"] {
        assert_eq!(get(format!("{USERS}/{id}")).await.error(), (404, "NOT_FOUND"), "{id}");
    }
}

#[tokio::test]
async fn own_profile_needs_a_login() {
    let app = TestApp::start().await;
    for (method, path) in [
        ("GET", ME),
        ("PATCH", ME),
        ("DELETE", ME),
        ("GET", "/api/v1/users/me/export"),
        ("PUT", "/api/v1/users/me/socials"),
        ("POST", "/api/v1/users/me/onboarding"),
        ("POST", "/api/v1/users/me/email"),
        ("POST", "/api/v1/users/me/email/verify"),
    ] {
        let anonymous = app.users().request(method.parse().unwrap(), path).json(&json!({}));
        assert_eq!(anonymous.clone().send().await.error(), (401, "AUTHENTICATION_REQUIRED"), "{method} {path}");
        let key = anonymous.header(("x-api-key", ADMIN_API_KEY));
        assert_eq!(key.send().await.error(), (403, "FORBIDDEN"), "{method} {path}");
    }
}

#[tokio::test]
async fn admin_route_finds_the_user_of_a_telegram_account_for_admins_only() {
    let app = TestApp::start().await;
    let owner = app.login(&Person::new(1)).await;
    patch(&app, &owner, &json!({"visibility": "private"})).await;
    let get = |credential, path: &'static str| app.users().get(path).header(credential).send();
    for (id, role, expected) in [
        (2, AccessRole::Admin, (200, "")),
        (3, AccessRole::Organizer, (403, "FORBIDDEN")),
        (4, AccessRole::Steward, (403, "FORBIDDEN")),
    ] {
        let login = login_with_role(&app, &Person::new(id), role).await;
        for credential in [login.bearer(), app.signed(&Person::new(id))] {
            assert_eq!(get(credential, "/api/v1/users/by-telegram/1").await.error(), expected, "{role:?}");
        }
    }
    for path in ["/api/v1/users/by-telegram/9", "/api/v1/users/by-telegram/x"] {
        assert_eq!(get(("x-api-key", ADMIN_API_KEY.to_owned()), path).await.error(), (404, "NOT_FOUND"));
    }
}
