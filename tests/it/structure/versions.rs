//! Whatever sends, starts, publishes or resumes names the version that its caller has seen.

use std::collections::BTreeSet;

use serde_json::Value;

use super::read;

/// Verbs of operations that send, start, publish or resume.
const VERBS: [&str; 10] =
    ["approve", "publish", "reject", "release", "resume", "retry", "schedule", "send", "start", "test"];

/// The operations that need `If-Match`.
const NEEDING: [&str; 11] = [
    "approve_event",
    "approve_event_revision",
    "approve_notification_job",
    "reject_event",
    "reject_event_revision",
    "release_agenda",
    "resume_notification_job",
    "resume_notification_sending",
    "retry_failed_notification_job",
    "schedule_notification_job",
    "start_notification_job",
];

/// Operations with such a verb that need none, and why.
const EXCEPTIONS: [(&str, &str); 4] = [
    ("approve_event_registration", "it is the same when repeated"),
    ("start_confirmation", "the code goes to the caller, and the newest one counts"),
    ("start_email_verification", "the code goes to the caller, and the newest one counts"),
    ("test_notification_job", "the message goes to the caller"),
];

/// The operations, and whether each needs `If-Match`.
fn operations() -> Vec<(String, bool)> {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let items = document["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().into_iter().flatten());
    let id = |operation: &Value| operation["operationId"].as_str().expect("an id").to_owned();
    operations.map(|(_, operation)| (id(operation), needs_version(operation))).collect()
}

fn needs_version(operation: &Value) -> bool {
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    let is_required = parameters.any(|one| one["name"] == "If-Match" && one["required"] == true);
    is_required && !operation["responses"]["428"].is_null()
}

#[test]
fn operations_that_send_start_publish_or_resume_need_if_match() {
    let all = operations();
    let has_verb = |id: &str| VERBS.contains(&id.split('_').next().unwrap_or_default());
    let found: BTreeSet<&str> = all.iter().map(|(id, _)| id.as_str()).filter(|id| has_verb(id)).collect();
    let listed: BTreeSet<&str> = NEEDING.into_iter().chain(EXCEPTIONS.map(|(id, _)| id)).collect();
    assert_eq!(found, listed, "decide whether these need `If-Match`, and put them on a list");
    for id in NEEDING {
        assert!(all.contains(&(id.to_owned(), true)), "the handler of {id} needs `RequiredIfMatch`");
    }
}
