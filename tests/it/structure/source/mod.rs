//! The source, parsed: what structure tests ask of it that its text does not say.

pub(super) mod edges;
pub(super) mod modules;
mod paths;
pub(super) mod stored;
pub(super) mod types;

use syn::{Attribute, Meta};

use super::rust_files;

/// A parsed file.
pub(super) struct SourceFile {
    /// Its path from the project's root.
    pub(super) path: String,
    /// What is in it.
    pub(super) syntax: syn::File,
}

/// The Rust files below a folder, parsed.
pub(super) fn parsed(folder: &str) -> Vec<SourceFile> {
    let parse = |(path, text): (String, String)| {
        let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        SourceFile { path, syntax }
    };
    rust_files(folder).into_iter().map(parse).collect()
}

/// Whether an item is compiled for tests only.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test") && !condition.contains("not")
        }
        _ => false,
    })
}

/// The attributes of an item.
pub(super) fn attributes(item: &syn::Item) -> &[Attribute] {
    use syn::Item::{
        Const, Enum, ExternCrate, Fn, ForeignMod, Impl, Macro, Mod, Static, Struct, Trait, TraitAlias, Type, Union, Use,
    };
    match item {
        Const(item) => &item.attrs,
        Enum(item) => &item.attrs,
        ExternCrate(item) => &item.attrs,
        Fn(item) => &item.attrs,
        ForeignMod(item) => &item.attrs,
        Impl(item) => &item.attrs,
        Macro(item) => &item.attrs,
        Mod(item) => &item.attrs,
        Static(item) => &item.attrs,
        Struct(item) => &item.attrs,
        Trait(item) => &item.attrs,
        TraitAlias(item) => &item.attrs,
        Type(item) => &item.attrs,
        Union(item) => &item.attrs,
        Use(item) => &item.attrs,
        _ => &[],
    }
}
