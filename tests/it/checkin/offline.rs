//! Entrances without network that upload later: whoever comes first, it ends the same.

use serde_json::{Value, json};

use super::{Venue, at, entry, exit, verdict};

/// What is stored of tickets' scans, and how the list stands.
async fn facts(venue: &Venue, codes: &[&str]) -> Value {
    let mut facts = Vec::new();
    for code in codes {
        let mut redemptions = venue.redemptions(code).await;
        for scan in redemptions["scans"].as_array_mut().unwrap() {
            // When and by whom it was uploaded is the one difference.
            for field in ["received_at", "late_seconds", "by"] {
                scan.as_object_mut().unwrap().remove(field);
            }
        }
        let stored = venue.stored(code).await;
        let checked_in = serde_json::to_value(stored.checked_in.values().collect::<Vec<_>>()).unwrap();
        facts.push(json!({"redemptions": redemptions, "checked_in": checked_in}));
    }
    let mut status = venue.status().await;
    status.as_object_mut().unwrap().remove("id");
    json!({"tickets": facts, "status": status})
}

#[tokio::test]
async fn two_entrances_with_one_ticket_agree_whichever_uploads_first() {
    let mut ends = Vec::new();
    for order in [[0, 1], [1, 0]] {
        let venue = Venue::open().await;
        venue.sell_paid(&["ticket-1", "ticket-2"]).await;
        let noon = venue.app.now().plus_seconds(-3600);
        let uploads = [
            vec![at(entry("ticket-1", "z"), noon), at(entry("ticket-2", "b"), noon)],
            vec![at(entry("ticket-1", "a"), noon.plus_seconds(60)), at(entry("ticket-2", "a"), noon)],
        ];
        let mut answers = [Value::Null, Value::Null];
        for gate in order {
            venue.app.clock.advance(30);
            answers[gate] = venue.upload(&uploads[gate]).await;
        }
        // The earlier scan of ticket 1 is gate 0's; at one time, the smaller nonce of ticket 2 is gate 1's.
        let both = |gate: usize| [0, 1].map(|place| verdict(&answers[gate]["results"][place]).to_owned());
        let reconciled = answers[order[1]]["reconciled"].as_array().unwrap();
        let expected = if order == [0, 1] {
            assert_eq!(
                (both(0), both(1)),
                (["ok", "ok"].map(str::to_owned), ["already_redeemed", "ok"].map(str::to_owned))
            );
            json!([{"nonce": "b", "datetime": noon, "status": "error", "reason": "already_redeemed"}])
        } else {
            assert_eq!(
                (both(0), both(1)),
                (["ok", "already_redeemed"].map(str::to_owned), ["ok", "ok"].map(str::to_owned))
            );
            json!([{"nonce": "a", "datetime": noon.plus_seconds(60), "status": "error", "reason": "already_redeemed"}])
        };
        assert_eq!(json!(reconciled), expected);
        // Asked again, each entrance now hears the same as in the other order.
        let again: Vec<Value> = [venue.upload(&uploads[0]).await, venue.upload(&uploads[1]).await].into();
        let again: Vec<Vec<&str>> =
            again.iter().map(|answer| answer["results"].as_array().unwrap().iter().map(verdict).collect()).collect();
        assert_eq!(again, [["ok", "already_redeemed"], ["already_redeemed", "ok"]]);
        assert_eq!(venue.figures().await, [2, 2, 0, 2]);
        ends.push(facts(&venue, &["ticket-1", "ticket-2"]).await);
    }
    assert_eq!(ends[0], ends[1]);
}

#[tokio::test]
async fn uploads_in_any_order_and_any_parts_end_the_same() {
    let codes = ["ticket-1", "ticket-2", "ticket-3", "ticket-4"];
    // A walk of sorts: in, out, in again, at entrances that know nothing of each other.
    let scans = |now: ibw::time::Time| -> Vec<Value> {
        (0..48i64)
            .map(|n| {
                let code = codes[usize::try_from(n % 4).unwrap()];
                let nonce = format!("n{}", n * 31 % 48);
                let scan = if n * 7 % 5 < 3 { entry(code, &nonce) } else { exit(code, &nonce) };
                at(scan, now.plus_seconds(n * 17 % 13 * 60 - 3600))
            })
            .collect()
    };
    let mut ends = Vec::new();
    for (stride, part) in [(1, 48), (5, 7), (11, 1), (47, 20)] {
        let venue = Venue::open_with(&json!({"name": "Main", "allow_entry_after_exit": true})).await;
        venue.sell_paid(&codes).await;
        let scans = scans(venue.app.now());
        let shuffled: Vec<Value> = (0..48).map(|n| scans[n * stride % 48].clone()).collect();
        for part in shuffled.chunks(part) {
            venue.upload(part).await;
        }
        ends.push(facts(&venue, &codes).await);
    }
    let figures = &ends[0]["status"];
    assert!(figures["exits"].as_i64().unwrap() > 0 && figures["entries"].as_i64().unwrap() > 4, "{figures}");
    for end in &ends[1..] {
        assert_eq!(end, &ends[0]);
    }
}

#[tokio::test]
async fn entrance_with_network_loses_to_an_earlier_one_without() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "online")).await), "ok");
    let earlier = at(entry("ticket-1", "offline"), venue.app.now().plus_seconds(-60));
    let answer = venue.scan(&earlier).await;
    let expected = json!([{
        "nonce": "online", "datetime": venue.app.now(), "status": "error", "reason": "already_redeemed",
    }]);
    assert_eq!((verdict(&answer), &answer["reconciled"]), ("ok", &expected));
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "online")).await), "already_redeemed");
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
}

#[tokio::test]
async fn scan_that_is_sent_again_counts_once_even_after_a_hundred_others() {
    let venue = Venue::open_with(&json!({"name": "Stage", "allow_multiple_entries": true})).await;
    venue.sell_paid(&["ticket-1", "ticket-2"]).await;
    let first = venue.scan(&entry("ticket-1", "n0")).await;
    let forced = json!({"code": "ticket-1", "nonce": "n1", "force": true});
    let force = async || venue.supervise("POST", "/redeem").json(&forced).send().await.json;
    let by_force = force().await;
    for n in 2..100 {
        venue.app.clock.advance(1);
        venue.scan(&entry("ticket-1", &format!("n{n}"))).await;
    }
    let kept = venue.redemptions("ticket-1").await["scans"].to_string();
    assert!(!kept.contains("\"n0\"") && !kept.contains("\"n1\""), "both are settled: {kept}");
    let before = venue.figures().await;
    assert_eq!(before, [1, 100, 0, 100]);
    let [again, forced] = [venue.scan(&entry("ticket-1", "n0")).await, force().await];
    assert_eq!([&again["datetime"], &forced["datetime"]], [&first["datetime"], &by_force["datetime"]]);
    assert_eq!((verdict(&again), verdict(&forced), again["entries"].as_u64()), ("ok", "ok", Some(100)));
    let batch = venue.upload(&[entry("ticket-1", "n5"), entry("ticket-2", "n5"), entry("ticket-1", "n100")]).await;
    assert_eq!(batch["results"].as_array().unwrap().iter().map(verdict).collect::<Vec<_>>(), ["ok"; 3]);
    assert_eq!(venue.figures().await, [2, 102, 0, 102]);
}

#[tokio::test]
async fn stuck_scanner_does_not_fill_the_log() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    for upload in 0..4 {
        let scans: Vec<Value> = (0..50)
            .map(|n| {
                at(entry("ticket-1", &format!("n{upload}-{n}")), venue.app.now().plus_seconds(upload * 50 + n - 300))
            })
            .collect();
        venue.upload(&scans).await;
    }
    let log = venue.redemptions("ticket-1").await;
    assert_eq!((&log["entries"], log["scans"].as_array().unwrap().len() <= 64), (&json!(1), true));
    let kept: usize = crate::users::entities(&venue.app, "conferences", "settled_scans")
        .iter()
        .map(|item| item["scans"]["L"].as_array().unwrap().len())
        .sum();
    assert_eq!(kept + log["scans"].as_array().unwrap().len(), 200);
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
}
