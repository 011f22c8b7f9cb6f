//! Each function may do what it does and no more. That it may do enough, every test that calls a function shows: the harness
//! refuses what the policy does not allow. This is the other half.

use std::collections::{BTreeMap, BTreeSet};

use super::rust_files;
use crate::support::template::Template;

/// What a function may do with tables, a line for each.
fn tables_of(function: &str) -> Vec<String> {
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for access in Template::read().table_access(function) {
        lines.entry(access.resource).or_default().push(access.action);
    }
    lines.into_iter().map(|(resource, actions)| format!("{resource}: {}", actions.join(" "))).collect()
}

/// What a function may do with anything else.
fn others_of(function: &str) -> Vec<String> {
    let of_streams = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
    let of_tables = |action: &str| action.starts_with("dynamodb:") && !of_streams.contains(&action);
    let statements = Template::read().statements(function);
    let actions = statements.iter().flat_map(|statement| statement["Action"].as_array().cloned().unwrap_or_default());
    let actions: BTreeSet<String> = actions.map(|action| action.as_str().expect("a name").to_owned()).collect();
    actions.into_iter().filter(|action| !of_tables(action)).collect()
}

/// To give a function more, say so here: the review is the point.
#[test]
fn policies_name_each_functions_own_tables_and_actions_only() {
    let secret = "secretsmanager:GetSecretValue";
    let sessions = "ephemeral: BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem";
    let queues = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    ];
    let queues_and_secret: Vec<&str> = [secret].into_iter().chain(queues).collect();
    let queues_storage_and_secret: Vec<&str> =
        ["s3:GetObject", "s3:ListBucket", secret].into_iter().chain(queues).collect();
    let (counted, known) = ("ephemeral: DeleteItem GetItem PutItem UpdateItem", "users: GetItem PutItem");
    let expected: [(&str, &[&str], &[&str]); 20] = [
        (
            "agenda",
            &[
                "admin: GetItem UpdateItem",
                "conferences: DeleteItem GetItem PutItem Query UpdateItem",
                counted,
                "events: BatchGetItem",
                "events/index/gsi1: Query",
                known,
            ],
            &[secret],
        ),
        (
            "attendee-import",
            &[
                "conferences: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem",
                "media: GetItem",
            ],
            &queues_storage_and_secret,
        ),
        (
            "attendees",
            &[
                "admin: GetItem UpdateItem",
                "conferences: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem",
                "conferences/index/gsi1: Query",
                "conferences/index/gsi2: Query",
                counted,
                "media: GetItem",
                "users: BatchGetItem GetItem PutItem",
            ],
            &[secret],
        ),
        ("auth", &["admin: GetItem UpdateItem", sessions, "users: DeleteItem GetItem PutItem"], &[secret]),
        (
            "checkin",
            &[
                "admin: GetItem UpdateItem",
                "conferences: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem",
                "conferences/index/gsi1: Query",
                counted,
                known,
            ],
            &[secret],
        ),
        (
            "conferences",
            &[
                "admin: GetItem UpdateItem",
                "conferences: DeleteItem GetItem PutItem Query",
                "conferences/index/gsi1: Query",
                counted,
                known,
            ],
            &[secret],
        ),
        (
            "docs",
            &[
                "admin: DescribeTable GetItem UpdateItem",
                "conferences: DescribeTable",
                "ephemeral: DescribeTable GetItem UpdateItem",
                "events: DescribeTable",
                "media: DescribeTable",
                "notifications: DescribeTable",
                "users: DescribeTable GetItem",
            ],
            &[secret],
        ),
        (
            "email",
            &["ephemeral: DeleteItem GetItem PutItem"],
            &[
                secret,
                "ses:SendEmail",
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ],
        ),
        (
            "events",
            &[
                "admin: GetItem UpdateItem",
                "conferences: GetItem",
                counted,
                "events: BatchGetItem DeleteItem GetItem PutItem Query UpdateItem",
                "events/index/gsi1: Query",
                "events/index/gsi2: Query",
                "users: BatchGetItem GetItem PutItem",
            ],
            &[secret],
        ),
        (
            "housekeeping",
            &[
                "conferences: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem",
                "conferences/index/gsi1: Query",
                "conferences/index/gsi2: Query",
                "ephemeral: BatchWriteItem DeleteItem Query",
                "events: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem",
                "events/index/gsi1: Query",
                "media: DeleteItem PutItem UpdateItem",
                "media/index/gsi1: Query",
                "media/index/gsi2: Query",
                "notifications: BatchGetItem BatchWriteItem PutItem Query",
                "notifications/index/gsi1: Query",
                "users: BatchWriteItem DeleteItem PutItem Query",
                "users/index/gsi1: Query",
            ],
            &["s3:DeleteObject", secret],
        ),
        (
            "media",
            &["admin: GetItem UpdateItem", counted, "media: DeleteItem GetItem PutItem UpdateItem", known],
            &["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject", secret],
        ),
        (
            "notification-delivery",
            &[
                "ephemeral: DeleteItem GetItem PutItem UpdateItem",
                "notifications: BatchGetItem GetItem PutItem Query UpdateItem",
                "users: BatchGetItem GetItem PutItem",
            ],
            &queues_and_secret,
        ),
        (
            "notification-jobs",
            &[
                "conferences/index/gsi1: Query",
                "events: Query",
                "notifications: BatchGetItem BatchWriteItem GetItem PutItem Query UpdateItem",
                "notifications/index/gsi1: Query",
                "users: BatchGetItem",
                "users/index/gsi1: Query",
            ],
            &queues,
        ),
        (
            "notification-scheduler",
            &["notifications: GetItem PutItem Query UpdateItem", "notifications/index/gsi1: Query"],
            &[],
        ),
        (
            "notifications",
            &[
                "admin: GetItem UpdateItem",
                "conferences/index/gsi1: Query",
                "ephemeral: DeleteItem GetItem PutItem UpdateItem",
                "events: Query",
                "notifications: DeleteItem GetItem PutItem Query UpdateItem",
                "notifications/index/unread: Query",
                "users: BatchGetItem GetItem PutItem",
                "users/index/gsi1: Query",
            ],
            &[secret],
        ),
        (
            "relay",
            &[],
            &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "sqs:SendMessage"],
        ),
        (
            "speakers",
            &[
                "admin: GetItem UpdateItem",
                "conferences: DeleteItem GetItem PutItem Query",
                "conferences/index/gsi1: Query",
                counted,
                known,
            ],
            &[secret],
        ),
        ("telegram", &["ephemeral: GetItem PutItem", "notifications: PutItem"], &[secret]),
        ("telegram-updates", &["notifications: PutItem", "users: GetItem PutItem"], &queues),
        (
            "users",
            &[
                "admin: GetItem UpdateItem",
                "conferences: BatchGetItem GetItem Query",
                "conferences/index/gsi1: Query",
                "conferences/index/gsi2: Query",
                sessions,
                "events/index/gsi1: Query",
                "media/index/gsi2: Query",
                "notifications: GetItem Query",
                "users: BatchGetItem DeleteItem GetItem PutItem Query",
                "users/index/gsi1: Query",
            ],
            &[secret],
        ),
    ];
    let template = Template::read();
    assert_eq!(template.functions().into_keys().collect::<Vec<_>>(), expected.map(|(function, ..)| function));
    for (function, tables, others) in expected {
        assert_eq!(tables_of(function), tables, "{function}");
        assert_eq!(others_of(function), others, "{function}");
    }
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
                // Secrets Manager adds six random characters to a secret's name; of a bucket, all objects are meant, or those of a kind.
                let text =
                    text.replace("${MediaBucket.Arn}/*", "objects").replace("${MediaBucket.Arn}/import/*", "files");
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
