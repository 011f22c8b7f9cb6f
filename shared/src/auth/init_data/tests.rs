//! Init data: the published vectors, what an attacker changes, and data signed here.

use ed25519_dalek::{Signer, SigningKey};
use form_urlencoded::byte_serialize;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const TOKEN: &str = "7000000001:a-token-for-tests-0123456789";
const OTHER_TOKEN: &str = "7000000002:a-token-for-tests-0123456789";
const USER: &str = r#"{"id":279058397,"first_name":"Asha"}"#;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../tests/data/telegram-init-data.json")).unwrap()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

fn at(seconds: i64) -> Time {
    Time::from_millis(seconds * 1000).unwrap()
}

fn bot(token: &str) -> Verifier {
    Verifier::bot_token(token).unwrap()
}

/// The published vector of this name, its key, and its date.
fn published(name: &str) -> (String, Verifier, Time) {
    let vector = &vectors()[name];
    let verifier = match name {
        "hmac" => bot(text(vector, "bot_token")),
        _ => Verifier::third_party(vector["bot_id"].as_i64().unwrap(), text(vector, "public_key_hex")).unwrap(),
    };
    (text(vector, "init_data").to_owned(), verifier, at(vector["auth_date"].as_i64().unwrap()))
}

fn query(fields: &[(&str, &str)]) -> String {
    let pairs =
        fields.iter().map(|(name, value)| format!("{name}={}", byte_serialize(value.as_bytes()).collect::<String>()));
    pairs.collect::<Vec<_>>().join("&")
}

/// Init data as Telegram would make it for the bot with this token.
fn signed(token: &str, fields: &[(&str, &str)]) -> String {
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    let text = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n");
    let secret = keyed(b"WebAppData").unwrap().chain_update(token).finalize().into_bytes();
    let hash = hex::encode(keyed(&secret).unwrap().chain_update(text).finalize().into_bytes());
    query(&[fields, &[("hash", &hash)]].concat())
}

/// What comes of data with this `auth_date`, and with `more`, at second 1,000,000.
fn outcome(auth_date: i64, more: &[(&str, &str)]) -> Result<InitData, InitDataError> {
    let raw = signed(TOKEN, &[&[("auth_date", auth_date.to_string().as_str()), ("user", USER)], more].concat());
    verify(&raw, &[bot(TOKEN)], at(1_000_000))
}

fn is_malformed<T>(result: Result<T, InitDataError>) -> bool {
    matches!(result, Err(InitDataError::Malformed(_)))
}

#[test]
fn hmac_vector_at_its_date_is_accepted() {
    let (raw, verifier, date) = published("hmac");
    let data = verify(&raw, &[verifier], date).unwrap();
    let user = &data.user;
    assert_eq!(
        (user.id, user.first_name.as_str(), user.last_name.as_deref()),
        (279_058_397, "Vladislav", Some("Kibenko"))
    );
    assert_eq!((user.username.as_deref(), user.language_code.as_deref()), (Some("vdkfrost"), Some("ru")));
    assert_eq!((user.is_premium, user.allows_write_to_pm, data.auth_date, data.start_param), (true, false, date, None));
}

#[test]
fn ed25519_vector_at_its_date_is_accepted() {
    let (raw, verifier, date) = published("ed25519");
    let user = verify(&raw, &[verifier], date).unwrap().user;
    assert_eq!((user.first_name.as_str(), user.allows_write_to_pm), (r"Vladislav + - ? /", true));
    assert!(user.photo_url.unwrap().starts_with("https://t.me/i/userpic/320/"));
}

/// Whether a byte is a digit of a percent-encoding, whose case means nothing.
fn is_escaped(raw: &str, position: usize) -> bool {
    (1..=2).any(|back| position >= back && raw.as_bytes()[position - back] == b'%')
}

/// Each byte of the vector, replaced by each of these, is refused; `but` names what nothing signs.
fn assert_each_byte_counts(name: &str, replacements: &[u8], but: impl Fn(usize, u8) -> bool) {
    let (raw, verifier, date) = published(name);
    for position in 0..raw.len() {
        for &replacement in replacements {
            let byte = raw.as_bytes()[position];
            let same = byte == replacement || is_escaped(&raw, position) && byte.eq_ignore_ascii_case(&replacement);
            if same || but(position, replacement) {
                continue;
            }
            let mut changed = raw.clone().into_bytes();
            changed[position] = replacement;
            let changed = String::from_utf8(changed).unwrap();
            let refused = verify(&changed, std::slice::from_ref(&verifier), date).unwrap_err();
            assert!(
                matches!(refused, InitDataError::Malformed(_) | InitDataError::SignatureInvalid),
                "{refused}: {changed}"
            );
        }
    }
}

#[test]
fn hmac_vector_with_any_byte_changed_is_refused() {
    let every_other: Vec<u8> = (0..128).collect();
    assert_each_byte_counts("hmac", &every_other, |_, _| false);
}

#[test]
fn ed25519_vector_with_any_byte_changed_is_refused_but_for_the_case_of_percent_encoding() {
    // The third-party signature leaves `hash` out: another digest in its place is nothing anyone without the bot's
    // token sees.
    let hash = published("ed25519").0.find("hash=").unwrap() + "hash=".len();
    let uncovered =
        |position, byte: u8| (hash..hash + 64).contains(&position) && matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    assert_each_byte_counts("ed25519", b"aZ0_&=%+\n ", uncovered);
    // The other case of the same letter: another text, but for `%7B` and `%7b`.
    let (raw, verifier, date) = published("ed25519");
    for position in raw.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphabetic()).map(|(position, _)| position)
    {
        let mut changed = raw.clone().into_bytes();
        changed[position] ^= 0x20;
        let changed = String::from_utf8(changed).unwrap();
        let accepted = verify(&changed, std::slice::from_ref(&verifier), date).is_ok();
        assert_eq!(accepted, is_escaped(&raw, position), "{changed}");
    }
}

#[test]
fn field_named_twice_is_refused() {
    let (raw, verifier, date) = published("hmac");
    for again in ["auth_date=1662771648", "user=%7B%22id%22%3A1%7D", "hash=00", "new=1&new=1"] {
        for twice in [format!("{raw}&{again}"), format!("{again}&{raw}")] {
            let refused = verify(&twice, std::slice::from_ref(&verifier), date);
            assert_eq!(refused, Err(InitDataError::Malformed("names a field twice")), "{twice}");
        }
    }
}

#[test]
fn two_fields_joined_by_a_line_feed_are_refused() {
    // `chat_instance` and `chat_type` are neighbours in the signed text, so this has the signed text of the vector.
    let (raw, verifier, date) = published("ed25519");
    let joined = raw.replace("&chat_type=", "%0Achat_type=");
    assert_ne!(joined, raw);
    assert!(is_malformed(verify(&joined, &[verifier], date)));
}

#[test]
fn data_without_a_required_field_is_refused() {
    let (raw, verifier, date) = published("hmac");
    for name in ["hash", "auth_date"] {
        let without = raw.split('&').filter(|pair| !pair.starts_with(name)).collect::<Vec<_>>().join("&");
        assert!(is_malformed(verify(&without, std::slice::from_ref(&verifier), date)), "{name}");
    }
    let without_user = signed(TOKEN, &[("auth_date", "1000000")]);
    assert_eq!(verify(&without_user, &[bot(TOKEN)], at(1_000_000)), Err(InitDataError::Malformed("lacks a `user`")));
    let without_date = signed(TOKEN, &[("user", USER)]);
    assert!(is_malformed(verify(&without_date, &[bot(TOKEN)], at(1_000_000))));
}

#[test]
fn auth_date_too_old_or_ahead_is_refused() {
    const DAY: i64 = 86_400;
    assert_eq!(outcome(1_000_000 - 25 * 3600, &[]), Err(InitDataError::Expired));
    assert_eq!(outcome(1_000_000 - DAY - 1, &[]), Err(InitDataError::Expired));
    assert!(outcome(1_000_000 - DAY, &[]).is_ok());
    assert!(outcome(1_000_000 + 60, &[]).is_ok());
    assert_eq!(outcome(1_000_000 + 61, &[]), Err(InitDataError::NotYetValid));
    assert_eq!(outcome(0, &[]), Err(InitDataError::Expired));
    assert!([-1, i64::MAX, i64::MIN].into_iter().all(|date| is_malformed(outcome(date, &[]))));
}

#[test]
fn date_of_data_signed_by_another_is_not_told() {
    let raw = signed(OTHER_TOKEN, &[("auth_date", "1"), ("user", "not a user")]);
    assert_eq!(verify(&raw, &[bot(TOKEN)], at(1_000_000)), Err(InitDataError::SignatureInvalid));
}

#[test]
fn text_that_is_not_init_data_is_refused() {
    let long = signed(TOKEN, &[("auth_date", "1000000"), ("user", USER), ("query_id", &"x".repeat(20_000))]);
    for (texts, why) in [
        (&[""] as &[&str], "is empty"),
        (&[&long], "is longer than 8192 bytes"),
        (&["&", "=", "a", "a=b&", "&a=b", "?hash=1", "A=1", "a%62=1", "é=1"], "is not a query string"),
        (&["a=%", "a=%4", "a=%zz", "a=%FF", "a= ", "a=é", "a=%0A"], "is not encoded as Telegram encodes it"),
        (&["a=b", "hash=00"], "lacks a `hash` of 64 hex digits"),
    ] {
        for raw in texts {
            let refused = verify(raw, &[bot(TOKEN)], at(1_000_000));
            assert_eq!(refused, Err(InitDataError::Malformed(why)), "{raw:.40}");
        }
    }
}

#[test]
fn data_of_another_bot_is_refused_and_of_a_second_token_accepted() {
    let raw = signed(OTHER_TOKEN, &[("auth_date", "1000000"), ("user", USER)]);
    let now = at(1_000_000);
    assert_eq!(verify(&raw, &[bot(TOKEN)], now), Err(InitDataError::SignatureInvalid));
    assert_eq!(verify(&raw, &[], now), Err(InitDataError::SignatureInvalid));
    assert!(verify(&raw, &[bot(TOKEN), bot(OTHER_TOKEN)], now).is_ok());
}

#[test]
fn ed25519_signature_for_another_bot_is_refused() {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = hex::encode(key.verifying_key().to_bytes());
    let signature = key.sign(format!("42:WebAppData\nauth_date=1000000\nuser={USER}").as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
    let fields = [("auth_date", "1000000"), ("user", USER), ("signature", &signature)];
    let raw = signed(OTHER_TOKEN, &fields);
    let third_party = |bot_id| Verifier::third_party(bot_id, &public).unwrap();
    let result = |verifiers: &[Verifier]| verify(&raw, verifiers, at(1_000_000));
    assert!(result(&[bot(TOKEN), third_party(42)]).is_ok());
    assert!(result(&[bot(OTHER_TOKEN)]).is_ok(), "`signature` is among the lines that `hash` covers");
    assert_eq!(result(&[third_party(43)]), Err(InitDataError::SignatureInvalid));
    let without = signed(TOKEN, &fields[..2]);
    assert_eq!(verify(&without, &[third_party(42)], at(1_000_000)), Err(InitDataError::SignatureInvalid));
}

#[test]
fn start_param_that_is_not_usable_is_ignored() {
    let start_param = |text: &str| outcome(1_000_000, &[("start_param", text)]).map(|data| data.start_param);
    assert_eq!(start_param("ref_Ab-9"), Ok(Some("ref_Ab-9".to_owned())));
    assert_eq!(start_param(""), Ok(None));
    assert!(start_param(&"x".repeat(512)).is_ok());
    for ignored in [&"x".repeat(513), "a b", "é", "a=b&c", "a\nb", "\n", "%", "🌶"] {
        assert_eq!(start_param(ignored), Ok(None), "{ignored:?}");
    }
}

#[test]
fn start_param_that_swallows_or_brings_fields_logs_nobody_in() {
    let now = 1_000_000.to_string();
    let verified = |raw: &str| verify(raw, &[bot(TOKEN)], at(1_000_000));
    let raw = signed(TOKEN, &[("auth_date", &now), ("start_param", "x"), ("user", USER)]);
    let swallowed = raw.replace("&user=", "%0Auser%3D");
    assert_eq!(verified(&swallowed), Err(InitDataError::Malformed("lacks a `user`")));
    let other = r#"{"id":1,"first_name":"Eve"}"#;
    let raw = signed(TOKEN, &[("auth_date", &now), ("start_param", &format!("x\nuser={other}")), ("user", USER)]);
    assert_eq!(verified(&raw).map(|data| data.user.id), Ok(279_058_397));
}

#[test]
fn bad_key_is_refused() {
    let good = "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d";
    assert!(Verifier::third_party(1, good).is_ok());
    assert!(Verifier::third_party(0, good).is_err());
    let identity = format!("01{}", "00".repeat(31));
    let no_point = format!("02{}", "00".repeat(31));
    for key in ["", "00", &identity, &no_point, &good[1..]] {
        assert!(Verifier::third_party(1, key).is_err(), "{key}");
    }
    for token in ["", ":", "1:", "1:short", "x:a-token-for-tests-0123456789", "1:a token for tests 0123456789"] {
        assert!(Verifier::bot_token(token).is_err(), "{token}");
    }
}

#[test]
fn debug_of_verifier_shows_no_secret() {
    let third_party = published("ed25519").1;
    let shown = format!("{:?}", [bot(TOKEN), third_party]);
    assert_eq!(shown, "[Verifier::BotToken([redacted]), Verifier::ThirdParty(7342037359)]");
}

proptest! {
    #[test]
    fn any_text_is_refused_without_panic(raw: String, query in "([a-z_]{1,4}=[a-z%0-9+]{0,6}&?){0,6}") {
        prop_assert!(verify(&raw, &[bot(TOKEN)], at(0)).is_err());
        prop_assert!(verify(&query, &[bot(TOKEN)], at(0)).is_err());
    }

    #[test]
    fn signed_data_reads_back(id in 1i64..1 << 52, name in "[A-Za-z0-9\u{900}-\u{939}]{1,20}", start in "[A-Za-z0-9_-]{1,40}", age in 0i64..86_400) {
        let user = serde_json::json!({ "id": id, "first_name": name, "is_premium": true }).to_string();
        let fields = [("user", user.as_str()), ("auth_date", &(1_000_000 - age).to_string()), ("start_param", &start)];
        let data = verify(&signed(TOKEN, &fields), &[bot(TOKEN)], at(1_000_000)).unwrap();
        prop_assert_eq!((data.user.id, data.user.first_name), (id, name));
        prop_assert_eq!((data.auth_date, data.start_param), (at(1_000_000 - age), Some(start)));
    }
}
