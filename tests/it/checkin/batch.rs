//! Many scans in one request.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Venue, entry, exit, verdict};

#[tokio::test]
async fn batch_answers_each_scan_in_its_place() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1", "ticket-2"]).await;
    venue.sell(&[venue.ticket("ticket-3", &json!({"blocked": true}))]).await;
    let scans = [
        entry("ticket-2", "a"),
        entry("no-such-ticket", "a"),
        entry("ticket-1", "a"),
        entry("ticket-3", "a"),
        entry("ticket-1", "b"),
        exit("ticket-2", "b"),
        entry("not a code", "a"),
        entry("ticket-1", "a"),
    ];
    let answer = venue.upload(&scans).await;
    let verdicts: Vec<&str> = answer["results"].as_array().unwrap().iter().map(verdict).collect();
    let expected = ["ok", "invalid", "ok", "blocked", "already_redeemed", "ok", "invalid", "ok"];
    assert_eq!(verdicts, expected);
    for (scan, result) in scans.iter().zip(answer["results"].as_array().unwrap()) {
        assert_eq!(result["nonce"], scan["nonce"]);
    }
    assert_eq!(venue.figures().await, [2, 2, 1, 1]);
    assert_eq!(venue.upload(&scans).await, answer);
    assert_eq!(venue.figures().await, [2, 2, 1, 1]);
}

#[tokio::test]
async fn batch_of_500_takes_few_requests_and_changes_nothing_when_sent_again() {
    let venue = Venue::open().await;
    let codes: Vec<String> = (0..500).map(|n| format!("ticket-{n:03}")).collect();
    venue.sell_paid(&codes.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let scans: Vec<Value> = codes.iter().map(|code| entry(code, "n1")).collect();
    let calls = || {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for call in venue.checkin.watch.take() {
            *counts.entry(call.operation).or_default() += 1;
        }
        counts
    };
    calls();
    let answer = venue.upload(&scans).await;
    assert!(answer["results"].as_array().unwrap().iter().all(|result| verdict(result) == "ok"));
    let mut used = calls();
    // Tickets are spread over eight parts of the counts; each ends with a transaction that is not full.
    let writes = used.remove("TransactWriteItems").unwrap();
    assert!((25..=33).contains(&writes), "{writes}");
    let reads = |(name, count): (&str, usize)| (name.to_owned(), count);
    assert_eq!(used, [("BatchGetItem", 10), ("GetItem", 2), ("UpdateItem", 1)].map(reads).into());
    assert_eq!(venue.figures().await, [500, 500, 0, 500]);
    calls();
    assert_eq!(venue.upload(&scans).await, answer);
    assert_eq!(calls(), [("BatchGetItem", 10), ("GetItem", 2), ("UpdateItem", 1)].map(reads).into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_of_the_same_scans_at_once_count_once() {
    let venue = Venue::open().await;
    let codes: Vec<String> = (0..60).map(|n| format!("ticket-{n:03}")).collect();
    venue.sell_paid(&codes.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let running: Vec<_> = (0..4)
        .map(|gate| {
            // Two uploads of the same scans, and two of others of the same tickets.
            let scans: Vec<Value> = codes.iter().map(|code| entry(code, &format!("gate-{}", gate / 2))).collect();
            tokio::spawn(venue.at_list("POST", "/redeem/batch").json(&json!({ "scans": scans })).send())
        })
        .collect();
    let mut answers = Vec::new();
    for request in running {
        let response = request.await.unwrap();
        assert_eq!(response.status, 200, "{}", response.text);
        answers.push(response.json["results"].as_array().unwrap().clone());
    }
    for (place, code) in codes.iter().enumerate() {
        let of = |upload: usize| verdict(&answers[upload][place]).to_owned();
        assert_eq!((of(0), of(2)), (of(1), of(3)), "{code}");
        let mut both = [of(0), of(2)];
        both.sort();
        assert_eq!(both, ["already_redeemed", "ok"]);
    }
    assert_eq!(venue.figures().await, [60, 60, 0, 60]);
}
