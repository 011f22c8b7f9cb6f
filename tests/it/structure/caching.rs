//! What the OpenAPI document says of caches: only what is the same for everybody is public.

use std::collections::BTreeSet;

use serde_json::Value;

use super::read;

/// What is the same for everybody. A route is here on purpose: who adds one, has asked what it may show.
const PUBLIC: [&str; 12] = [
    "get_agenda",
    "get_agenda_release",
    "get_conference",
    "get_docs",
    "get_event_calendar",
    "get_event_share",
    "get_media",
    "get_openapi",
    "get_speaker",
    "list_agenda_releases",
    "list_conferences",
    "list_speakers",
];

/// The operations with their method, and the policy of each answer that is no error.
fn policies(document: &Value) -> Vec<(String, &Value, &Value, String)> {
    let mut found = Vec::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for (method, operation) in item.as_object().expect("methods") {
            for (status, response) in operation["responses"].as_object().expect("responses") {
                if status.starts_with('2') || status.starts_with('3') {
                    let header = &response["headers"]["Cache-Control"];
                    let place = header["$ref"].as_str().map(|place| place.trim_start_matches('#'));
                    let header = place.map_or(header, |place| document.pointer(place).expect("a header"));
                    let policy = header["schema"]["const"].as_str().unwrap_or_default().to_owned();
                    found.push((method.clone(), operation, response, policy));
                }
            }
        }
    }
    found
}

#[test]
fn only_reads_without_a_caller_are_public() {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let mut public = BTreeSet::new();
    for (method, operation, response, policy) in policies(&document) {
        let id = operation["operationId"].as_str().expect("an id");
        let anonymous = operation["security"].as_array().is_some_and(Vec::is_empty);
        if policy.starts_with("public") {
            assert!(anonymous && ["get", "head"].contains(&method.as_str()), "{id} is public, and has a caller");
            public.insert(id.trim_start_matches("head_"));
        } else if response["headers"]["ETag"].is_null() {
            assert_eq!(policy, "no-store", "{id}: what has no `ETag` is not to be stored");
        } else {
            assert_eq!(policy, "private, no-cache", "{id}: what has an `ETag` is asked for each time");
        }
    }
    let expected: BTreeSet<&str> = PUBLIC.into_iter().collect();
    assert_eq!(public, expected, "tests/it/structure/caching.rs lists what may be read by everybody, and from a cache");
}
