//! Privileged writes are in the audit.

use std::collections::BTreeSet;

use serde_json::Value;

use super::read;
use crate::support::template::Template;

/// Privileged operations that need no entry, and why.
const EXCEPTIONS: [(&str, &str); 6] = [
    ("create_admin_token", "it writes nothing"),
    ("preview_notification_job", "it writes nothing"),
    ("preview_notification_template", "it writes nothing"),
    ("redeem_ticket", "scans are their own log"),
    ("redeem_ticket_batch", "scans are their own log"),
    ("undo_ticket_redemption", "scans are their own log"),
];

/// The routes that somebody gets through to and the attendee does not, to whom everything belongs that users own. The
/// table of callers in `docs/API.md` says so, and a test calls each route for it.
fn not_for_owners() -> BTreeSet<String> {
    let text = read("docs/API.md");
    let table = text.split("<!-- callers -->").nth(1).expect("the table of callers");
    let mut rows = table
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<String>>());
    let header = rows.next().expect("the names of the callers");
    let attendee = header.iter().position(|caller| caller == "attendee").expect("an attendee");
    let passes = |cell: &String| ["yes", "proof"].contains(&cell.as_str());
    let others = rows.filter(|row| !passes(&row[attendee]) && row[1..].iter().any(passes));
    others.map(|row| row[0].trim_matches('`').replacen(' ', " /api/v1", 1)).collect()
}

/// The unsafe operations that act on what is not the caller's own, with their audit action: all that API keys may call,
/// and those of users with a right, or of hosts on their guests' things.
fn privileged() -> Vec<(String, Option<String>)> {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let (paths, not_for_owners) = (document["paths"].as_object().expect("paths"), not_for_owners());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            let is_unsafe = ["post", "put", "patch", "delete"].contains(&method.as_str());
            let mut ways = operation["security"].as_array().into_iter().flatten();
            let by_key = ways.any(|way| !way["api_key"].is_null());
            let route = format!("{} {path}", method.to_uppercase());
            if is_unsafe && (by_key || not_for_owners.contains(&route)) {
                found.push((text(&operation["operationId"]).expect("an id"), text(&operation["x-audit-action"])));
            }
        }
    }
    found
}

#[test]
fn privileged_writes_have_an_audit_action_or_a_reason() {
    let excused = EXCEPTIONS.iter().map(|(id, _)| *id);
    let excused: BTreeSet<String> = excused.map(str::to_owned).collect();
    let all = privileged();
    let without = all.iter().filter(|(_, action)| action.is_none()).map(|(id, _)| id.clone());
    assert_eq!(without.collect::<BTreeSet<_>>(), excused, "audit these operations, or say why not");
    let actions: Vec<_> = all.iter().filter_map(|(_, action)| action.as_ref()).collect();
    assert_eq!(actions.iter().collect::<BTreeSet<_>>().len(), actions.len(), "each action has one operation");
}

#[test]
fn users_with_an_office_and_hosts_of_others_are_privileged() {
    let routes = not_for_owners();
    for route in ["POST /api/v1/events/{id}/checkin", "POST /api/v1/events/{id}/registrations/{user_id}/decline"] {
        assert!(routes.contains(route), "{route}");
    }
    for own in ["DELETE /api/v1/users/me", "POST /api/v1/events", "DELETE /api/v1/events/{id}/registrations/me"] {
        assert!(!routes.contains(own), "{own}");
    }
}

#[test]
fn functions_only_add_to_the_audit_inside_transactions() {
    let template = Template::read();
    let mut found = 0;
    for function in template.functions().into_keys() {
        for statement in template.statements(&function) {
            // The health check describes all tables, and reads no item.
            let describes = statement["Action"] == serde_json::json!(["dynamodb:DescribeTable"]);
            if describes || !statement["Resource"].to_string().contains("AuditTable") {
                continue;
            }
            found += 1;
            assert_eq!(statement["Action"], serde_json::json!(["dynamodb:PutItem"]), "{function}");
            let enclosing = &statement["Condition"]["ForAnyValue:StringEquals"]["dynamodb:EnclosingOperation"];
            assert_eq!(*enclosing, serde_json::json!(["TransactWriteItems"]), "{function}");
        }
    }
    assert!(found > 0, "somebody writes to the audit");
}
