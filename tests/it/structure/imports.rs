//! Imports run one way: functions -> services -> repositories -> dynamo; and domains never in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::rust_files;

/// The bounded contexts in `shared/src`.
const DOMAINS: [&str; 13] = [
    "agenda",
    "attendees",
    "auth",
    "calendar",
    "checkin",
    "conferences",
    "events",
    "media",
    "notifications",
    "privacy",
    "speakers",
    "telegram",
    "users",
];
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
    let domain = parts.first().filter(|name| DOMAINS.contains(name))?;
    Some(((*domain).to_owned(), (*parts.get(1)?).to_owned()))
}

#[test]
fn imports_of_a_group_are_taken_apart() {
    let found = imports("use crate::a::{b, c::{D, e}};\nuse crate::f;", "crate");
    let paths: Vec<String> = found.iter().map(|path| path.join("/")).collect();
    assert_eq!(paths, ["a/b", "a/c/D", "a/c/e", "f"]);
}

#[test]
fn dynamo_and_leaves_know_no_domain() {
    for (file, text) in rust_files("shared/src") {
        let name = file.trim_start_matches("shared/src/").trim_end_matches(".rs");
        let top = name.split('/').next().unwrap_or_default();
        if top == "dynamo" || top == "queue" || top == "clients" || LEAVES.contains(&top) {
            for path in imports(&text, "crate") {
                assert!(
                    !DOMAINS.contains(&path[0].as_str()) && path[0] != "http" && path[0] != "app",
                    "{file} uses {path:?}"
                );
            }
        }
    }
}

#[test]
fn models_use_nothing_but_values() {
    for (file, text) in rust_files("shared/src").iter().filter(|(file, _)| file.ends_with("/model.rs")) {
        for path in imports(text, "crate") {
            let value_of_a_domain = DOMAINS.contains(&path[0].as_str())
                && path.get(1).is_some_and(|room| ["model", "handles", "contact"].contains(&room.as_str()));
            assert!(LEAVES.contains(&path[0].as_str()) || value_of_a_domain, "{file} uses {path:?}");
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
            assert!(
                allowed || path[0] != "dynamo" || path.get(1).is_none_or(|name| !storage.contains(&name.as_str())),
                "{file} uses {path:?}"
            );
            assert!(room != "repository" || !path.contains(&"service".to_owned()), "{file} uses {path:?}");
            assert!(path[0] != "http" && path[0] != "app", "{file} uses {path:?}");
        }
    }
}

#[test]
fn functions_use_services_not_storage() {
    for (file, text) in rust_files("functions") {
        for path in imports(&text, "ibw") {
            let joined = path.join("::");
            assert!(
                !joined.contains("repository") && !joined.contains("::keys") && !joined.contains("::items"),
                "{file} uses {joined}"
            );
        }
    }
}

#[test]
fn domains_use_each_others_services_and_never_in_a_circle() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in rust_files("shared/src") {
        let Some((domain, _)) = place(&file) else { continue };
        for path in
            imports(&text, "crate").into_iter().filter(|path| DOMAINS.contains(&path[0].as_str()) && path[0] != domain)
        {
            assert!(
                path.get(1).is_none_or(|room| !["repository", "keys", "items", "listing"].contains(&room.as_str())),
                "{file} uses {path:?}"
            );
            uses.entry(domain.clone()).or_default().insert(path[0].clone());
        }
    }
    let reaches = |from: &str, to: &str| {
        let (mut seen, mut left) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(domain) = left.pop() {
            for next in uses.get(&domain).into_iter().flatten().filter(|next| seen.insert((*next).clone())) {
                left.push(next.clone());
            }
        }
        seen.contains(to)
    };
    for domain in DOMAINS {
        assert!(!reaches(domain, domain), "{domain} is in a circle: {uses:?}");
    }
}
