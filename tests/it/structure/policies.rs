//! Each function may do what it does and no more. That it may do enough, every test that calls a function shows: the harness
//! refuses what the policy does not allow. This is the other half.

use std::collections::BTreeSet;

use serde_json::Value;

use super::rust_files;
use crate::support::template::Template;

fn tables_of(function: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let access = Template::read().table_access(function);
    for resource in access.iter().map(|access| &access.resource).collect::<BTreeSet<_>>() {
        let actions: Vec<&str> =
            access.iter().filter(|access| access.resource == *resource).map(|access| access.action.as_str()).collect();
        lines.push(format!("{resource}: {}", actions.join(" ")));
    }
    lines
}

/// To give a function more, say so here: the review is the point.
#[test]
fn policies_name_each_functions_own_tables_and_actions_only() {
    assert_eq!(
        tables_of("auth"),
        [
            "admin: GetItem UpdateItem",
            "ephemeral: BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem",
            "users: DeleteItem GetItem PutItem",
        ]
    );
    assert_eq!(
        tables_of("users"),
        [
            "admin: GetItem UpdateItem",
            "ephemeral: BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem",
            "users: BatchGetItem DeleteItem GetItem PutItem Query",
            "users/index/gsi1: Query",
        ]
    );
    assert_eq!(tables_of("relay"), [] as [&str; 0]);
}

#[test]
fn policies_have_no_wildcards_and_no_managed_policies() {
    let template = Template::read();
    for (name, function) in template.functions() {
        for policy in function["Policies"].as_array().into_iter().flatten() {
            assert!(policy.is_object(), "{name}: {policy} grants more than it says");
        }
        for statement in template.statements(&name) {
            assert_eq!(statement["Effect"], "Allow", "{name}");
            for action in statement["Action"].as_array().expect("a list of actions") {
                assert!(!action.as_str().expect("a name").contains('*'), "{name}: {action}");
            }
            for resource in statement["Resource"].as_array().expect("a list of resources") {
                let text = resource.to_string();
                // Secrets Manager adds six random characters to a secret's name.
                assert!(!text.contains('*') && (!text.contains('?') || text.contains(":secret:")), "{name}: {text}");
            }
        }
    }
}

#[test]
fn no_function_scans() {
    for folder in ["shared/src", "functions"] {
        for (file, text) in rust_files(folder) {
            assert!(!text.contains(".scan()"), "{file} scans a table");
        }
    }
    let template = Template::read();
    for name in template.functions().keys() {
        assert!(template.table_access(name).iter().all(|access| access.action != "Scan"), "{name}");
    }
}

#[test]
fn queues_and_mappings_lose_nothing() {
    let template = Template::read();
    let timeout = |function: &Value| function["Timeout"].as_u64().unwrap_or(10);
    let longest = template.functions().values().map(|function| timeout(function)).max().expect("functions");
    for (id, queue) in template.of_type("AWS::SQS::Queue") {
        assert_eq!(queue["SqsManagedSseEnabled"], true, "{id}");
        if !queue["RedrivePolicy"].is_null() {
            assert_eq!(queue["RedrivePolicy"]["maxReceiveCount"], 5, "{id}");
            assert!(queue["VisibilityTimeout"].as_u64().expect("a visibility") >= 6 * longest, "{id}");
        }
    }
    for (id, mapping) in template.of_type("AWS::Lambda::EventSourceMapping") {
        assert_eq!(mapping["FunctionResponseTypes"][0], "ReportBatchItemFailures", "{id}");
    }
}
