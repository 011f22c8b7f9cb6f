//! Scans that supervisors take back.

use serde_json::json;

use super::{Venue, entry, exit, verdict};

#[tokio::test]
async fn undone_entry_is_out_of_the_counts_once_and_the_ticket_good_again() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    venue.scan(&entry("ticket-1", "n1")).await;
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "n2")).await), "already_redeemed");
    let undone = venue.undo("ticket-1", "n1").await;
    assert_eq!((undone.status, &undone.json["undone"], &undone.json["entries"]), (200, &json!(true), &json!(0)));
    assert_eq!(venue.undo("ticket-1", "n1").await.json, undone.json);
    assert_eq!(venue.figures().await, [0, 0, 0, 0]);
    // What was sent before is answered as before, and lets nobody in.
    let replayed = venue.scan(&entry("ticket-1", "n1")).await;
    assert_eq!((verdict(&replayed), &replayed["undone"]), ("ok", &json!(true)));
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "n2")).await), "already_redeemed");
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "n3")).await), "ok");
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
    let scans = venue.redemptions("ticket-1").await;
    let undoing = (&scans["scans"][0]["nonce"], &scans["scans"][0]["undone_by"]);
    assert_eq!(undoing, (&json!("n1"), &json!(venue.supervisor.user_id)));
}

#[tokio::test]
async fn undone_exit_puts_its_holder_back_inside() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    venue.scan(&entry("ticket-1", "n1")).await;
    venue.scan(&exit("ticket-1", "n2")).await;
    assert_eq!(venue.figures().await, [1, 1, 1, 0]);
    assert_eq!(venue.undo("ticket-1", "n2").await.status, 200);
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
    let stored = venue.stored("ticket-1").await;
    let checked_in = &stored.checked_in[&venue.list.parse().unwrap()];
    assert_eq!((checked_in.entries, checked_in.exits), (1, 0));
}

#[tokio::test]
async fn scan_that_let_nobody_in_cannot_be_undone() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1", "ticket-2"]).await;
    venue.scan(&entry("ticket-1", "n1")).await;
    venue.scan(&entry("ticket-1", "n2")).await;
    assert_eq!(venue.undo("ticket-1", "n2").await.error(), (409, "SCAN_NOT_REDEEMED"));
    for (code, nonce) in [("ticket-1", "n3"), ("ticket-2", "n1"), ("no-such-ticket", "n1"), ("a", "n1")] {
        assert_eq!(venue.undo(code, nonce).await.error(), (404, "NOT_FOUND"), "{code} {nonce}");
    }
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undoing_at_once_with_others_and_with_scans_counts_once() {
    let venue = Venue::open().await;
    let codes: Vec<String> = (0..8).map(|n| format!("ticket-{n}")).collect();
    venue.sell_paid(&codes.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for code in &codes {
        venue.scan(&entry(code, "n1")).await;
    }
    let mut running = Vec::new();
    for code in &codes {
        for gate in 0..4 {
            let undo = venue.supervise("POST", "/undo").json(&json!({"code": code, "nonce": "n1"}));
            running.push(tokio::spawn(undo.send()));
            let scan = venue.at_list("POST", "/redeem").json(&entry(code, &format!("again-{gate}")));
            running.push(tokio::spawn(scan.send()));
        }
    }
    for request in running {
        assert_eq!(request.await.unwrap().status, 200);
    }
    for code in &codes {
        // Whoever came after the undoing, if anybody, was let in, and nobody else.
        let redemptions = venue.redemptions(code).await;
        let scans = redemptions["scans"].as_array().unwrap();
        let standing = |scan: &&serde_json::Value| scan["refused"].is_null() && scan["undone_at"].is_null();
        let inside = scans.iter().filter(standing).count();
        assert!(inside <= 1, "{redemptions}");
        assert_eq!(redemptions["entries"], inside, "{redemptions}");
    }
    let entries: i64 = {
        let mut sum = 0;
        for code in &codes {
            sum += venue.redemptions(code).await["entries"].as_i64().unwrap();
        }
        sum
    };
    assert_eq!(venue.figures().await, [entries, entries, 0, entries]);
}
