//! What scanners without network are told.

use std::collections::BTreeMap;

use ibw::checkin::service::LONGEST_WRITE;
use serde_json::{Value, json};

use super::{SLUG, Venue, entry};
use crate::support::template::Template;
use crate::users::places;

/// The tickets of the parts since a cursor, by hash of the code; and the cursor after them.
async fn read(venue: &Venue, cursor: Option<&str>, limit: usize) -> (BTreeMap<String, Value>, String, usize) {
    let (mut tickets, mut since, mut parts) = (BTreeMap::new(), cursor.map(str::to_owned), 0);
    loop {
        let more = since.as_ref().map(|since| format!("&since={since}")).unwrap_or_default();
        let part = venue.at_list("GET", &format!("/snapshot?limit={limit}{more}")).send().await;
        assert_eq!(part.status, 200, "{}", part.text);
        let items = part.json["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        tickets.extend(items.iter().map(|item| (item["code_hash"].as_str().unwrap().to_owned(), item.clone())));
        parts += 1;
        let cursor = part.json["cursor"].as_str().unwrap().to_owned();
        if part.json["more"] == false {
            return (tickets, cursor, parts);
        }
        since = Some(cursor);
    }
}

/// The hash of a code, as a scanner makes it with the key that it was given.
fn hash(key: &str, code: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mac = Hmac::<sha2::Sha256>::new_from_slice(&hex::decode(key).unwrap()).unwrap();
    hex::encode(mac.chain_update(format!("{SLUG}#{code}")).finalize().into_bytes())[..32].to_owned()
}

/// The key of the list's hashes.
async fn key(venue: &Venue) -> String {
    let part = venue.at_list("GET", "/snapshot?limit=1").send().await;
    part.json["code_key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn snapshot_has_every_ticket_at_first_and_then_what_changed() {
    let venue = Venue::open_with(&json!({"name": "Main", "ticket_types": ["Standard"]})).await;
    let codes: Vec<String> = (0..60).map(|n| format!("ticket-{n:02}")).collect();
    venue.sell_paid(&codes.iter().map(String::as_str).collect::<Vec<_>>()).await;
    venue.sell(&[venue.ticket("crew-01", &json!({"ticket_type": "Crew"}))]).await;
    let (all, cursor, _) = read(&venue, None, 7).await;
    assert_eq!(all.len(), 60);
    let key = key(&venue).await;
    let hash = |code: &str| hash(&key, code);
    let expected = json!({
        "code_hash": hash("ticket-07"), "gone": false, "ticket_type": "Standard", "reason": null, "valid_from": null,
        "valid_until": null, "entries": 0, "exits": 0, "last_redeemed_at": null,
    });
    assert_eq!(all[&hash("ticket-07")], expected);
    assert!(
        codes
            .iter()
            .all(|code| all.contains_key(&hash(code)) && !all.values().any(|t| t.to_string().contains(code.as_str())))
    );

    venue.app.clock.advance(240);
    let (none, cursor, _) = read(&venue, Some(&cursor), 500).await;
    // The round before began less than the overlap after they were sold; the one that the list is not for is told of
    // now.
    assert_eq!(none.len(), 61);
    venue.app.clock.advance(60);
    venue.scan(&entry("ticket-01", "n1")).await;
    venue.change("ticket-02", |ticket| ticket.state = ibw::attendees::model::TicketState::Cancelled).await;
    venue.change("ticket-03", |ticket| ticket.ticket_type = "Crew".parse().unwrap()).await;
    let (changed, cursor, _) = read(&venue, Some(&cursor), 500).await;
    assert_eq!(changed.len(), 3);
    let (scanned, cancelled, gone) =
        (&changed[&hash("ticket-01")], &changed[&hash("ticket-02")], &changed[&hash("ticket-03")]);
    assert_eq!((&scanned["entries"], &scanned["reason"]), (&json!(1), &Value::Null));
    assert_eq!((&cancelled["reason"], &cancelled["gone"]), (&json!("canceled"), &json!(false)));
    assert_eq!((&gone["reason"], &gone["gone"]), (&json!("product"), &json!(true)));
    venue.app.clock.advance(240);
    let (again, cursor, _) = read(&venue, Some(&cursor), 500).await;
    assert_eq!(again.len(), 3);
    venue.app.clock.advance(60);
    assert!(read(&venue, Some(&cursor), 500).await.0.is_empty());
}

#[tokio::test]
async fn snapshot_misses_no_change_at_its_edges_nor_by_slow_clocks_and_writes() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1", "ticket-2", "ticket-3"]).await;
    venue.app.clock.advance(600);
    let (_, cursor, _) = read(&venue, None, 500).await;
    // In the very millisecond of the round, and by an instance whose clock is 20 seconds slow and whose write took the
    // two minutes that its function has.
    venue.scan(&entry("ticket-1", "n1")).await;
    venue.app.clock.advance(-20 - LONGEST_WRITE);
    venue.scan(&entry("ticket-2", "n1")).await;
    venue.app.clock.advance(80 + LONGEST_WRITE);
    let (changed, _, _) = read(&venue, Some(&cursor), 500).await;
    let redeemed: Vec<&str> =
        changed.values().filter(|t| t["entries"] == 1).map(|t| t["code_hash"].as_str().unwrap()).collect();
    let key = key(&venue).await;
    let mut expected = [hash(&key, "ticket-1"), hash(&key, "ticket-2")];
    expected.sort();
    assert_eq!(redeemed, expected);
}

#[tokio::test]
async fn hashes_of_one_list_say_nothing_of_another() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    let new = venue.organise("POST", "/lists").json(&json!({"name": "Workshop"})).send().await;
    assert_eq!(new.status, 201, "{}", new.text);
    let path = format!("/lists/{}/snapshot", new.json["id"].as_str().unwrap());
    let mut other = venue.organise("GET", &path).send().await;
    while other.json["items"].as_array().unwrap().is_empty() {
        let next = format!("{path}?since={}", other.json["cursor"].as_str().unwrap());
        other = venue.organise("GET", &next).send().await;
    }
    let (own, theirs) = (key(&venue).await, other.json["code_key"].as_str().unwrap());
    assert_eq!(other.json["items"][0]["code_hash"], hash(theirs, "ticket-1"));
    assert_ne!(own, theirs);
    let plain = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(format!("{SLUG}#ticket-1")));
    for hash in [hash(&own, "ticket-1"), hash(theirs, "ticket-1")] {
        assert!(!plain.starts_with(&hash));
    }
}

#[tokio::test]
async fn snapshot_costs_at_most_five_requests_a_part() {
    let venue = Venue::open().await;
    let codes: Vec<String> = (0..40).map(|n| format!("ticket-{n:02}")).collect();
    venue.sell_paid(&codes.iter().map(String::as_str).collect::<Vec<_>>()).await;
    venue.checkin.watch.take();
    let (_, _, parts) = read(&venue, None, 500).await;
    let calls = venue.checkin.watch.take().len();
    // Eight shards, and for each part the list, the steward's grants and the rate limit's count.
    assert_eq!((parts, calls), (3, 8 + 3 * 3));
}

#[tokio::test]
async fn snapshot_begins_anew_when_the_list_lets_others_in() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    let (_, cursor, _) = read(&venue, None, 500).await;
    let path = format!("/lists/{}", venue.list);
    let changed = venue.organise("PATCH", &path).header(("if-match", "\"1\"")).json(&json!({"ticket_types": ["VIP"]}));
    assert_eq!(changed.send().await.status, 200);
    let stale = venue.at_list("GET", &format!("/snapshot?since={cursor}")).send().await;
    assert_eq!(stale.error(), (400, "INVALID_CURSOR"));
    for limit in ["0", "501"] {
        let refused = venue.at_list("GET", &format!("/snapshot?limit={limit}")).send().await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_REQUEST"), vec!["limit"]));
    }
}

#[test]
fn rounds_overlap_by_more_than_any_function_may_write() {
    let template = Template::read();
    let timeouts = template.functions().into_values().filter_map(|function| function["Timeout"].as_i64());
    assert_eq!(timeouts.max(), Some(LONGEST_WRITE), "set `LONGEST_WRITE` to the longest timeout of a function");
}
