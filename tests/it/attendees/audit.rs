//! What the audit has of tickets.

use serde_json::{Value, json};

use super::world::{World, row};
use crate::support::audit::{assert_audit_is_silent_about, audit_of, audited_actions};

#[tokio::test]
async fn change_of_a_ticket_is_audited_once_and_says_nothing_of_people() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Sukanya")]).await;
    let login = world.login(1).await;
    assert_eq!(world.claim(&login, json!({"code": "ticket-1"})).await.status, 200);
    world.app.clock.advance(60);
    let changes = json!({"blocked": true, "transfer": {"name": "Tara Iyer", "email": "tara@example.com"}});
    assert_eq!(world.change("ticket-1", 2, &changes).await.status, 200);
    assert_eq!(world.change("ticket-1", 2, &changes).await.status, 412);
    assert_eq!(world.change("ticket-1", 3, &changes).await.status, 200, "there is nothing to change");
    assert_eq!(world.change("ticket-9", 1, &changes).await.status, 404);
    let entry = audit_of(&world.app, "ticket.update");
    let hash = entry["object"].as_str().unwrap().strip_prefix("conferences/ibw-2026/attendees/tickets/").unwrap();
    assert_eq!(hash.len(), 32, "a hash, as who has a code can claim its ticket");
    let expected = json!({
        "actor": "bootstrap", "action": "ticket.update", "object": entry["object"],
        "fields": ["as_of", "blocked", "claimed_at", "earlier", "email", "name", "reserved", "user_id"],
        "old": {"blocked": false, "reserved": false}, "new": {"blocked": true, "reserved": true},
    });
    assert_eq!(entry, expected);
    let actions = json!({"conference.create": 1, "ticket.import": 1, "ticket.update": 1});
    assert_eq!(audited_actions(&world.app), actions, "a claim is the user's own");
    assert_audit_is_silent_about(&world.app, &["sukanya", "iyer", "@example", "ticket-1", &login.user_id]);
}

#[tokio::test]
async fn import_of_tickets_is_one_entry_without_its_rows() {
    let world = World::start().await;
    let file =
        json!({"rows": [row("ticket-1", "Sukanya"), row("ticket-2", "Priyanka")], "exported_at": world.app.now()});
    let create = || world.organise("POST", "/import").header(("idempotency-key", "one")).json(&file).send();
    let import = create().await.json;
    assert_eq!(create().await.header("idempotency-replayed"), "true");
    world.drain().await;
    assert_eq!(world.read_import(import["id"].as_str().unwrap()).await["counts"]["created"], 2);
    let expected = json!({
        "actor": "bootstrap", "action": "ticket.import", "object": "conferences/ibw-2026/attendees/tickets",
        "fields": ["dry_run", "exported_at", "id", "release_claims", "rows"], "old": {},
        "new": {
            "id": import["id"], "rows": 2, "dry_run": false, "release_claims": false,
            "exported_at": import["exported_at"],
        },
    });
    assert_eq!(audit_of(&world.app, "ticket.import"), expected);
    let nowhere = world.app.attendees().post("/api/v1/conferences/none/attendees/import").json(&file);
    let nowhere = nowhere.header(("x-api-key", crate::support::app::ADMIN_API_KEY)).send().await;
    assert_eq!(nowhere.error(), (404, "NOT_FOUND"));
    let upload = world.upload("text/csv", "code,name,ticket_type\nticket-3,Sukanya,VIP\n").await;
    world.queue_import(json!({"media_id": upload, "dry_run": true})).await;
    let entries = crate::support::audit::audit(&world.app);
    let of_file = entries.iter().find(|entry| entry["new"]["media_id"] == upload).expect("an entry");
    assert_eq!((&of_file["new"]["dry_run"], &of_file["new"]["rows"]), (&json!(true), &Value::Null));
    assert_eq!(audited_actions(&world.app)["ticket.import"], 2);
    assert_audit_is_silent_about(&world.app, &["sukanya", "priyanka", "@example", "ticket-1"]);
}
