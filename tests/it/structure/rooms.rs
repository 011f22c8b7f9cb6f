//! One shape of rooms: every domain is divided alike, so who knows one finds the way in all.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use super::source::stored::stored;
use super::source::{SourceFile, attributes, is_test, parsed};
use super::{domains, root, rust_files};
use crate::support::functions::{Start, functions};

/// The rooms of a domain, each a file or a folder. All else in a domain is values and pure logic.
const ROOMS: [&str; 12] = [
    "mod",
    "model",
    "view",
    "error",
    "keys",
    "items",
    "repository",
    "service",
    "messages",
    "privacy",
    "tasks",
    "tests",
];

/// What only rooms may use: who does, reads, writes or calls something.
const OUTSIDE: [&str; 3] = ["crate::dynamo", "crate::clients", "crate::queue"];

/// A file's domain, and its room or the name of its value: `shared/src/users/service/email.rs` is `users`, `service`.
fn place(path: &str) -> Option<(&str, &str)> {
    let (domain, rest) = path.strip_prefix("shared/src/")?.split_once('/')?;
    let known = domains().iter().any(|known| known == domain);
    known.then(|| (domain, rest.split('/').next().unwrap_or_default().trim_end_matches(".rs")))
}

/// Fails where something is out of place. `remedy` says what to do.
fn assert_in_place(found: BTreeMap<String, String>, remedy: &str) {
    let found: Vec<String> = found.iter().map(|(place, what)| format!("{place} {what}")).collect();
    assert!(found.is_empty(), "{remedy}\n{}", found.join("\n"));
}

#[test]
fn module_with_a_folder_is_in_the_folder() {
    let files = ["shared/src", "functions", "tests"].into_iter().flat_map(rust_files);
    let found = files.filter(|(path, _)| root().join(path.trim_end_matches(".rs")).is_dir());
    let found = found.map(|(path, _)| (path, "is beside its folder".to_owned())).collect();
    assert_in_place(found, "Make `x.rs` with a folder `x/` into `x/mod.rs`:");
}

/// What a file does that values do not: it uses storage, or waits.
struct Does(BTreeSet<String>);

impl Does {
    fn of(file: &SourceFile) -> BTreeSet<String> {
        let mut does = Self(BTreeSet::new());
        for item in file.syntax.items.iter().filter(|item| !is_test(attributes(item))) {
            does.visit_item(item);
        }
        does.0
    }

    fn note(&mut self, path: &str) {
        let outside = OUTSIDE.iter().find(|outside| path == **outside || path.starts_with(&format!("{outside}::")));
        self.0.extend(outside.map(|outside| format!("uses {outside}")));
        for room in ["repository", "service"] {
            if path.split("::").any(|part| part == room) {
                self.0.insert(format!("uses a {room}"));
            }
        }
    }

    fn note_tree(&mut self, tree: &syn::UseTree, before: &str) {
        let with = |name: &syn::Ident| if before.is_empty() { name.to_string() } else { format!("{before}::{name}") };
        match tree {
            syn::UseTree::Path(tree) => self.note_tree(&tree.tree, &with(&tree.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.note_tree(tree, before)),
            syn::UseTree::Name(tree) => self.note(&with(&tree.ident)),
            syn::UseTree::Rename(tree) => self.note(&with(&tree.ident)),
            syn::UseTree::Glob(_) => self.note(before),
        }
    }
}

impl<'ast> Visit<'ast> for Does {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.note_tree(&item.tree, "");
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.note(&names.join("::"));
        }
        visit::visit_path(self, path);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if signature.asyncness.is_some() {
            self.0.insert("waits (`async`)".to_owned());
        }
        visit::visit_signature(self, signature);
    }
}

#[test]
fn whatever_is_no_room_is_values_and_pure_logic() {
    let mut found = BTreeMap::new();
    for file in parsed("shared/src") {
        let does: Vec<String> = Does::of(&file).into_iter().collect();
        if place(&file.path).is_some_and(|(_, name)| !ROOMS.contains(&name)) && !does.is_empty() {
            found.insert(file.path, format!("is no room, and {}", does.join(", ")));
        }
    }
    let remedy =
        format!("A domain has these rooms: {}. What uses storage or waits is in one of them:", ROOMS.join(", "));
    assert_in_place(found, &remedy);
}

#[test]
fn entities_are_stored_in_items() {
    let mut found = BTreeMap::new();
    for file in parsed("shared/src") {
        let entities: Vec<String> = stored(&file).into_iter().map(|entity| entity.of).collect();
        if place(&file.path).is_some_and(|(_, room)| room != "items") && !entities.is_empty() {
            found.insert(file.path, format!("says how {} are stored", entities.join(", ")));
        }
    }
    assert_in_place(found, "Put `impl Entity for` into `items.rs` of the domain, or below `items/`:");
}

#[test]
fn messages_of_queues_are_in_messages() {
    let queues = functions().into_iter().filter_map(|function| match function.start {
        Start::Queues(queues) => Some(queues),
        _ => None,
    });
    let elsewhere = queues.flatten().filter(|queue| !queue.message.contains("::messages::"));
    let found = elsewhere.map(|queue| (queue.message.to_owned(), "is a message of a queue".to_owned())).collect();
    assert_in_place(found, "Put these into `messages.rs` of their domain:");
}
