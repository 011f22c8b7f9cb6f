//! No file uses another that uses it, directly or by way of others: so each can be read, and changed, after those it
//! uses.

use super::source::SourceFile;
use super::source::edges::Edges;
use super::source::modules::Crate;
use crate::support::functions::functions;

/// The crates: each by its folder, and the file that begins it.
fn crates() -> Vec<(String, &'static str)> {
    let functions = functions().into_iter().map(|function| format!("functions/{}/src", function.name));
    let functions = functions.flat_map(|folder| [(folder.clone(), "lib.rs"), (folder, "main.rs")]);
    std::iter::once(("shared/src".to_owned(), "lib.rs")).chain(functions).collect()
}

#[test]
fn no_file_uses_another_that_uses_it() {
    let all: Vec<Edges> = crates().iter().map(|(folder, file)| Edges::of(&Crate::read(folder, file))).collect();
    let circles: Vec<String> = all
        .iter()
        .flat_map(|edges| edges.circles().iter().map(|circle| edges.words(circle)).collect::<Vec<_>>())
        .collect();
    assert!(
        circles.is_empty(),
        "{} circles between files. Move what both use into a file that uses neither:\n{}",
        circles.len(),
        circles.join("\n")
    );
}

/// The edges of a crate that is written here.
fn edges(files: &[(&str, &str)]) -> Edges {
    let parse = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        syntax: syn::parse_file(text).expect("Rust"),
    };
    Edges::of(&Crate::of(&files.iter().map(parse).collect::<Vec<_>>(), "src/lib.rs"))
}

#[test]
fn use_of_what_a_module_shows_leads_to_the_file_that_defines_it() {
    let edges = edges(&[
        ("src/lib.rs", "mod cake; mod oven;"),
        ("src/cake/mod.rs", "mod dough; pub use dough::Dough; pub use dough::Dough as Batter; pub struct Cake;"),
        ("src/cake/dough.rs", "pub struct Dough;"),
        (
            "src/oven.rs",
            "use crate::cake::{self, Batter}; fn bake(_: Batter, dough: cake::Dough) -> crate::cake::Cake { todo!() }",
        ),
    ]);
    assert!(edges.has("src/oven.rs", "src/cake/dough.rs") && edges.has("src/oven.rs", "src/cake/mod.rs"));
    assert!(!edges.has("src/cake/mod.rs", "src/cake/dough.rs"), "what is shown is not used");
    assert!(edges.circles().is_empty());
}

#[test]
fn circles_are_found_through_code_macros_and_names_that_are_shown() {
    let edges = edges(&[
        ("src/lib.rs", "mod a; mod b; mod c; mod d;"),
        ("src/a.rs", "fn a() { super::b::b() }"),
        ("src/b.rs", "pub fn b() { println!(\"{}\", crate::c::C); }"),
        ("src/c.rs", "pub const C: u8 = 1; #[serde(with = d::text)] struct S; use super::d;"),
        ("src/d.rs", "use super::*; fn d(_: a::A) {} #[cfg(test)] mod tests { use crate::b::B; }"),
    ]);
    let circles = edges.circles();
    assert_eq!(circles, [["src/a.rs", "src/b.rs", "src/c.rs", "src/d.rs", "src/a.rs"]]);
    let words = "src/a.rs\n    uses b of src/b.rs\n    uses C of src/c.rs\n    uses d, text of src/d.rs\n    uses A of src/a.rs";
    assert_eq!(edges.words(&circles[0]), words);
}

#[test]
fn variable_with_a_module_s_name_and_what_only_tests_use_make_no_circle() {
    let edges = edges(&[
        ("src/lib.rs", "mod house;"),
        ("src/house/mod.rs", "mod keys; fn open(keys: u8) -> u8 { keys }"),
        ("src/house/keys.rs", "use super::open; #[cfg(test)] use super::keys::X;"),
    ]);
    assert!(edges.has("src/house/keys.rs", "src/house/mod.rs"));
    assert!(edges.circles().is_empty());
}
