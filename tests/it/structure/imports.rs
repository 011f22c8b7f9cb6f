//! Imports run one way: functions -> services -> repositories -> dynamo; and domains never in a circle.

use std::collections::BTreeSet;

use super::source::edges::Edges;
use super::{domains, rust_files};

/// What any room may use: values without I/O.
const LEAVES: [&str; 9] = ["error", "ical", "id", "page", "pairing", "random", "text", "time", "url"];

/// `crate::a::b` paths that a file names, as `a/b`; `ibw::` in functions counts as `crate::`.
fn imports(text: &str, root: &str) -> BTreeSet<Vec<String>> {
    let code: String = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    let mut found = BTreeSet::new();
    for statement in code.split(';').filter_map(|part| part.split(&format!("use {root}::")).nth(1)) {
        expand(&[], statement, &mut found);
    }
    found
}

/// Takes `a::{b, c::D}` apart.
fn expand(prefix: &[String], tree: &str, found: &mut BTreeSet<Vec<String>>) {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once("::{").filter(|(head, _)| !head.contains([',', '{'])) {
        let mut path = prefix.to_vec();
        path.extend(head.split("::").map(|name| name.trim().to_owned()));
        let group = group.strip_suffix('}').unwrap_or(group);
        let (mut depth, mut start) = (0, 0);
        for (position, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&path, &group[start..position], found);
                    start = position + 1;
                }
                _ => {}
            }
        }
        expand(&path, &group[start..], found);
    } else if !tree.is_empty() {
        let mut path = prefix.to_vec();
        path.extend(tree.split("::").map(|name| name.trim().to_owned()));
        found.insert(path);
    }
}

/// The domain and room of a file: `shared/src/users/service/email.rs` is `users`, `service`.
fn place(file: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = file.strip_prefix("shared/src/")?.trim_end_matches(".rs").split('/').collect();
    let domain = domains().into_iter().find(|domain| domain == parts[0])?;
    Some((domain, (*parts.get(1)?).to_owned()))
}

#[test]
fn imports_of_a_group_are_taken_apart() {
    let found = imports("use crate::a::{b, c::{D, e}};\nuse crate::f;", "crate");
    let paths: Vec<String> = found.iter().map(|path| path.join("/")).collect();
    assert_eq!(paths, ["a/b", "a/c/D", "a/c/e", "f"]);
}

#[test]
fn dynamo_and_leaves_know_no_domain() {
    let domains = domains();
    for (file, text) in rust_files("shared/src") {
        let name = file.trim_start_matches("shared/src/").trim_end_matches(".rs");
        let top = name.split('/').next().unwrap_or_default();
        if top == "dynamo" || top == "queue" || top == "clients" || LEAVES.contains(&top) {
            for path in imports(&text, "crate") {
                let is_below = !domains.contains(&path[0]) && path[0] != "http" && path[0] != "app";
                assert!(is_below, "{file} uses {}: {top} knows no domain", path.join("::"));
            }
        }
    }
}

#[test]
fn models_use_nothing_but_values() {
    let domains = domains();
    for (file, text) in rust_files("shared/src").iter().filter(|(file, _)| file.ends_with("/model.rs")) {
        for path in imports(text, "crate") {
            let value_of_a_domain = domains.contains(&path[0])
                && path.get(1).is_some_and(|room| ["model", "handles", "contact", "grants"].contains(&room.as_str()));
            let is_value = LEAVES.contains(&path[0].as_str()) || value_of_a_domain;
            assert!(is_value, "{file} uses {}: a model uses nothing but values", path.join("::"));
        }
    }
}

#[test]
fn tables_and_keys_are_for_repositories_only() {
    let storage = ["Expression", "Key", "Query", "Table", "Transaction"];
    for (file, text) in rust_files("shared/src") {
        let Some((_, room)) = place(&file) else { continue };
        for path in imports(&text, "crate") {
            let allowed = ["repository", "keys", "items"].contains(&room.as_str());
            let stores = path[0] == "dynamo" && path.get(1).is_some_and(|name| storage.contains(&name.as_str()));
            let name = path.join("::");
            assert!(allowed || !stores, "{file} uses {name}: tables and keys are for repositories only");
            let is_upwards = room == "repository" && path.contains(&"service".to_owned());
            assert!(!is_upwards, "{file} uses {name}: services use repositories, and not the other way round");
            assert!(path[0] != "http" && path[0] != "app", "{file} uses {name}: a domain does not know who calls it");
        }
    }
}

#[test]
fn functions_use_services_not_storage() {
    for (file, text) in rust_files("functions") {
        for path in imports(&text, "ibw") {
            let joined = path.join("::");
            let stores = joined.contains("repository") || joined.contains("::keys") || joined.contains("::items");
            assert!(!stores, "{file} uses {joined}: a function calls services, which use repositories");
        }
    }
}

#[test]
fn domains_use_each_others_services_and_never_in_a_circle() {
    let domains = domains();
    let mut uses = Edges::default();
    for (file, text) in rust_files("shared/src") {
        let Some((domain, _)) = place(&file) else { continue };
        for path in imports(&text, "crate").into_iter().filter(|path| domains.contains(&path[0]) && path[0] != domain) {
            let room = path.get(1).map(String::as_str).unwrap_or_default();
            let is_inner = ["repository", "items", "keys", "listing"].contains(&room);
            assert!(!is_inner, "{file} uses {}: domains use each other's services", path.join("::"));
            uses.add(&domain, &path[0], &path.join("::"));
        }
    }
    let circles = uses.circles();
    assert!(circles.is_empty(), "domains in a circle:\n{}", uses.words(&circles[0]));
}
