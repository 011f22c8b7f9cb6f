//! Tickets as organisers see and change them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::{World, row};
use crate::users::{entities, places};

async fn listed(world: &World, query: &str) -> Vec<String> {
    let (mut codes, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.organise("GET", &format!("/tickets?{query}{cursor}")).send().await;
        assert_eq!(page.status, 200, "{}", page.text);
        let items = page.json["items"].as_array().unwrap();
        codes.extend(items.iter().map(|ticket| ticket["code"].as_str().unwrap().to_owned()));
        let Some(next) = page.json["next_cursor"].as_str() else { return codes };
        cursor = format!("&cursor={next}");
    }
}

/// Forty tickets: every fourth is a VIP's, every fifth not paid for.
async fn forty() -> World {
    let world = World::start().await;
    let one = |n: usize| {
        let mut row = row(&format!("ticket-{n:02}"), ["Asha", "Tara"][n % 2]);
        row["ticket_type"] = json!(if n.is_multiple_of(4) { "VIP" } else { "Standard" });
        row["state"] = json!(if n.is_multiple_of(5) { "unpaid" } else { "paid" });
        row
    };
    let rows: Vec<Value> = (0..40).map(one).collect();
    world.tickets(&rows).await;
    world
}

#[tokio::test]
async fn tickets_are_found_by_code_address_kind_and_state_each_once() {
    let world = forty().await;
    let numbered = |wanted: &dyn Fn(usize) -> bool| -> BTreeSet<String> {
        (0..40).filter(|n| wanted(*n)).map(|n| format!("ticket-{n:02}")).collect()
    };
    assert_eq!(listed(&world, "code=ticket-07").await, ["ticket-07"]);
    assert_eq!(listed(&world, "code=ticket-99").await, Vec::<String>::new());
    assert_eq!(listed(&world, "code=ticket-07&state=unpaid").await, Vec::<String>::new());
    for (query, expected) in [
        ("limit=7", numbered(&|_| true)),
        ("limit=100", numbered(&|_| true)),
        ("email=ASHA@example.org", numbered(&|n| n % 2 == 0)),
        ("email=asha@example.org&type=VIP", numbered(&|n| n % 4 == 0)),
        ("type=VIP&limit=3", numbered(&|n| n % 4 == 0)),
        ("state=unpaid&limit=3", numbered(&|n| n % 5 == 0)),
        ("type=VIP&state=unpaid", numbered(&|n| n % 20 == 0)),
    ] {
        let found = listed(&world, query).await;
        assert_eq!((found.len(), found.into_iter().collect::<BTreeSet<_>>()), (expected.len(), expected), "{query}");
    }
    let function = world.app.attendees();
    let page = function.get("/api/v1/conferences/ibw-2026/attendees/tickets?type=none");
    let page = page.header(("x-api-key", crate::support::app::ADMIN_API_KEY)).send().await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(function.watch.take().iter().filter(|call| call.operation == "Query").count(), 4);
}

#[tokio::test]
async fn ticket_that_changes_while_pages_are_read_is_listed_once() {
    let world = forty().await;
    for (query, expected) in [("limit=7", 40), ("type=VIP&limit=3", 10), ("state=paid&limit=3", 32)] {
        let (mut codes, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.organise("GET", &format!("/tickets?{query}{cursor}")).send().await.json;
            let shown: Vec<&str> =
                page["items"].as_array().unwrap().iter().map(|ticket| ticket["code"].as_str().unwrap()).collect();
            world.app.clock.advance(1);
            // What was shown changes, and so does something that may not have been shown yet.
            for code in shown.iter().copied().chain(["ticket-08", "ticket-36"]) {
                let ticket = world.ticket(code).await;
                let changed = world.change(code, ticket.version, &json!({"blocked": !ticket.blocked})).await;
                assert_eq!(changed.status, 200, "{}", changed.text);
            }
            codes.extend(shown.into_iter().map(str::to_owned));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let different: BTreeSet<&String> = codes.iter().collect();
        assert_eq!((codes.len(), different.len()), (expected, expected), "{query}");
    }
}

#[tokio::test]
async fn filtered_page_that_ends_at_a_claimed_ticket_has_a_next_one() {
    let world = forty().await;
    let asha = world.login(1).await;
    for n in (0..40).step_by(4) {
        assert_eq!(world.claim(&asha, json!({"code": format!("ticket-{n:02}")})).await.status, 200);
    }
    assert_eq!(listed(&world, "type=VIP&limit=1").await.len(), 10);
}

#[tokio::test]
async fn tickets_are_counted_without_reading_any() {
    let world = forty().await;
    let function = world.app.attendees();
    let request = function.get("/api/v1/conferences/ibw-2026/attendees/counts");
    let counts = request.header(("x-api-key", crate::support::app::ADMIN_API_KEY)).send().await;
    let count = |kind: &str, standing: &str, tickets: u64| json!({"ticket_type": kind, "standing": standing, "tickets": tickets});
    let expected = json!([
        count("Standard", "unpaid", 6),
        count("Standard", "valid", 24),
        count("VIP", "unpaid", 2),
        count("VIP", "valid", 8),
    ]);
    assert_eq!(counts.json["items"], expected);
    assert_eq!(function.watch.take().iter().filter(|call| call.operation == "Query").count(), 1);
}

#[tokio::test]
async fn ticket_is_blocked_approved_and_cancelled_at_its_version() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let blind = world.organise("PATCH", "/tickets/ticket-1").json(&json!({"blocked": true})).send().await;
    assert_eq!(blind.error(), (428, "PRECONDITION_REQUIRED"));
    assert_eq!(world.change("ticket-1", 7, &json!({"blocked": true})).await.error(), (412, "PRECONDITION_FAILED"));
    assert_eq!(world.change("ticket-9", 1, &json!({"blocked": true})).await.error(), (404, "NOT_FOUND"));
    for (bad, field) in [(json!({"blocked": null}), "blocked"), (json!({"name": "Ravi"}), "name")] {
        let refused = world.change("ticket-1", 1, &bad).await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![field]));
    }
    for (version, patch) in [
        (1, json!({"blocked": true})),
        (2, json!({"blocked": false, "approval": "unapproved"})),
        (3, json!({"approval": "approved"})),
        (4, json!({"state": "cancelled"})),
    ] {
        let changed = world.change("ticket-1", version, &patch).await;
        assert_eq!((changed.status, changed.header("etag")), (200, format!("\"{}\"", version + 1).as_str()));
        for (field, value) in patch.as_object().unwrap() {
            assert_eq!(&changed.json[field], value);
        }
        world.assert_sound();
    }
    let unchanged = world.change("ticket-1", 5, &json!({"state": "cancelled"})).await;
    assert_eq!((unchanged.status, unchanged.header("etag")), (200, "\"5\""));
}

#[tokio::test]
async fn transferred_ticket_is_claimed_by_its_new_address_only() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let before = world.login(1).await;
    assert_eq!(world.claim(&before, json!({"code": "ticket-1"})).await.status, 200);
    let transfer = json!({"transfer": {"name": "Tara", "email": "tara@example.org"}});
    let transferred = world.change("ticket-1", 2, &transfer).await;
    assert_eq!((transferred.status, &transferred.json["user_id"]), (200, &Value::Null), "{}", transferred.text);
    world.assert_sound();
    let again = world.claim(&before, json!({"code": "ticket-1"})).await;
    assert_eq!(again.error(), (404, "TICKET_NOT_CLAIMABLE"), "the holder before knows the code");
    let own = world.request("GET", "/me").header(before.bearer()).send().await;
    assert_eq!(own.json["tickets"], json!([]));
    // What the ticketing system said before does not undo it.
    let early = json!({"rows": [row("ticket-1", "Asha")], "exported_at": "2026-11-22T09:00:00Z"});
    assert_eq!(world.import(early).await["counts"]["unchanged"], 1);
    assert_eq!(world.ticket("ticket-1").await.name.as_str(), "Tara");
}

#[tokio::test]
async fn address_that_an_earlier_version_spelled_otherwise_leaves_no_entry() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let put = |item: Value| {
        let request = json!({"TableName": "ibw-test-conferences", "Item": item});
        world.app.database.engine.put_item(serde_json::from_value(request).unwrap()).unwrap();
    };
    // It had kept capitals.
    let [mut ticket, mut entry] =
        ["ticket", "ticket_email"].map(|name| entities(&world.app, "conferences", name).remove(0));
    let key = json!({"TableName": "ibw-test-conferences", "Key": {"pk": entry["pk"], "sk": entry["sk"]}});
    world.app.database.engine.delete_item(serde_json::from_value(key).unwrap()).unwrap();
    ticket["email"]["S"] = json!("Asha@example.org");
    entry["email"]["S"] = json!("Asha@example.org");
    entry["pk"]["S"] = json!("TICKET_EMAIL#ibw-2026#Asha@example.org");
    put(ticket);
    put(entry);
    world.assert_sound();
    world.app.clock.advance(60);
    world.tickets(&[row("ticket-1", "Asha")]).await;
    assert_eq!(world.ticket("ticket-1").await.email.unwrap().as_str(), "asha@example.org");
    world.assert_sound();
}

#[tokio::test]
async fn tickets_are_for_organisers_only() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let login = world.login(1).await;
    for (method, path) in [("GET", "/tickets"), ("GET", "/counts"), ("PATCH", "/tickets/ticket-1")] {
        let refused = world.request(method, path).header(login.bearer()).json(&json!({"blocked": true})).send().await;
        assert_eq!(refused.error(), (403, "FORBIDDEN"), "{path}");
    }
}
