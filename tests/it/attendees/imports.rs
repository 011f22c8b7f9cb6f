//! Imports through the API and the worker: what becomes of each row, and of a file again.

use ibw::attendees::model::TicketState;
use serde_json::{Value, json};

use super::webhook::{event, told};
use super::world::{World, row};
use crate::support::app::ADMIN_API_KEY;
use crate::users::{entities, places};

fn states(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["state"].as_str().unwrap()).collect()
}

pub(super) fn counts(import: &Value) -> [u64; 5] {
    ["total", "created", "updated", "unchanged", "failed"].map(|name| import["counts"][name].as_u64().unwrap())
}

#[tokio::test]
async fn import_of_rows_makes_tickets_and_reports_each_row() {
    let world = World::start().await;
    let mut bad = row("ticket-3", "Ravi");
    bad["email"] = json!("nobody");
    let rows = json!([row("ticket-1", "Asha"), row("ticket-2", "Tara"), bad, row("ticket-1", "Meera")]);
    let import = world.import(json!({"rows": rows})).await;
    assert_eq!((&import["state"], counts(&import)), (&json!("finished"), [4, 2, 0, 0, 2]));
    let id = import["id"].as_str().unwrap();
    let report = world.report(id, "limit=3").await;
    assert_eq!(states(&report), ["created", "created", "failed", "failed"]);
    assert_eq!(report[2]["problems"], json!([{"column": "email", "message": "must be an email address"}]));
    assert_eq!(report[3]["problems"], json!([{"column": "code", "message": "is already the code of row 1"}]));
    assert_eq!(world.report(id, "state=failed&limit=1").await.len(), 2);
    let csv = world.organise("GET", &format!("/imports/{id}/export")).send().await;
    let expected = "row,code,state,column,problem\n1,ticket-1,created,,\n2,ticket-2,created,,\n\
        3,ticket-3,failed,email,must be an email address\n4,ticket-1,failed,code,is already the code of row 1\n";
    assert_eq!((csv.status, csv.text.as_str(), csv.header("content-type")), (200, expected, "text/csv; charset=utf-8"));
    let ticket = world.ticket("ticket-1").await;
    assert_eq!((ticket.name.as_str(), ticket.version), ("Asha", 1));
    assert!(entities(&world.app, "conferences", "ticket_import_content").is_empty(), "the rows are not kept");
    world.assert_sound();
}

#[tokio::test]
async fn import_again_changes_nothing_and_a_later_one_changes_what_differs() {
    let world = World::start().await;
    let rows = json!([row("ticket-1", "Asha"), row("ticket-2", "Tara")]);
    world.import(json!({"rows": rows})).await;
    let before = (world.ticket("ticket-1").await, world.ticket("ticket-2").await);
    world.app.clock.advance(60);
    let again = world.import(json!({"rows": rows})).await;
    assert_eq!(counts(&again), [2, 0, 0, 2, 0]);
    for (before, mut after) in [(before.0, world.ticket("ticket-1").await), (before.1, world.ticket("ticket-2").await)]
    {
        assert_eq!(after.as_of.occurred_at, world.app.now());
        (after.as_of, after.version) = (before.as_of.clone(), before.version);
        assert_eq!(after, before, "scanners have nothing to read");
    }
    // Of two files of one time the later import counts, by its id, which has milliseconds.
    world.app.clock.advance(1);
    let mut changed = row("ticket-2", "Meera");
    changed["state"] = json!("canceled");
    let later = world.import(json!({"rows": [row("ticket-1", "Asha"), changed, row("ticket-3", "Ravi")]})).await;
    assert_eq!(counts(&later), [3, 1, 1, 1, 0]);
    world.assert_sound();
    // An export of before that comes late tells nothing new.
    let early = world.import(json!({"rows": rows, "exported_at": "2026-11-22T09:30:30Z"})).await;
    assert_eq!(counts(&early), [2, 0, 0, 2, 0]);
    assert_eq!(world.ticket("ticket-2").await.name.as_str(), "Meera");
}

#[tokio::test]
async fn file_from_before_a_cancellation_does_not_lift_it() {
    let world = World::start().await;
    let at = |time: &str| format!("2026-11-22T{time}:00Z");
    world.import(json!({"rows": [row("ticket-1", "Asha")], "exported_at": at("08:00")})).await;
    // Exported at 09:00, cancelled at 09:10, imported at 09:30.
    let canceled = event("e1", "order.canceled", &at("09:10"), &[("ticket-1", "Asha")]);
    assert_eq!(told(&world, &canceled).await, "applied");
    let mut paid = row("ticket-1", "Asha");
    paid["state"] = json!("paid");
    let import = world.import(json!({"rows": [paid], "exported_at": at("09:00")})).await;
    assert_eq!(counts(&import), [1, 0, 0, 1, 0]);
    assert_eq!(world.ticket("ticket-1").await.state, TicketState::Cancelled);
    // A later file does.
    let import = world.import(json!({"rows": [paid], "exported_at": at("09:11")})).await;
    assert_eq!(counts(&import), [1, 0, 1, 0, 0]);
    world.assert_sound();
}

#[tokio::test]
async fn row_that_changes_nothing_still_outdates_what_was_before_it() {
    let world = World::start().await;
    world.import(json!({"rows": [row("ticket-1", "Asha")], "exported_at": "2026-11-22T08:00:00Z"})).await;
    let again = json!({"rows": [row("ticket-1", "Asha")], "exported_at": "2026-11-22T09:00:00Z"});
    assert_eq!(counts(&world.import(again).await), [1, 0, 0, 1, 0]);
    let late = event("e1", "order.canceled", "2026-11-22T08:30:00Z", &[("ticket-1", "Asha")]);
    assert_eq!(told(&world, &late).await, "outdated");
    let old = json!({"rows": [row("ticket-1", "Meera")], "exported_at": "2026-11-22T08:30:00Z"});
    assert_eq!(counts(&world.import(old).await), [1, 0, 0, 1, 0]);
    let ticket = world.ticket("ticket-1").await;
    assert_eq!((ticket.state, ticket.name.as_str()), (TicketState::Paid, "Asha"));
}

#[tokio::test]
async fn row_is_as_of_its_own_time_which_is_not_after_the_export() {
    let world = World::start().await;
    let dated = |name: &str, time: &str| {
        let mut row = row("ticket-1", name);
        row["updated_at"] = json!(format!("2026-11-22T{time}Z"));
        json!({"rows": [row], "exported_at": "2026-11-22T09:00:00Z"})
    };
    assert_eq!(counts(&world.import(dated("Asha", "08:00:00")).await), [1, 1, 0, 0, 0]);
    let changed = event("e1", "order.changed", "2026-11-22T08:30:00Z", &[("ticket-1", "Tara")]);
    assert_eq!(told(&world, &changed).await, "applied", "the row is older than its file");
    assert_eq!(counts(&world.import(dated("Ravi", "08:15:00")).await), [1, 0, 0, 1, 0]);
    let import = world.import(dated("Ravi", "09:05:01")).await;
    assert_eq!(counts(&import), [1, 0, 0, 0, 1]);
    let report = world.report(import["id"].as_str().unwrap(), "").await;
    assert_eq!(report[0]["problems"][0]["column"], "updated_at");
    assert_eq!(world.ticket("ticket-1").await.name.as_str(), "Tara");
}

#[tokio::test]
async fn dry_run_tells_what_would_be_and_changes_nothing() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let before = world.ticket("ticket-1").await;
    world.app.clock.advance(60);
    let rows = json!([row("ticket-1", "Meera"), row("ticket-2", "Tara"), {"code": "x"}]);
    let import = world.import(json!({"rows": rows, "dry_run": true})).await;
    assert_eq!((counts(&import), &import["dry_run"]), ([3, 1, 1, 0, 1], &json!(true)));
    assert_eq!(world.ticket("ticket-1").await, before);
    assert_eq!(entities(&world.app, "conferences", "ticket").len(), 1);
}

#[tokio::test]
async fn import_of_what_is_no_file_is_refused_whole() {
    let world = World::start().await;
    let kinds: Vec<Value> =
        (0..51).map(|n| json!({"code": format!("ticket-{n}"), "name": "A", "ticket_type": n})).collect();
    let import = world.import(json!({"rows": kinds})).await;
    assert_eq!((&import["state"], &import["refusal"]["reason"]), (&json!("refused"), &json!("too_many_types")));
    assert!(entities(&world.app, "conferences", "ticket").is_empty());
    assert!(world.report(import["id"].as_str().unwrap(), "").await.is_empty());
}

#[tokio::test]
async fn import_request_that_is_not_as_documented_is_refused() {
    let world = World::start().await;
    let (rows, media) = (json!([row("ticket-1", "Asha")]), "med_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
    let now = world.app.now();
    for (body, field) in [
        (json!({"exported_at": now}), "media_id"),
        (json!({"rows": rows, "media_id": media, "format": "json", "exported_at": now}), "media_id"),
        (json!({"media_id": media, "exported_at": now}), "media_id"),
        (json!({"rows": rows, "format": "csv", "exported_at": now}), "format"),
        (json!({"rows": [], "exported_at": now}), "rows"),
        (json!({"rows": rows}), "body"),
        (json!({"rows": rows, "exported_at": null}), "exported_at"),
        (json!({"rows": rows, "exported_at": "2026-11-22T09:35:01Z"}), "exported_at"),
        (json!({"rows": rows, "speed": "high"}), "speed"),
        (json!({"rows": ["ticket"]}), "rows[0]"),
    ] {
        let refused = world.organise("POST", "/import").json(&body).send().await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![field]), "{body}");
    }
    let elsewhere = world.app.attendees().post("/api/v1/conferences/nowhere/attendees/import");
    let elsewhere = elsewhere.header(("x-api-key", ADMIN_API_KEY));
    let elsewhere = elsewhere.json(&json!({"rows": rows, "exported_at": now})).send().await;
    assert_eq!(elsewhere.error(), (404, "NOT_FOUND"));
    assert!(world.take().is_empty());
}

#[tokio::test]
async fn imports_are_for_organisers_and_of_their_conference() {
    let world = World::start().await;
    let import = world.import(json!({"rows": [row("ticket-1", "Asha")]})).await;
    let id = import["id"].as_str().unwrap();
    let login = world.login(1).await;
    for (method, path) in [
        ("POST", "/import".to_owned()),
        ("GET", format!("/imports/{id}")),
        ("GET", format!("/imports/{id}/report")),
        ("GET", format!("/imports/{id}/export")),
    ] {
        let body = json!({"rows": [row("ticket-2", "Tara")], "exported_at": world.app.now()});
        let refused = world.request(method, &path).header(login.bearer()).json(&body).send().await;
        assert_eq!(refused.error(), (403, "FORBIDDEN"), "{path}");
        let elsewhere = world.app.attendees().get(&format!("/api/v1/conferences/other/attendees/imports/{id}"));
        let elsewhere = elsewhere.header(("x-api-key", ADMIN_API_KEY)).send().await;
        assert_eq!(elsewhere.error(), (404, "NOT_FOUND"));
    }
}

#[tokio::test]
async fn conference_with_tickets_cannot_be_deleted() {
    let world = World::start().await;
    world.import(json!({"rows": [row("ticket-1", "Asha")], "dry_run": true})).await;
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let delete = crate::conferences::organise(&world.app, "DELETE", "/ibw-2026").header(("if-match", "\"1\""));
    assert_eq!(delete.send().await.error(), (409, "CONFERENCE_NOT_EMPTY"));
}
