//! What must hold of the code, the template and the documents themselves.

mod alarms;
mod audit;
mod caching;
mod circles;
mod deployment;
mod documents;
mod domains;
mod events;
mod imports;
mod markdown;
mod policies;
pub(crate) mod privacy;
mod profiles;
mod queues;
mod rights;
mod rooms;
mod routes;
mod services;
mod shape;
mod source;
mod versions;
mod words;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of a file, by its path from the project's root.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Rust files below a folder, by path from the root, with their text.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    files(folder, "rs")
}

/// The files with an extension below a folder, by path from the root, with their text.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|known| known == extension) {
                let name = entry.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&entry).expect("text")));
            }
        }
    }
    found.sort();
    found
}

/// What in `shared/src` is no domain, but what domains stand on. All other folders are domains.
const FOUNDATIONS: [&str; 10] =
    ["app", "clients", "config", "dynamo", "http", "ical", "queue", "rate_limit", "text", "time"];

/// The bounded contexts: the folders of `shared/src` but for the foundations.
fn domains() -> Vec<String> {
    let entries =
        std::fs::read_dir(root().join("shared/src")).expect("shared/src").map(|entry| entry.expect("an entry"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut domains: Vec<String> = folders.map(|folder| folder.file_name().to_string_lossy().into_owned()).collect();
    domains.retain(|domain| !FOUNDATIONS.contains(&domain.as_str()));
    domains.sort();
    domains
}

/// Fails unless both have the same, and says what one lacks and what it has too much.
fn assert_same<T: Ord + Debug>(found: &BTreeSet<T>, expected: &BTreeSet<T>, what: &str) {
    let missing: Vec<&T> = expected.difference(found).collect();
    let surplus: Vec<&T> = found.difference(expected).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{what}: missing {missing:?}, surplus {surplus:?}");
}
