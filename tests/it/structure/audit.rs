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

/// Privileged operations that have no entry yet. The list only becomes shorter.
const NOT_YET: [&str; 25] = [
    "import_agenda",
    "release_agenda",
    "create_agenda_session",
    "delete_agenda_session",
    "update_agenda_session",
    "import_tickets",
    "update_ticket",
    "create_checkin_list",
    "delete_checkin_list",
    "update_checkin_list",
    "create_speaker",
    "cancel_event",
    "update_event",
    "approve_event",
    "approve_event_registration",
    "decline_event_registration",
    "reject_event",
    "approve_event_revision",
    "reject_event_revision",
    "begin_media_upload",
    "delete_media",
    "complete_media_upload",
    "delete_speaker",
    "update_speaker",
    "link_speaker",
];

/// The unsafe operations that API keys may call, with their audit action.
fn privileged() -> Vec<(String, Option<String>)> {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let items = document["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().into_iter().flatten());
    let is_unsafe = |method: &str| ["post", "put", "patch", "delete"].contains(&method);
    let by_key = |operation: &Value| {
        let ways = operation["security"].as_array().into_iter().flatten();
        ways.into_iter().any(|way| !way["api_key"].is_null())
    };
    let wanted = operations.filter(|(method, operation)| is_unsafe(method) && by_key(operation));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    wanted.map(|(_, it)| (text(&it["operationId"]).expect("an id"), text(&it["x-audit-action"]))).collect()
}

#[test]
fn privileged_writes_have_an_audit_action_or_a_reason() {
    let excused = EXCEPTIONS.iter().map(|(id, _)| *id).chain(NOT_YET);
    let excused: BTreeSet<String> = excused.map(str::to_owned).collect();
    let all = privileged();
    let without = all.iter().filter(|(_, action)| action.is_none()).map(|(id, _)| id.clone());
    assert_eq!(without.collect::<BTreeSet<_>>(), excused, "audit these operations, or take them off the lists");
    let actions: Vec<_> = all.iter().filter_map(|(_, action)| action.as_ref()).collect();
    assert_eq!(actions.iter().collect::<BTreeSet<_>>().len(), actions.len(), "each action has one operation");
}

#[test]
fn functions_only_add_to_the_audit_inside_transactions() {
    let template = Template::read();
    let mut found = 0;
    for function in template.functions().into_keys() {
        for statement in template.statements(&function) {
            if !statement["Resource"].to_string().contains("AuditTable") {
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
