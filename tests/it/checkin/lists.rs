//! Check-in lists.

use serde_json::{Value, json};

use ibw::app::{DomainConfig, Domains};
use ibw::audit::model::Actor;
use ibw::checkin::error::CheckinError;
use ibw::checkin::service::Operator;

use super::{SLUG, Venue, entry, verdict};
use crate::conferences::organise;
use crate::support::audit::{audit_of, audited_actions};
use crate::support::gate::Gate;
use crate::users::places;

#[tokio::test]
async fn list_is_written_changed_and_deleted() {
    let venue = Venue::open().await;
    let new = json!({
        "name": "Lounge", "ticket_types": ["VIP", "Speaker"], "allow_entry_after_exit": true,
        "opens_at": "2026-12-01T09:00:00+05:30", "closes_at": "2026-12-05T18:00:00+05:30",
    });
    let created = venue.organise("POST", "/lists").json(&new).send().await;
    assert_eq!((created.status, created.header("etag")), (201, "\"1\""), "{}", created.text);
    let written = (&created.json["ticket_types"], &created.json["opens_at"], &created.json["include_pending"]);
    assert_eq!(written, (&json!(["Speaker", "VIP"]), &json!("2026-12-01T03:30:00.000Z"), &json!(false)));
    let path = format!("/lists/{}", created.json["id"].as_str().unwrap());
    assert_eq!(venue.organise("GET", &path).send().await.json, created.json);
    let changes = json!({"ticket_types": [], "closes_at": null, "include_pending": true});
    let changed = venue.organise("PATCH", &path).header(("if-match", "\"1\"")).json(&changes).send().await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""), "{}", changed.text);
    let fields = ["name", "ticket_types", "closes_at", "include_pending"].map(|name| &changed.json[name]);
    assert_eq!(fields, [&json!("Lounge"), &json!([]), &Value::Null, &json!(true)]);
    let deleted = venue.organise("DELETE", &path).header(("if-match", "\"2\"")).send().await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    assert_eq!(venue.organise("GET", &path).send().await.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn list_changed_without_its_version_is_left_as_it_is() {
    let venue = Venue::open().await;
    let path = format!("/lists/{}", venue.list);
    let before = venue.organise("GET", &path).send().await.json;
    let changes = json!({"name": "Other"});
    for method in ["PATCH", "DELETE"] {
        let blind = venue.organise(method, &path).json(&changes).send().await;
        assert_eq!(blind.error(), (428, "PRECONDITION_REQUIRED"), "{method}");
        let stale = venue.organise(method, &path).header(("if-match", "\"7\"")).json(&changes).send().await;
        assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"), "{method}");
    }
    assert_eq!(venue.organise("GET", &path).send().await.json, before);
}

#[tokio::test]
async fn list_that_cannot_be_is_refused_with_the_field() {
    let venue = Venue::open().await;
    let many: Vec<String> = (0..51).map(|n| format!("Type {n}")).collect();
    for (field, value) in [
        ("name", json!("")),
        ("ticket_types", json!(many)),
        ("ticket_types", json!("VIP")),
        ("closes_at", json!("2026-12-01T00:00:00Z")),
        ("colour", json!("red")),
    ] {
        let mut new = json!({"name": "Lounge", "opens_at": "2026-12-01T00:00:00Z"});
        new[field] = value;
        let refused = venue.organise("POST", "/lists").json(&new).send().await;
        let place = places(&refused)[0].split('[').next().unwrap().to_owned();
        assert_eq!((refused.error(), place.as_str()), ((400, "INVALID_BODY"), field), "{}", refused.text);
    }
    let of_none = "/api/v1/conferences/none/checkin/lists";
    let of_none = venue.checkin.post(of_none).header(("x-api-key", crate::support::app::ADMIN_API_KEY));
    assert_eq!(of_none.json(&json!({"name": "x"})).send().await.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn lists_come_in_pages_oldest_first() {
    let venue = Venue::open().await;
    for name in ["Second", "Third"] {
        venue.app.clock.advance(1);
        venue.add_list(&json!({ "name": name })).await;
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|list| list["name"].as_str().unwrap().to_owned()).collect()
    };
    let page = venue.request("GET", "/lists?limit=2").header(venue.steward.bearer()).send().await;
    assert_eq!(names(&page.json), ["Main entrance", "Second"], "{}", page.text);
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let rest = venue.organise("GET", &format!("/lists?limit=2&cursor={cursor}")).send().await;
    assert_eq!((names(&rest.json), &rest.json["next_cursor"]), (vec!["Third".to_owned()], &Value::Null));
    let foreign = venue.checkin.get(&format!("/api/v1/conferences/other/checkin/lists?cursor={cursor}"));
    let foreign = foreign.header(("x-api-key", crate::support::app::ADMIN_API_KEY)).send().await;
    assert_eq!(foreign.error(), (400, "INVALID_CURSOR"));
}

#[tokio::test]
async fn list_that_let_somebody_in_stays_and_so_does_its_conference() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    venue.scan(&entry("ticket-1", "n1")).await;
    let path = format!("/lists/{}", venue.list);
    let refused = venue.organise("DELETE", &path).header(("if-match", "\"1\"")).send().await;
    assert_eq!(refused.error(), (409, "CHECKIN_LIST_IN_USE"));
    let conference = organise(&venue.app, "DELETE", "/ibw-2026").header(("if-match", "\"1\"")).send().await;
    assert_eq!(conference.error(), (409, "CONFERENCE_NOT_EMPTY"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn list_that_has_just_let_somebody_in_is_not_deleted() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    // The write, after the reads of the list and of its counts.
    let gate = Gate::before(3);
    let service = Domains::new(&venue.app.platform(&gate), DomainConfig::default()).checkin.service;
    let (slug, id) = (SLUG.parse().unwrap(), venue.list.parse().unwrap());
    let scan = async { assert_eq!(verdict(&venue.scan(&entry("ticket-1", "n1")).await), "ok") };
    let actor = Actor { name: "bootstrap".to_owned(), request_id: "r".to_owned() };
    let deleted =
        gate.holds(move || async move { service.delete_list(&actor, &slug, id, &1.into()).await }, scan).await;
    assert!(matches!(deleted, Err(CheckinError::InUse)), "{deleted:?}");
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
    // A change of the list between does not open a gap.
    let path = format!("/lists/{}", venue.list);
    let changed = venue.organise("PATCH", &path).header(("if-match", "\"1\"")).json(&json!({"name": "B"})).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let refused = venue.organise("DELETE", &path).header(("if-match", "\"2\"")).send().await;
    assert_eq!(refused.error(), (409, "CHECKIN_LIST_IN_USE"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn list_that_was_just_deleted_lets_nobody_in() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    // The write, after the reads of list, ticket and scans.
    let gate = Gate::before(4);
    let service = Domains::new(&venue.app.platform(&gate), DomainConfig::default()).checkin.service;
    let (slug, id) = (SLUG.parse().unwrap(), venue.list.parse().unwrap());
    let scan = serde_json::from_value(entry("ticket-1", "n1")).unwrap();
    let delete = async {
        let path = format!("/lists/{}", venue.list);
        let deleted = venue.organise("DELETE", &path).header(("if-match", "\"1\"")).send().await;
        assert_eq!(deleted.status, 204, "{}", deleted.text);
    };
    let operator = Operator { name: "usr".to_owned(), may_force: false };
    let hashes = venue.app.backstage().code_hashes.clone();
    let scan = move || async move { service.redeem(&slug, id, scan, &operator, &hashes).await };
    let scanned = gate.holds(scan, delete).await;
    assert!(matches!(scanned, Err(CheckinError::NoList)), "{scanned:?}");
    assert_eq!(venue.stored("ticket-1").await.version, 1);
}

#[tokio::test]
async fn change_of_a_list_is_audited_once_and_a_refused_or_repeated_one_and_a_scan_are_not() {
    let venue = Venue::open().await;
    let before = audited_actions(&venue.app);
    let new = json!({"name": "Lounge", "ticket_types": ["VIP"], "opens_at": "2026-12-01T09:00:00+05:30"});
    let create = || venue.organise("POST", "/lists").header(("idempotency-key", "one")).json(&new).send();
    let created = create().await.json;
    assert_eq!(create().await.header("idempotency-replayed"), "true");
    let path = format!("/lists/{}", created["id"].as_str().unwrap());
    let change = |tag: &str| {
        let changes = json!({"ticket_types": [], "opens_at": null, "include_pending": true});
        venue.organise("PATCH", &path).header(("if-match", tag)).json(&changes).send()
    };
    assert_eq!((change("\"1\"").await.status, change("\"1\"").await.status), (200, 412));
    venue.sell_paid(&["ticket-1"]).await;
    venue.scan(&entry("ticket-1", "n1")).await;
    let used = format!("/lists/{}", venue.list);
    let refused = venue.organise("DELETE", &used).header(("if-match", "\"1\"")).send().await;
    assert_eq!(refused.error(), (409, "CHECKIN_LIST_IN_USE"));
    for status in [204, 404] {
        let deleted = venue.organise("DELETE", &path).header(("if-match", "\"2\"")).send().await;
        assert_eq!(deleted.status, status, "{}", deleted.text);
    }
    let mut expected = before.clone();
    expected["checkin_list.create"] = json!(before["checkin_list.create"].as_u64().unwrap() + 1);
    expected["checkin_list.update"] = json!(1);
    expected["checkin_list.delete"] = json!(1);
    assert_eq!(audited_actions(&venue.app), expected);
    let expected = json!({
        "actor": "bootstrap", "action": "checkin_list.update", "object": format!("conferences/{SLUG}/checkin{path}"),
        "fields": ["include_pending", "opens_at", "ticket_types"],
        "old": {"include_pending": false, "opens_at": "2026-12-01T03:30:00.000Z", "ticket_types": ["VIP"]},
        "new": {"include_pending": true, "ticket_types": []},
    });
    assert_eq!(audit_of(&venue.app, "checkin_list.update"), expected);
    let deleted = audit_of(&venue.app, "checkin_list.delete");
    assert_eq!((&deleted["old"]["name"], &deleted["new"]), (&json!("Lounge"), &json!({})));
}
