//! Tokens: what goes in comes out, and the attacks of RFC 8725.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Sha256, Sha384};

use super::*;
use crate::random::Random;

const SECRET: &[u8] = b"the first secret, 32 bytes long.";
const OLD_SECRET: &[u8] = b"the other secret, 32 bytes long.";
const ISSUER: &str = "https://api.example.test";
const NOW: i64 = 1_795_339_800;

fn at(seconds: i64) -> Time {
    Time::from_millis(seconds * 1000).unwrap()
}

fn keys() -> Keys {
    Keys::new(&[("new", SECRET), ("old", OLD_SECRET)], ISSUER).unwrap()
}

fn session() -> SessionId {
    SessionId::generate(at(NOW), &Random::seeded(1))
}

fn access_token() -> String {
    keys().sign("usr_1", "jti-1", Access { staff: true, sid: session() }, at(NOW), 900).unwrap()
}

fn header() -> Value {
    json!({ "typ": "JWT", "alg": "HS256", "kid": "new" })
}

/// Claims that are good for every kind of token but for their `aud`.
fn claims(audience: &str) -> Value {
    json!({
        "iss": ISSUER, "aud": audience, "sub": "usr_1", "exp": NOW + 900, "nbf": NOW, "iat": NOW, "jti": "jti-1",
        "staff": true, "sid": session(), "gen": 0,
    })
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// A token with exactly this header and these claims, whatever they say, under a good HS256 signature.
fn forged(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let text = unsigned(header, claims);
    let signature = Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(&text).finalize().into_bytes();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn outcome(token: &str) -> Result<Claims<Access>, JwtError> {
    keys().verify(token, at(NOW))
}

/// What comes of an access token in which `name` says `value`; `null` leaves it out.
fn with_claim(name: &str, value: Value) -> Result<Claims<Access>, JwtError> {
    let mut claims = claims(Access::AUDIENCE);
    claims[name] = value;
    if let Value::Object(claims) = &mut claims {
        claims.retain(|_, value| !value.is_null());
    }
    outcome(&forged(&header(), &claims, SECRET))
}

fn with_header(name: &str, value: Value) -> Result<Claims<Access>, JwtError> {
    let mut header = header();
    header[name] = value;
    outcome(&forged(&header, &claims(Access::AUDIENCE), SECRET))
}

#[test]
fn signed_token_of_each_kind_reads_back() {
    let claims = outcome(&access_token()).unwrap();
    assert_eq!((claims.iss.as_str(), claims.aud.as_str(), claims.sub.as_str()), (ISSUER, "ibw-api", "usr_1"));
    assert_eq!((claims.exp, claims.nbf, claims.iat, claims.jti.as_str()), (NOW + 900, NOW, NOW, "jti-1"));
    assert_eq!(claims.body, Access { staff: true, sid: session() });

    let refresh = Refresh { sid: session(), generation: 3 };
    let token = keys().sign("usr_1", "jti-2", refresh.clone(), at(NOW), 60).unwrap();
    assert_eq!(keys().verify::<Refresh>(&token, at(NOW)).unwrap().body, refresh);

    let admin = Admin {};
    let token = keys().sign("key_1", "jti-3", admin.clone(), at(NOW), 60).unwrap();
    assert_eq!(keys().verify::<Admin>(&token, at(NOW)).unwrap().body, admin);
}

#[test]
fn header_names_type_algorithm_and_key_and_nothing_else() {
    let token = access_token();
    let decoded = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&decoded).unwrap(), header());
    assert!(outcome(&forged(&header(), &claims(Access::AUDIENCE), SECRET)).is_ok(), "the forger of the tests is right");
}

#[test]
fn token_of_a_second_secret_is_accepted_and_of_a_dropped_one_refused() {
    let old = Keys::new(&[("old", OLD_SECRET)], ISSUER).unwrap();
    let token = old.sign("key_1", "jti-1", Admin {}, at(NOW), 60).unwrap();
    assert!(keys().verify::<Admin>(&token, at(NOW)).is_ok());
    let new = Keys::new(&[("new", SECRET)], ISSUER).unwrap();
    assert_eq!(new.verify::<Admin>(&token, at(NOW)), Err(JwtError::Invalid));
}

#[test]
fn algorithm_none_is_refused() {
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({ "typ": "JWT", "alg": alg, "kid": "new" });
        let text = unsigned(&header, &claims(Access::AUDIENCE));
        for token in [text.clone(), format!("{text}."), forged(&header, &claims(Access::AUDIENCE), SECRET)] {
            assert_eq!(outcome(&token), Err(JwtError::Invalid), "{alg}");
        }
    }
    let text = unsigned(&header(), &claims(Access::AUDIENCE));
    assert_eq!((outcome(&text), outcome(&format!("{text}."))), (Err(JwtError::Invalid), Err(JwtError::Invalid)));
}

#[test]
fn algorithm_swapped_is_refused() {
    for alg in ["HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA", "hs256"] {
        assert_eq!(with_header("alg", alg.into()), Err(JwtError::Invalid), "{alg}");
    }
    let text = unsigned(&json!({ "typ": "JWT", "alg": "HS384", "kid": "new" }), &claims(Access::AUDIENCE));
    let signature = Hmac::<Sha384>::new_from_slice(SECRET).unwrap().chain_update(&text).finalize().into_bytes();
    let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(outcome(&token), Err(JwtError::Invalid), "a good signature of an algorithm that is not ours");
}

#[test]
fn key_unknown_missing_or_of_another_name_is_refused() {
    for kid in [json!("other"), json!(""), json!("old"), json!("NEW"), json!(1), Value::Null] {
        assert_eq!(with_header("kid", kid.clone()), Err(JwtError::Invalid), "{kid}");
    }
    let token = forged(&json!({ "typ": "JWT", "alg": "HS256" }), &claims(Access::AUDIENCE), SECRET);
    assert_eq!(outcome(&token), Err(JwtError::Invalid));
    let token = forged(&header(), &claims(Access::AUDIENCE), b"a secret of somebody else: no one");
    assert_eq!(outcome(&token), Err(JwtError::Invalid));
}

#[test]
fn header_with_another_type_or_extension_is_refused() {
    for (name, value) in [
        ("typ", json!("at+jwt")),
        ("typ", Value::Null),
        ("crit", json!(["exp"])),
        ("jku", json!("https://evil.example/keys")),
        ("jwk", json!({ "kty": "oct", "k": "AA" })),
        ("x5u", json!("https://evil.example/cert")),
        ("zip", json!("DEF")),
        ("new", json!(1)),
    ] {
        assert_eq!(with_header(name, value), Err(JwtError::Invalid), "{name}");
    }
}

#[test]
fn expired_token_is_refused() {
    assert_eq!(with_claim("exp", json!(NOW - 6)), Err(JwtError::Expired));
    assert_eq!(with_claim("exp", json!(NOW - 5)), Err(JwtError::Expired));
    assert!(with_claim("exp", json!(NOW - 4)).is_ok());
    let later = |seconds| keys().verify::<Access>(&access_token(), at(NOW + seconds)).err();
    assert_eq!((later(899), later(904), later(906)), (None, None, Some(JwtError::Expired)));
}

#[test]
fn token_not_valid_yet_is_refused() {
    assert_eq!(with_claim("nbf", json!(NOW + 6)), Err(JwtError::Invalid));
    assert!(with_claim("nbf", json!(NOW + 5)).is_ok());
}

#[test]
fn expiry_of_a_token_that_is_not_ours_is_not_told() {
    let mut old = claims(Access::AUDIENCE);
    old["exp"] = json!(NOW - 6);
    assert_eq!(outcome(&forged(&header(), &old, OLD_SECRET)), Err(JwtError::Invalid));
    old["iss"] = json!("https://other.example");
    assert_eq!(outcome(&forged(&header(), &old, SECRET)), Err(JwtError::Invalid));
}

#[test]
fn claim_wrong_missing_or_of_another_type_is_refused() {
    for (name, value) in [
        ("iss", json!("https://api.example.test/")),
        ("iss", json!([ISSUER])),
        ("aud", json!("ibw")),
        ("aud", json!([Access::AUDIENCE])),
        ("aud", json!([Access::AUDIENCE, Admin::AUDIENCE])),
        ("sub", json!(1)),
        ("exp", json!("9999999999")),
        ("exp", json!(-1)),
        ("nbf", json!(true)),
        ("sid", json!("usr_1")),
    ] {
        assert_eq!(with_claim(name, value.clone()), Err(JwtError::Invalid), "{name} {value}");
    }
    for name in ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid"] {
        assert_eq!(with_claim(name, Value::Null), Err(JwtError::Invalid), "{name}");
    }
    assert_eq!(with_claim("nbf", json!(i64::MAX)), Err(JwtError::Invalid));
    assert!(with_claim("nbf", json!(i64::MIN)).is_ok() && with_claim("exp", json!(i64::MAX)).is_ok());
}

#[test]
fn token_of_one_kind_is_refused_as_every_other() {
    let audiences = [Access::AUDIENCE, Refresh::AUDIENCE, Admin::AUDIENCE];
    for audience in audiences {
        let token = forged(&header(), &claims(audience), SECRET);
        let accepted = [
            keys().verify::<Access>(&token, at(NOW)).is_ok(),
            keys().verify::<Refresh>(&token, at(NOW)).is_ok(),
            keys().verify::<Admin>(&token, at(NOW)).is_ok(),
        ];
        assert_eq!(accepted, audiences.map(|own| own == audience), "{audience}");
    }
}

#[test]
fn token_with_any_bit_flipped_is_refused() {
    let token = access_token();
    for (position, bit) in (0..token.len()).flat_map(|position| (0..7).map(move |bit| (position, bit))) {
        let mut bytes = token.clone().into_bytes();
        bytes[position] ^= 1 << bit;
        let flipped = String::from_utf8(bytes).unwrap();
        assert_eq!(outcome(&flipped), Err(JwtError::Invalid), "{flipped}");
    }
}

#[test]
fn text_that_is_not_a_token_is_refused() {
    let token = access_token();
    let long = keys().sign(&"x".repeat(4096), "jti-1", Admin {}, at(NOW), 60).unwrap();
    assert_eq!(keys().verify::<Admin>(&long, at(NOW)), Err(JwtError::Invalid));
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        &format!("{token}."),
        &format!(".{token}"),
        &format!("{token}="),
        &format!(" {token}"),
    ] {
        assert_eq!(outcome(text), Err(JwtError::Invalid), "{text}");
    }
}

#[test]
fn secrets_that_are_not_safe_are_refused() {
    for secrets in [
        &[] as &[(&str, &[u8])],
        &[("a", b"")],
        &[("a", &SECRET[1..])],
        &[("a", SECRET), ("b", b"")],
        &[("", SECRET)],
        &[("a", SECRET), ("a", OLD_SECRET)],
        &[("a", SECRET), ("b", SECRET), ("c", SECRET)],
    ] {
        assert!(Keys::new(secrets, ISSUER).is_err(), "{secrets:?}");
    }
}

#[test]
fn debug_of_keys_shows_no_secret() {
    let shown = format!("{:?}", keys());
    assert!(
        shown.contains("redacted")
            && !shown.contains("secret")
            && !shown.contains(&format!("{}, {}", SECRET[0], SECRET[1]))
    );
}

proptest! {
    #[test]
    fn any_text_is_refused_without_panic(text: String, parts in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,43}") {
        prop_assert_eq!(outcome(&text), Err(JwtError::Invalid));
        prop_assert_eq!(outcome(&parts), Err(JwtError::Invalid));
    }

    #[test]
    fn any_body_reads_back(sub: String, jti: String) {
        let token = keys().sign(&sub, &jti, Admin {}, at(NOW), 60).unwrap();
        if token.len() <= MAX_LENGTH {
            let claims = keys().verify::<Admin>(&token, at(NOW)).unwrap();
            prop_assert_eq!((claims.sub, claims.jti), (sub, jti));
        }
    }
}
