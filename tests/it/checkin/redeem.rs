//! One scan after the other: the answers, the rules, the reasons.

use serde_json::{Value, json};

use super::{TICKET_SEED, Venue, at, entry, exit, qr, verdict};
use crate::users::{entities, places};

#[tokio::test]
async fn ticket_is_let_in_once_and_the_answer_says_since_when() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    let first = venue.scan(&entry("ticket-1", "n1")).await;
    let expected = json!({
        "nonce": "n1", "type": "entry", "status": "ok", "reason": null,
        "ticket": {"name": "Asha Rao", "type": "Standard"}, "datetime": "2026-11-22T09:30:00.000Z",
        "entries": 1, "exits": 0, "first_redeemed_at": "2026-11-22T09:30:00.000Z",
        "last_redeemed_at": "2026-11-22T09:30:00.000Z", "undone": false, "reconciled": [],
    });
    assert_eq!(first, expected);
    venue.app.clock.advance(60);
    let second = venue.scan(&entry("ticket-1", "n2")).await;
    assert_eq!((verdict(&second), &second["first_redeemed_at"]), ("already_redeemed", &expected["datetime"]));
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
}

#[tokio::test]
async fn same_nonce_again_is_the_same_scan_with_the_same_answer() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1", "ticket-2"]).await;
    let other = venue.add_list(&json!({"name": "Other"})).await;
    let first = venue.scan(&entry("ticket-1", "n1")).await;
    venue.app.clock.advance(60);
    assert_eq!(venue.scan(&entry("ticket-1", "n1")).await, first);
    let refused = venue.scan(&entry("ticket-1", "n2")).await;
    assert_eq!(venue.scan(&entry("ticket-1", "n2")).await, refused);
    // A nonce is of one ticket at one list.
    assert_eq!(verdict(&venue.scan(&entry("ticket-2", "n1")).await), "ok");
    let path = format!("/lists/{other}/redeem");
    let elsewhere = venue.request("POST", &path).header(venue.steward.bearer()).json(&entry("ticket-1", "n1"));
    assert_eq!(verdict(&elsewhere.send().await.json), "ok");
    assert_eq!(venue.figures().await, [2, 2, 0, 2]);
}

#[tokio::test]
async fn scan_of_a_ticket_that_is_not_in_order_has_its_reason() {
    let venue = Venue::open_with(&json!({"name": "Main", "ticket_types": ["Standard"]})).await;
    let cases = [
        ("unpaid", json!({"state": "unpaid"})),
        ("blocked", json!({"blocked": true})),
        ("canceled", json!({"state": "cancelled"})),
        ("product", json!({"ticket_type": "VIP"})),
        ("invalid_time", json!({"valid_from": "2026-12-01T00:00:00Z"})),
        ("invalid_time", json!({"valid_until": "2026-11-22T09:30:00Z"})),
        ("unapproved", json!({"approval": "unapproved"})),
        // Of several the first that says most.
        ("canceled", json!({"state": "cancelled", "blocked": true, "ticket_type": "VIP"})),
        ("unapproved", json!({"state": "unpaid", "approval": "unapproved"})),
        ("unpaid", json!({"state": "unpaid", "ticket_type": "VIP"})),
    ];
    for (number, (reason, fields)) in cases.iter().enumerate() {
        let code = format!("ticket-{number}");
        venue.sell(&[venue.ticket(&code, fields)]).await;
        let answer = venue.scan(&entry(&code, "n1")).await;
        assert_eq!((verdict(&answer), &answer["ticket"]["name"]), (*reason, &json!("Asha Rao")), "{fields}");
        let recorded = venue.redemptions(&code).await;
        let scan = &recorded["scans"][0];
        assert_eq!((&scan["refused"], &scan["by"]), (&json!(reason), &json!(venue.steward.user_id)), "{fields}");
    }
    let unknown = venue.scan(&entry("no-such-ticket", "n1")).await;
    assert_eq!((verdict(&unknown), &unknown["ticket"]), ("invalid", &Value::Null));
    assert_eq!(venue.figures().await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn scan_of_what_is_no_ticket_is_noted_without_what_was_scanned() {
    let venue = Venue::open().await;
    for scanned in ["no-such-ticket", "https://example.org/some page", "no-such-ticket"] {
        assert_eq!(verdict(&venue.scan(&entry(scanned, "n1")).await), "invalid");
    }
    let noted = entities(&venue.app, "conferences", "stray_scan");
    assert_eq!(noted.len(), 2);
    let key = venue.at_list("GET", "/snapshot").send().await.json["code_key"].as_str().unwrap().to_owned();
    for stray in noted {
        // Neither who knows what is stored nor a scanner can try codes on it.
        for guess in [
            hex::encode(<sha2::Sha256 as sha2::Digest>::digest("no-such-ticket")),
            ibw::code_hash::in_snapshot(&key, &super::SLUG.parse().unwrap(), "no-such-ticket"),
        ] {
            assert!(!stray.to_string().contains(&guess), "{stray}");
        }
        assert!(!stray.to_string().contains("no-such-ticket") && !stray.to_string().contains("example.org"), "{stray}");
        assert_eq!((&stray["by"]["S"], &stray["refused"]["S"]), (&json!(venue.steward.user_id), &json!("invalid")));
    }
}

#[tokio::test]
async fn list_out_of_its_hours_lets_nobody_in() {
    let venue = Venue::open().await;
    let hours = json!({"opens_at": "2026-11-22T09:30:00Z", "closes_at": "2026-11-22T09:40:00Z"});
    let path = format!("/lists/{}", venue.list);
    venue.organise("PATCH", &path).header(("if-match", "\"1\"")).json(&hours).send().await;
    venue.sell_paid(&["ticket-1", "ticket-2", "ticket-3"]).await;
    let early = at(entry("ticket-1", "n1"), "2026-11-22T09:29:59.999Z".parse().unwrap());
    assert_eq!(verdict(&venue.scan(&early).await), "invalid_time");
    assert_eq!(verdict(&venue.scan(&entry("ticket-2", "n1")).await), "ok");
    venue.app.clock.advance(600);
    assert_eq!(verdict(&venue.scan(&entry("ticket-3", "n1")).await), "invalid_time");
}

#[tokio::test]
async fn list_that_includes_pending_lets_unpaid_tickets_in() {
    let venue = Venue::open_with(&json!({"name": "Main", "include_pending": true})).await;
    venue.sell(&[venue.ticket("ticket-1", &json!({"state": "unpaid"}))]).await;
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "n1")).await), "ok");
}

#[tokio::test]
async fn entries_and_exits_follow_the_lists_rule() {
    for (rule, expected) in [
        (json!({}), ["ok", "already_redeemed", "ok", "already_redeemed", "already_redeemed"]),
        (json!({"allow_entry_after_exit": true}), ["ok", "already_redeemed", "ok", "already_redeemed", "ok"]),
        (json!({"allow_multiple_entries": true}), ["ok", "ok", "ok", "ok", "ok"]),
    ] {
        let mut list = rule.clone();
        list["name"] = json!("Main");
        let venue = Venue::open_with(&list).await;
        venue.sell_paid(&["ticket-1"]).await;
        let scans = [
            entry("ticket-1", "1"),
            entry("ticket-1", "2"),
            exit("ticket-1", "3"),
            exit("ticket-1", "4"),
            entry("ticket-1", "5"),
        ];
        for (scan, expected) in scans.iter().zip(expected) {
            assert_eq!(verdict(&venue.scan(scan).await), expected, "{rule} {scan}");
        }
        let [_, entries, exits, inside] = venue.figures().await;
        assert_eq!(inside, entries - exits);
    }
}

#[tokio::test]
async fn exit_without_entry_is_none_and_a_blocked_guest_may_leave() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    assert_eq!(verdict(&venue.scan(&exit("ticket-1", "n1")).await), "already_redeemed");
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "n2")).await), "ok");
    venue.change("ticket-1", |ticket| ticket.blocked = true).await;
    assert_eq!(verdict(&venue.scan(&exit("ticket-1", "n3")).await), "ok");
    assert_eq!(verdict(&venue.scan(&exit("ticket-1", "n4")).await), "blocked");
    assert_eq!(venue.figures().await, [1, 1, 1, 0]);
}

#[tokio::test]
async fn qr_code_is_as_good_as_the_code_if_it_is_ours_and_of_this_conference() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1", "ticket-2"]).await;
    let signed = qr(TICKET_SEED, "ibw-2026", "ticket-1");
    assert_eq!(verdict(&venue.scan(&entry(&signed, "n1")).await), "ok");
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "n2")).await), "already_redeemed");
    let forged = qr(&"5".repeat(64), "ibw-2026", "ticket-2");
    let foreign = qr(TICKET_SEED, "other-2026", "ticket-2");
    for (number, bad) in [forged, foreign, signed.replace("IBW1.", "IBW2."), signed[..90].to_owned()].iter().enumerate()
    {
        assert_eq!(verdict(&venue.scan(&entry(bad, &format!("bad{number}"))).await), "invalid", "{bad}");
    }
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
}

#[tokio::test]
async fn forced_scan_passes_against_everything_but_an_unknown_ticket() {
    let venue = Venue::open().await;
    venue.sell(&[venue.ticket("ticket-1", &json!({"state": "cancelled", "blocked": true}))]).await;
    let force = |code: &str, nonce: &str| json!({"code": code, "nonce": nonce, "force": true});
    let steward = venue.at_list("POST", "/redeem").json(&force("ticket-1", "n1")).send().await;
    assert_eq!(steward.error(), (403, "FORBIDDEN"));
    let batch = json!({"scans": [entry("ticket-1", "n0"), force("ticket-1", "n1")]});
    assert_eq!(venue.at_list("POST", "/redeem/batch").json(&batch).send().await.error(), (403, "FORBIDDEN"));
    assert_eq!(venue.figures().await, [0, 0, 0, 0]);
    for (nonce, entries) in [("n1", 1), ("n2", 2)] {
        let answer = venue.supervise("POST", "/redeem").json(&force("ticket-1", nonce)).send().await.json;
        assert_eq!((verdict(&answer), &answer["entries"]), ("ok", &json!(entries)));
    }
    let unknown = venue.supervise("POST", "/redeem").json(&force("no-such-ticket", "n1")).send().await.json;
    assert_eq!(verdict(&unknown), "invalid");
}

#[tokio::test]
async fn scan_that_cannot_be_is_refused_with_the_field_and_changes_nothing() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    let now = venue.app.now();
    for (field, value) in [
        ("code", json!("")),
        ("code", json!("x".repeat(201))),
        ("nonce", json!("")),
        ("nonce", json!("a b")),
        ("type", json!("sideways")),
        ("force", json!("yes")),
        ("datetime", json!("yesterday")),
        ("datetime", json!(now.plus_seconds(301))),
        ("datetime", json!(now.plus_seconds(-14 * 24 * 3600 - 1))),
        ("gate", json!(7)),
    ] {
        let mut scan = entry("ticket-1", "n1");
        scan[field] = value;
        let refused = venue.at_list("POST", "/redeem").json(&scan).send().await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![field]), "{scan}");
        if scan["datetime"].is_string() && scan["datetime"] != "yesterday" {
            continue; // In a batch, a wrong time is the error of its scan alone: see `late`.
        }
        let batch = json!({"scans": [entry("ticket-1", "n0"), scan]});
        let refused = venue.at_list("POST", "/redeem/batch").json(&batch).send().await;
        let place = format!("scans[1].{field}");
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![place.as_str()]), "{batch}");
    }
    let none = json!({"scans": []});
    let refused = venue.at_list("POST", "/redeem/batch").json(&none).send().await;
    assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["scans"]));
    let many: Vec<Value> = (0..501).map(|n| entry("ticket-1", &format!("n{n}"))).collect();
    let refused = venue.at_list("POST", "/redeem/batch").json(&json!({"scans": many})).send().await;
    assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["scans"]));
    assert!(entities(&venue.app, "conferences", "scan_log").is_empty());
    // A clock a little ahead is none the worse.
    let ahead = at(entry("ticket-1", "n1"), now.plus_seconds(300));
    assert_eq!(verdict(&venue.scan(&ahead).await), "ok");
}

#[tokio::test]
async fn scan_costs_five_requests() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    venue.checkin.watch.take();
    for nonce in ["n1", "n2"] {
        venue.scan(&entry("ticket-1", nonce)).await;
        let calls = venue.checkin.watch.take();
        let mut calls: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
        calls.sort_unstable();
        // One counts the request for the rate limit, and one reads the steward's grants.
        let reads = ["GetItem"; 4];
        assert_eq!(calls, [&reads[..], &["TransactWriteItems", "UpdateItem"]].concat());
    }
    venue.scan(&entry("ticket-1", "n1")).await;
    assert_eq!(venue.checkin.watch.take().len(), 5);
}
