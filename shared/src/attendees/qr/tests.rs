//! Tests of the codes on tickets.

use proptest::prelude::*;

use super::*;

const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const OTHER_SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

fn keys_of(variables: &[(&str, &str)]) -> TicketKeys {
    let mut env = Env::of(variables.iter().copied());
    let keys = TicketKeys::read(&mut env);
    env.finish(keys).unwrap()
}

fn keys() -> TicketKeys {
    keys_of(&[("TICKET_SIGNING_KEY", SEED)])
}

fn ticket(code: &str) -> TicketQr {
    let until = "2026-12-06T00:00:00Z".parse().unwrap();
    TicketQr::new(&"ibw-2026".parse().unwrap(), code, "VIP", Some(until)).unwrap()
}

/// The public half of a seed, in hex.
fn public_of(seed: &str) -> String {
    let keys = keys_of(&[("TICKET_SIGNING_KEY", seed)]);
    hex::encode(URL_SAFE_NO_PAD.decode(&keys.public()[0].public_key).unwrap())
}

#[test]
fn code_of_a_ticket_has_the_documented_bytes() {
    let text = keys().sign(&ticket("A-1")).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix("IBW1.").unwrap()).unwrap();
    let sha = |text: &str, length: usize| hex::encode(&Sha256::digest(text)[..length]);
    let expected = [
        keys().public()[0].id.clone(),
        hex::encode(1_796_515_200u32.to_be_bytes()),
        sha("ibw-2026", 6),
        sha("VIP", 4),
        hex::encode("A-1"),
    ];
    assert_eq!(hex::encode(&bytes[..bytes.len() - 64]), expected.concat());
}

#[test]
fn longest_code_makes_a_text_below_200_characters() {
    let conference: Slug = "c".repeat(80).parse().unwrap();
    let ticket = TicketQr::new(&conference, &"X".repeat(64), &"type".repeat(100), None).unwrap();
    let text = keys().sign(&ticket).unwrap();
    assert_eq!((text.len(), keys().verify(&text)), (197, Some(ticket)));
    assert_eq!(TicketQr::new(&conference, &"X".repeat(65), "VIP", None), None);
    assert_eq!(TicketQr::new(&conference, "", "VIP", None), None);
}

#[test]
fn code_of_a_retired_key_is_accepted_and_of_an_unknown_one_refused() {
    let old = keys_of(&[("TICKET_SIGNING_KEY", OTHER_SEED)]).sign(&ticket("A1")).unwrap();
    assert_eq!(keys().verify(&old), None);
    let retired = public_of(OTHER_SEED);
    let rotated = keys_of(&[("TICKET_SIGNING_KEY", SEED), ("TICKET_RETIRED_KEY", &retired)]);
    assert_eq!(rotated.verify(&old), Some(ticket("A1")));
    let ids: Vec<String> = rotated.public().into_iter().map(|key| key.id).collect();
    assert_eq!(
        ids,
        [keys().public()[0].id.clone(), keys_of(&[("TICKET_SIGNING_KEY", OTHER_SEED)]).public()[0].id.clone()]
    );
}

#[test]
fn keys_without_configuration_sign_and_accept_nothing() {
    let none = TicketKeys::default();
    assert_eq!(none.sign(&ticket("A1")), None);
    assert_eq!(none.verify(&keys().sign(&ticket("A1")).unwrap()), None);
    assert!(none.public().is_empty());
}

#[test]
fn keys_that_are_none_are_refused_by_name() {
    let own = public_of(SEED);
    // The neutral element: a signature that holds for it is easily made.
    let weak = format!("01{}", "00".repeat(31));
    for (name, value) in [
        ("TICKET_SIGNING_KEY", "abc"),
        ("TICKET_RETIRED_KEY", "xyz"),
        ("TICKET_RETIRED_KEY", &own),
        ("TICKET_RETIRED_KEY", &weak),
    ] {
        let mut env = Env::of([("TICKET_SIGNING_KEY", SEED), (name, value)]);
        let keys = TicketKeys::read(&mut env);
        let message = env.finish(keys).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
    }
    assert!(!format!("{:?}", keys()).contains(&SEED[..16]));
}

#[test]
fn code_with_any_bit_flipped_is_refused() {
    let text = keys().sign(&ticket("IBW-7F3K9")).unwrap();
    for bit in 0..text.len() * 8 {
        let mut altered = text.clone().into_bytes();
        altered[bit / 8] ^= 1 << (bit % 8);
        if let Ok(altered) = String::from_utf8(altered) {
            assert_eq!(keys().verify(&altered), None, "bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn code_with_any_signed_bit_flipped_is_refused(code in "[A-Z0-9-]{1,64}", position: prop::sample::Index, bit in 0u8..8) {
        let text = keys().sign(&ticket(&code)).unwrap();
        prop_assert_eq!(keys().verify(&text), Some(ticket(&code)));
        let mut bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX).unwrap()).unwrap();
        let at = position.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_eq!(keys().verify(&format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))), None);
    }

    #[test]
    fn code_of_any_text_never_panics(text: String) {
        prop_assert_eq!(keys().verify(&text), None);
        prop_assert_eq!(keys().verify(&format!("{PREFIX}{text}")), None);
    }
}
