//! Each function may do what it does and no more. That it may do enough, every test that calls a function shows: the
//! harness refuses what the policy does not allow. This is the other half.

use std::collections::{BTreeMap, BTreeSet};

use super::{root, rust_files};
use crate::support::golden::{assert_fresh, writes};
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

/// Where each function's policy is kept. To give a function more, write its file anew: that others see the change is
/// the point.
const FOLDER: &str = "tests/golden/policies";

/// Writes the files.
const REMEDY: &str = "IBW_WRITE_GOLDEN=1 cargo nextest run -p ibw-tests structure::policies";

#[test]
fn policies_name_each_functions_own_tables_and_actions_only() {
    let template = Template::read();
    for function in template.functions().keys() {
        let lines = [tables_of(function), others_of(function)].concat();
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        assert_fresh(&format!("{FOLDER}/{function}.txt"), &text, REMEDY);
    }
    for entry in std::fs::read_dir(root().join(FOLDER)).expect("the folder") {
        let path = entry.expect("an entry").path();
        let function = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if template.functions().contains_key(&function) {
            continue;
        }
        assert!(writes(), "{FOLDER}/{function}.txt is of no function of template.yaml: delete it, or run `{REMEDY}`");
        std::fs::remove_file(&path).expect("the file is deleted");
    }
}

#[test]
fn policies_have_no_wildcards_and_no_managed_policies() {
    let template = Template::read();
    for (name, function) in template.functions() {
        for policy in function["Policies"].as_array().into_iter().flatten() {
            assert!(policy.is_object(), "template.yaml, {name}: {policy} grants more than it says: write a statement");
        }
        for statement in template.statements(&name) {
            assert_eq!(statement["Effect"], "Allow", "{name}");
            for action in statement["Action"].as_array().expect("a list of actions") {
                let is_named = !action.as_str().expect("a name").contains('*');
                assert!(is_named, "template.yaml, {name}: {action} is a wildcard: name the actions");
            }
            for resource in statement["Resource"].as_array().expect("a list of resources") {
                let text = resource.to_string();
                // Secrets Manager adds six random characters to a secret's name; of a bucket, all objects are meant, or
                // those of a kind.
                let text =
                    text.replace("${MediaBucket.Arn}/*", "objects").replace("${MediaBucket.Arn}/import/*", "files");
                let is_named = !text.contains('*') && (!text.contains('?') || text.contains(":secret:"));
                assert!(is_named, "template.yaml, {name}: {text} is a wildcard: name the resources");
            }
        }
    }
}

#[test]
fn no_function_scans() {
    for folder in ["shared/src", "functions"] {
        for (file, text) in rust_files(folder) {
            assert!(!text.contains(".scan()"), "{file} scans a table: query a key or an index");
        }
    }
    let template = Template::read();
    for name in template.functions().keys() {
        let scans = template.table_access(name).iter().any(|access| access.action == "Scan");
        assert!(!scans, "template.yaml lets {name} scan: take dynamodb:Scan out of its policy");
    }
}
