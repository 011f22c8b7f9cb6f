//! The Login Widget: a login whose hash another program computed, what an attacker changes, and data signed here.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::auth::init_data::{self, Verifier};

const TOKEN: &str = "7342037359:AAF-not-a-real-token_0123456789";
const OTHER_TOKEN: &str = "7000000002:a-token-for-tests-0123456789";
const DATE: i64 = 1_795_339_800;

/// The hash was computed with Python's `hashlib` and `hmac`, after Telegram's description.
fn login() -> Value {
    json!({
        "id": 279058397, "first_name": "Vladislav + - ? /", "last_name": "Kibenko 🌶", "username": "vdkfrost",
        "photo_url": "https://t.me/i/userpic/320/x.jpg", "auth_date": DATE,
        "hash": "56cf297b7ec68697f533ce2183238b5a07a22adcad99b0787f2789449aa18061",
    })
}

fn at(seconds: i64) -> Time {
    Time::from_millis(seconds * 1000).unwrap()
}

fn key(token: &str) -> WidgetKey {
    WidgetKey::bot_token(token).unwrap()
}

fn read(login: &Value) -> LoginWidget {
    serde_json::from_value(login.clone()).unwrap()
}

fn outcome(login: &Value) -> Result<(TelegramUser, Time), InitDataError> {
    verify(&read(login), &[key(TOKEN)], at(DATE))
}

/// The login with the hash Telegram would give it.
fn signed(mut login: Value) -> Value {
    let text = lines(&read(&login)).unwrap();
    login["hash"] = hex::encode(key(TOKEN).0.chain_update(text).finalize().into_bytes()).into();
    login
}

#[test]
fn login_signed_elsewhere_is_accepted() {
    let (user, date) = outcome(&login()).unwrap();
    assert_eq!((user.id, user.last_name.as_deref(), date), (279_058_397, Some("Kibenko 🌶"), at(DATE)));
    assert_eq!((user.language_code, user.is_premium, user.allows_write_to_pm), (None, false, false));
}

#[test]
fn login_of_the_redirect_form_is_the_same_login() {
    let mut texts = login();
    for name in ["id", "auth_date"] {
        texts[name] = login()[name].to_string().into();
    }
    assert_eq!(outcome(&texts), outcome(&login()));
    assert!(outcome(&texts).is_ok());
    for bad in [json!("x"), json!(""), json!(" 1"), json!(1.5), Value::Null, json!([1]), json!("9223372036854775808")] {
        texts["id"] = bad;
        assert!(serde_json::from_value::<LoginWidget>(texts.clone()).is_err(), "{texts}");
    }
}

#[test]
fn empty_text_of_a_login_is_signed_and_then_absent() {
    let mut empty = login();
    empty["last_name"] = json!("");
    let (user, _) = outcome(&signed(empty)).unwrap();
    assert_eq!(user.last_name, None);
}

#[test]
fn login_with_a_field_changed_added_or_removed_is_refused() {
    for (name, value) in [
        ("id", json!(279058398)),
        ("first_name", json!("vladislav + - ? /")),
        ("last_name", Value::Null),
        ("username", json!("vdkfrost ")),
        ("photo_url", json!("")),
        ("auth_date", json!(DATE + 1)),
        ("is_premium", json!("true")),
        ("level", json!(1)),
    ] {
        let mut changed = login();
        changed[name] = value;
        assert_eq!(outcome(&changed), Err(InitDataError::SignatureInvalid), "{name}");
    }
}

#[test]
fn hash_with_any_digit_changed_is_refused() {
    let hash = login()["hash"].as_str().unwrap().to_owned();
    for position in 0..hash.len() {
        for replacement in "0123456789abcdefABCDEF \n".chars().filter(|char| !hash[position..].starts_with(*char)) {
            let mut changed = login();
            changed["hash"] = format!("{}{replacement}{}", &hash[..position], &hash[position + 1..]).into();
            assert!(outcome(&changed).is_err(), "{position} {replacement}");
        }
    }
    for hash in ["", "00", &hash[1..], &format!("{hash}00")] {
        let mut changed = login();
        changed["hash"] = hash.into();
        assert!(matches!(outcome(&changed), Err(InitDataError::Malformed(_))), "{hash}");
    }
}

#[test]
fn field_that_telegram_adds_is_covered_by_the_hash() {
    let mut new = login();
    new["allows"] = json!("yes");
    new["level"] = json!(7);
    let new = signed(new);
    assert!(outcome(&new).is_ok());
    for (name, value) in [("allows", json!("no")), ("level", json!(8)), ("level", json!("7 "))] {
        let mut changed = new.clone();
        changed[name] = value;
        assert_eq!(outcome(&changed), Err(InitDataError::SignatureInvalid), "{name}");
    }
}

#[test]
fn fields_that_could_stand_for_others_are_refused() {
    for (name, value) in [("first_name", "Eve\nid=1"), ("new", "a\nb"), ("new=1\nid", "1"), ("New", "1"), ("", "1")] {
        let mut changed = login();
        changed[name] = value.into();
        assert!(matches!(outcome(&changed), Err(InitDataError::Malformed(_))), "{name:?}");
    }
}

#[test]
fn login_too_old_ahead_or_too_long_is_refused() {
    let verify_at = |now: i64| verify(&read(&login()), &[key(TOKEN)], at(now)).map(|(user, _)| user.id);
    assert_eq!(verify_at(DATE + 25 * 3600), Err(InitDataError::Expired));
    assert_eq!(verify_at(DATE + 24 * 3600), Ok(279_058_397));
    assert_eq!(verify_at(DATE - 60), Ok(279_058_397));
    assert_eq!(verify_at(DATE - 61), Err(InitDataError::NotYetValid));
    let mut long = login();
    long["new"] = "x".repeat(20_000).into();
    assert_eq!(outcome(&long), Err(InitDataError::Malformed("is longer than 8192 bytes")));
    long["new"] = Value::String(String::new());
    long["username"] = "x".repeat(65).into();
    assert_eq!(outcome(&signed(long)), Err(InitDataError::Malformed("has a user field that is too long")));
}

#[test]
fn login_of_another_bot_is_refused_and_of_a_second_token_accepted() {
    let widget = read(&login());
    let result = |keys: &[WidgetKey]| verify(&widget, keys, at(DATE));
    assert_eq!(result(&[key(OTHER_TOKEN)]), Err(InitDataError::SignatureInvalid));
    assert_eq!(result(&[]), Err(InitDataError::SignatureInvalid));
    assert!(result(&[key(OTHER_TOKEN), key(TOKEN)]).is_ok());
    assert!(WidgetKey::bot_token("").is_err());
}

#[test]
fn login_of_the_widget_as_init_data_is_refused() {
    let hash = key(TOKEN).0.chain_update("auth_date=1000000\nuser={}").finalize().into_bytes();
    let raw = format!("auth_date=1000000&user=%7B%7D&hash={}", hex::encode(hash));
    let refused = init_data::verify(&raw, &[Verifier::bot_token(TOKEN).unwrap()], at(1_000_000));
    assert_eq!(refused, Err(InitDataError::SignatureInvalid));
}

#[test]
fn debug_of_key_and_login_shows_no_secret() {
    let shown = format!("{:?} {:?}", key(TOKEN), read(&login()));
    assert_eq!(shown, "WidgetKey([redacted]) LoginWidget([redacted])");
}

#[test]
fn schema_of_login_allows_more_fields() {
    let schema = serde_json::to_value(<LoginWidget as utoipa::PartialSchema>::schema()).unwrap();
    assert_eq!(schema["required"], json!(["id", "first_name", "auth_date", "hash"]));
    assert!(schema["additionalProperties"].is_object(), "{schema:#}");
}

proptest! {
    #[test]
    fn any_login_is_judged_without_panic(id: i64, date: i64, name: String, hash in "[0-9a-f]{64}", other: String) {
        let login = json!({ "id": id, "first_name": name, "auth_date": date, "hash": hash, "x": other });
        prop_assert!(outcome(&login).is_err());
    }

    #[test]
    fn signed_login_reads_back(id in 1i64..1 << 52, name in "[A-Za-z0-9\u{900}-\u{939}]{1,20}", age in 0i64..86_400) {
        let login = signed(json!({ "id": id, "first_name": name, "auth_date": DATE - age, "hash": "" }));
        let (user, date) = outcome(&login).unwrap();
        prop_assert_eq!((user.id, user.first_name, date), (id, name, at(DATE - age)));
    }
}
