//! Domains have one shape: how entities are stored is in `items.rs`, folders have a `mod.rs`, and a service whose methods are spread
//! over files says which is where.

use std::collections::BTreeSet;

use super::rust_files;

/// Domains and modules that have yet to get this shape.
const NOT_YET: [&str; 3] = ["agenda/", "app", "speakers/"];

fn sources() -> Vec<(String, String)> {
    let files = rust_files("shared/src").into_iter();
    let files = files.map(|(file, text)| (file.trim_start_matches("shared/src/").to_owned(), text));
    files.filter(|(file, _)| !NOT_YET.iter().any(|room| file.starts_with(room))).collect()
}

#[test]
fn entities_are_stored_as_items_say() {
    for (file, text) in sources() {
        let is_of_a_domain = file.contains('/') && !file.starts_with("dynamo/");
        let stores = text.lines().any(|line| line.starts_with("impl Entity for "));
        assert!(
            !is_of_a_domain || !stores || file.ends_with("/items.rs"),
            "shared/src/{file} has an `impl Entity`: move it to the domain's items.rs"
        );
    }
}

#[test]
fn folders_have_a_mod_file_and_none_beside_them() {
    let files: BTreeSet<String> = sources().into_iter().map(|(file, _)| file).collect();
    for file in files.iter().filter(|file| !file.ends_with("/mod.rs")) {
        let folder = file.replace(".rs", "/");
        assert!(
            !files.iter().any(|other| other.starts_with(&folder)),
            "shared/src/{file} stands beside its folder: move it to shared/src/{folder}mod.rs"
        );
    }
}

/// The public methods of a file, constructors aside.
fn methods(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter_map(|line| {
        let line = line.strip_prefix("    pub ")?.trim_start_matches("const ").trim_start_matches("async ");
        let name = line.strip_prefix("fn ")?.split(['(', '<']).next()?;
        Some(name).filter(|name| *name != "new")
    })
}

#[test]
fn services_say_which_method_is_in_which_file() {
    let sources = sources();
    for (file, text) in sources.iter().filter(|(file, _)| file.ends_with("/service/mod.rs")) {
        let documented: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let folder = file.trim_end_matches("mod.rs");
        for (part, text) in sources.iter().filter(|(part, _)| part.starts_with(folder) && part != file) {
            let name = part.trim_start_matches(folder).trim_end_matches(".rs");
            for method in methods(text) {
                assert!(
                    documented.contains(&format!("`{method}`")) && documented.contains(&format!("`{name}`")),
                    "the docs of shared/src/{file} do not say that `{method}` is in `{name}`"
                );
            }
        }
    }
}
