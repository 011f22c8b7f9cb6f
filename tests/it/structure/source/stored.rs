//! What is stored: the types with `impl Entity for`.

use syn::{Attribute, Expr, ImplItem, Item, ItemImpl, Lit, Meta, Type};

use super::{SourceFile, attributes, is_test};

/// A stored type.
#[derive(Clone, Debug)]
pub(in crate::structure) struct Stored {
    /// The file that says how it is stored.
    pub(in crate::structure) file: String,
    /// The type.
    pub(in crate::structure) of: String,
    /// The folder of its domain, and the name of its items: `users/listing`.
    pub(in crate::structure) name: String,
    /// The docs of the `impl`, in one line.
    pub(in crate::structure) docs: String,
}

/// The types that a file says how to store.
pub(in crate::structure) fn stored(file: &SourceFile) -> Vec<Stored> {
    let items = file.syntax.items.iter().filter(|item| !is_test(attributes(item)));
    let entities: Vec<(&ItemImpl, String)> = items.filter_map(entity).collect();
    let folder = file.path.trim_start_matches("shared/src/").split('/').next().unwrap_or_default();
    let name = |(item, of): &(&ItemImpl, String)| {
        let expression = item.items.iter().find_map(name_of)?;
        // Items of one list have one name: that of another type, `Head::NAME`.
        let of =
            if let Expr::Path(path) = expression { path.path.segments.first()?.ident.to_string() } else { of.clone() };
        let written = entities.iter().filter(|(_, other)| *other == of);
        written.filter_map(|(item, _)| item.items.iter().find_map(name_of)).find_map(literal)
    };
    let stored = |entity: &(&ItemImpl, String)| {
        let name = name(entity).unwrap_or_else(|| entity.1.clone());
        let docs = entity.0.attrs.iter().filter_map(doc).collect::<Vec<_>>().join(" ");
        Stored { file: file.path.clone(), of: entity.1.clone(), name: format!("{folder}/{name}"), docs }
    };
    entities.iter().map(stored).collect()
}

/// An `impl Entity for`, with the type's name.
fn entity(item: &Item) -> Option<(&ItemImpl, String)> {
    let Item::Impl(item) = item else { return None };
    let (_, of_trait, _) = item.trait_.as_ref()?;
    let Type::Path(of) = &*item.self_ty else { return None };
    let of = of.path.segments.last()?.ident.to_string();
    (of_trait.segments.last()?.ident == "Entity").then_some((item, of))
}

/// A line of docs.
fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    attribute.path().is_ident("doc").then(|| literal(&pair.value))?.map(|line| line.trim().to_owned())
}

/// What says the name of the items.
fn name_of(item: &ImplItem) -> Option<&Expr> {
    let ImplItem::Const(item) = item else { return None };
    (item.ident == "NAME").then_some(&item.expr)
}

fn literal(expression: &Expr) -> Option<String> {
    let Expr::Lit(literal) = expression else { return None };
    if let Lit::Str(text) = &literal.lit { Some(text.value()) } else { None }
}
