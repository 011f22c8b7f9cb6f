//! A thousand scans at eight entrances at once.

use std::collections::{BTreeMap, BTreeSet};

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{Venue, entry, exit, verdict};
use crate::support::app::Login;
use crate::support::telegram::Person;
use crate::users::login_with_role;

const GATES: usize = 8;

/// Has the entrances scan at once, each its scans one after the other; answers what became of each scan, by ticket and
/// nonce.
async fn scan_all(
    venue: &Venue,
    stewards: &[Login],
    scans: Vec<Vec<Value>>,
) -> BTreeMap<(String, String), BTreeSet<String>> {
    let path = format!("/lists/{}/redeem", venue.list);
    let running: Vec<_> = scans
        .into_iter()
        .zip(stewards)
        .map(|(scans, steward)| {
            let (request, path) = (venue.request("POST", &path).header(steward.bearer()), path.clone());
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for scan in scans {
                    let response = request.clone().json(&scan).send().await;
                    assert_eq!(response.status, 200, "{path}: {}", response.text);
                    answers.push((scan, response.json));
                }
                answers
            })
        })
        .collect();
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for gate in running {
        for (scan, answer) in gate.await.unwrap() {
            let key = (scan["code"].as_str().unwrap().to_owned(), scan["nonce"].as_str().unwrap().to_owned());
            found.entry(key).or_default().insert(verdict(&answer).to_owned());
        }
    }
    found
}

/// Deals scans out to the entrances.
fn deal(scans: Vec<Value>) -> Vec<Vec<Value>> {
    let mut gates = vec![Vec::new(); GATES];
    for (n, scan) in scans.into_iter().enumerate() {
        gates[n % GATES].push(scan);
    }
    gates
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousand_scans_at_eight_gates_let_each_ticket_in_once() {
    let venue = Venue::open_with(&json!({"name": "Main", "ticket_types": ["Standard"]})).await;
    let mut stewards = Vec::new();
    for gate in 0..GATES {
        let person = Person::new(100 + i64::try_from(gate).unwrap());
        stewards.push(login_with_role(&venue.app, &person, AccessRole::Steward).await);
    }
    let good: Vec<String> = (0..150).map(|n| format!("good-{n:03}")).collect();
    venue.sell_paid(&good.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let bad = [
        ("unpaid", json!({"state": "unpaid"})),
        ("blocked", json!({"blocked": true})),
        ("canceled", json!({"state": "cancelled"})),
        ("product", json!({"ticket_type": "VIP"})),
        ("invalid_time", json!({"valid_from": "2026-12-01T00:00:00Z"})),
        ("unapproved", json!({"approval": "unapproved"})),
    ];
    for (reason, fields) in &bad {
        venue.sell(&[venue.ticket(&format!("bad-{reason}"), fields)]).await;
    }

    // Five scans of each good ticket, neighbouring entrances at about the same time: three nonces, two of them sent
    // twice.
    let mut scans: Vec<Value> = Vec::new();
    for code in &good {
        scans.extend(["a", "b", "a", "c", "b"].map(|nonce| entry(code, nonce)));
    }
    let reasons: Vec<&str> = bad.iter().map(|(reason, _)| *reason).chain(["invalid"]).collect();
    for n in 0..70 {
        let reason = reasons[n % reasons.len()];
        scans.insert(n * 10, entry(&format!("bad-{reason}"), &format!("n{}", n % 40)));
    }
    let found = scan_all(&venue, &stewards, deal(scans)).await;
    for code in &good {
        let verdicts: Vec<&BTreeSet<String>> =
            ["a", "b", "c"].iter().map(|nonce| &found[&(code.clone(), (*nonce).to_owned())]).collect();
        assert!(verdicts.iter().all(|verdicts| verdicts.len() == 1), "{code}: a nonce has one answer: {verdicts:?}");
        let mut all: Vec<&str> = verdicts.iter().flat_map(|verdicts| verdicts.iter().map(String::as_str)).collect();
        all.sort_unstable();
        assert_eq!(all, ["already_redeemed", "already_redeemed", "ok"], "{code}");
    }
    for ((code, _), verdicts) in found.iter().filter(|((code, _), _)| code.starts_with("bad-")) {
        assert_eq!(verdicts.iter().map(String::as_str).collect::<Vec<_>>(), [&code["bad-".len()..]], "{code}");
    }
    assert_eq!(venue.figures().await, [150, 150, 0, 150]);

    // 60 leave, each scanned by three entrances at once.
    let scans = good[..60].iter().flat_map(|code| ["x", "y", "x"].map(|nonce| exit(code, nonce))).collect();
    let found = scan_all(&venue, &stewards, deal(scans)).await;
    let left = found.values().filter(|verdicts| verdicts.contains("ok")).count();
    assert_eq!((found.len(), left), (120, 60));
    assert_eq!(venue.figures().await, [150, 150, 60, 90]);

    // The records say the same as the answers, ticket by ticket.
    let list = venue.list.parse().unwrap();
    for (n, code) in good.iter().enumerate() {
        let checked_in = venue.stored(code).await.checked_in[&list].clone();
        assert_eq!((checked_in.entries, checked_in.exits), (1, u32::from(n < 60)), "{code}");
    }
}
