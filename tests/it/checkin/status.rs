//! How a list stands.

use serde_json::json;

use super::{Venue, entry, exit};

#[tokio::test]
async fn status_counts_tickets_entries_and_who_is_inside_by_type() {
    let venue = Venue::open_with(&json!({"name": "Main", "ticket_types": ["Standard", "VIP"]})).await;
    venue.sell_paid(&["std-01", "std-02", "std-03"]).await;
    venue
        .sell(&[
            venue.ticket("vip-01", &json!({"ticket_type": "VIP"})),
            venue.ticket("vip-02", &json!({"ticket_type": "VIP", "state": "unpaid"})),
            venue.ticket("vip-03", &json!({"ticket_type": "VIP", "state": "cancelled"})),
            venue.ticket("crew-01", &json!({"ticket_type": "Crew"})),
        ])
        .await;
    for scan in
        [entry("std-01", "1"), entry("std-02", "1"), entry("vip-01", "1"), exit("std-01", "2"), entry("crew-01", "1")]
    {
        venue.scan(&scan).await;
    }
    let of_type = |name: &str, tickets: u8, checked_in: u8, exits: u8| {
        json!({
            "ticket_type": name, "tickets": tickets, "checked_in": checked_in, "entries": checked_in, "exits": exits,
            "inside": checked_in - exits,
        })
    };
    let expected = json!({
        "id": venue.list, "tickets": 4, "checked_in": 3, "entries": 3, "exits": 1, "inside": 2,
        "types": [of_type("Standard", 3, 2, 1), of_type("VIP", 1, 1, 0)],
    });
    venue.checkin.watch.take();
    assert_eq!(venue.status().await, expected);
    let calls = venue.checkin.watch.take();
    let mut calls: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    calls.sort_unstable();
    assert_eq!(calls, ["GetItem", "GetItem", "Query", "Query", "UpdateItem"]);
}

#[tokio::test]
async fn status_of_a_ticket_that_changed_its_type_moves_with_its_next_scan() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    venue.scan(&entry("ticket-1", "n1")).await;
    venue.change("ticket-1", |ticket| ticket.ticket_type = "VIP".parse().unwrap()).await;
    venue.scan(&exit("ticket-1", "n2")).await;
    let status = venue.status().await;
    let vip = json!({"ticket_type": "VIP", "tickets": 1, "checked_in": 1, "entries": 1, "exits": 1, "inside": 0});
    assert_eq!(status["types"], json!([vip]));
}
