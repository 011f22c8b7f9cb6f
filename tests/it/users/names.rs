//! Names that deceive: what Telegram sends is cleaned, and what is typed is refused. Names of all scripts stay.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::{ME, me, places};

/// Shown as `Asha (admin)` by what follows the override.
const SPOOF: &str = "Asha \u{202e})nimda(";
const INVISIBLE: &str = "\u{200b}\u{2060}\u{feff}";

fn name(profile: &Value) -> Value {
    json!([profile["first_name"], profile["last_name"], profile["username"]])
}

#[tokio::test]
async fn name_from_telegram_is_cleaned_at_each_login_and_never_empty() {
    let app = TestApp::start().await;
    let spoofed = || Person::new(1).with("first_name", SPOOF).with("last_name", "R\u{2066}ao\u{2069}");
    let login = app.login(&spoofed()).await;
    assert_eq!(name(&me(&app, &login).await), json!(["Asha )nimda(", "Rao", "asha_1"]));

    // The Login Widget is another way in, and a later login another time.
    let nobody = Person::new(1).with("first_name", INVISIBLE).with("last_name", "\u{3164}");
    let widget = nobody.widget(app.now());
    let response = app.auth().post("/api/v1/auth/login").json(&json!({ "login_widget": widget })).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    assert_eq!(name(&me(&app, &login).await), json!(["asha_1", null, "asha_1"]));

    // Whoever is shown to others has a name, and is found by it.
    let guest =
        app.login(&Person::new(2).with("first_name", INVISIBLE).with("last_name", "").with("username", "")).await;
    assert_eq!(name(&me(&app, &guest).await), json!(["Guest", null, null]));
    let found = app.users().get("/api/v1/users?q=guest").header(login.bearer()).send().await;
    assert_eq!(found.json["items"][0]["first_name"], "Guest");
}

#[tokio::test]
async fn names_of_all_scripts_stay_as_they_are_from_telegram_and_typed() {
    let app = TestApp::start().await;
    for (id, real) in [
        (1, "محمد\u{200f} عبد الله"),
        (2, "דָּוִד בן\u{2011}גוריון\u{200e}"),
        (3, "क्\u{200d}षितिज"),
        (4, "علی\u{200c}رضا \u{61c}"),
        (5, "Asha 👨\u{200d}👩\u{200d}👧\u{200d}👦 ❤\u{fe0f}"),
        (6, "葛\u{e0100}城"),
        (7, "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"),
    ] {
        let login = app.login(&Person::new(id).with("first_name", real)).await;
        assert_eq!(me(&app, &login).await["first_name"], real);
        let typed = json!({"last_name": real, "organization": real});
        let response = app.users().patch(ME).header(login.bearer()).json(&typed).send().await;
        assert_eq!((response.status, &response.json["last_name"]), (200, &json!(real)), "{}", response.text);
    }
}

#[tokio::test]
async fn typed_text_with_a_hidden_character_is_refused_and_changes_nothing() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "write=1000/60")]).await;
    let login = app.login(&Person::new(1)).await;
    let before = me(&app, &login).await;
    for hidden in ["\u{202e}", "\u{202a}", "\u{2067}", "\u{2069}", "\u{200b}", "\u{3164}", "\u{e0041}"] {
        for field in ["first_name", "last_name", "job_title", "organization", "experience", "location"] {
            let body = json!({field: format!("As{hidden}ha")});
            let response = app.users().patch(ME).header(login.bearer()).json(&body).send().await;
            assert_eq!((response.error(), places(&response)), ((400, "INVALID_BODY"), vec![field]), "{body}");
            let why = response.json["details"][0]["message"].as_str().unwrap_or_default();
            assert!(why.contains("invisible character U+"), "{why}");
        }
    }
    assert_eq!(me(&app, &login).await, before);
}
