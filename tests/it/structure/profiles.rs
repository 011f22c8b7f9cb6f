//! Which functions are built small.

use super::{assert_same, read, rust_files};

#[test]
fn functions_with_storage_and_no_others_are_built_small() {
    let makefile = read("Makefile");
    let small = makefile.lines().find_map(|line| line.strip_prefix("SMALL := ")).expect("SMALL in the Makefile");
    let functions = rust_files("functions");
    let starts: Vec<_> = functions.iter().filter(|(path, _)| path.ends_with("/src/main.rs")).collect();
    let with_storage: Vec<&str> = starts
        .iter()
        .filter(|(_, text)| text.contains("storage"))
        .filter_map(|(path, _)| path.split('/').nth(1))
        .collect();
    assert!(starts.len() > with_storage.len());
    assert_same(
        &small.split(' ').collect(),
        &with_storage.into_iter().collect(),
        "SMALL in the Makefile, beside the functions whose main.rs has a storage",
    );
}
