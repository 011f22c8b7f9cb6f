//! What a type is made of: its fields, and those of the types that they have.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Field, Item};

use super::SourceFile;
use super::modules::Crate;

/// A field, or a type in a field, of some type.
pub(in crate::structure) struct Part<'a> {
    /// The name of the field; that of its variant, where it has none.
    pub(in crate::structure) field: &'a str,
    /// A type that the field's type mentions.
    pub(in crate::structure) of: &'a str,
}

/// The types of a crate.
pub(in crate::structure) struct Types<'a> {
    krate: &'a Crate,
    files: BTreeMap<&'a str, &'a SourceFile>,
}

impl<'a> Types<'a> {
    /// Of a crate in these files.
    pub(in crate::structure) fn of(krate: &'a Crate, files: &'a [SourceFile]) -> Self {
        Self { krate, files: files.iter().map(|file| (file.path.as_str(), file)).collect() }
    }

    /// The way to a part of a type that is as wanted: `Job.audience.Audience.users`. `file` names the type.
    pub(in crate::structure) fn find(&self, file: &str, of: &str, wanted: &dyn Fn(Part) -> bool) -> Option<String> {
        let place = self.krate.place_of(file)?;
        self.look_into(place, &[of.to_owned()], wanted, &mut BTreeSet::new())
    }

    fn look_into(
        &self,
        from: &[String],
        path: &[String],
        wanted: &dyn Fn(Part) -> bool,
        seen: &mut BTreeSet<(Vec<String>, String)>,
    ) -> Option<String> {
        let target = self.krate.resolve(from, path)?;
        let name = target.name?;
        if !seen.insert((target.module.clone(), name.clone())) {
            return None;
        }
        let item = self.files[self.krate.file_of(&target.module)].syntax.items.iter().find(|item| is(item, &name))?;
        let mut fields = Fields::default();
        fields.visit_item(item);
        fields.0.into_iter().find_map(|(field, mentioned)| {
            if mentioned.iter().filter_map(|path| path.last()).any(|of| wanted(Part { field: &field, of })) {
                return Some(format!("{name}.{field}"));
            }
            let within = mentioned.iter().find_map(|path| self.look_into(&target.module, path, wanted, seen))?;
            Some(format!("{name}.{field}: {within}"))
        })
    }
}

/// Whether an item is the type of this name.
fn is(item: &Item, name: &str) -> bool {
    match item {
        Item::Struct(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        _ => false,
    }
}

/// The fields of a type, each with the types that it mentions.
#[derive(Default)]
struct Fields(Vec<(String, Vec<Vec<String>>)>);

impl<'ast> Visit<'ast> for Fields {
    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        let before = self.0.len();
        visit::visit_variant(self, variant);
        for (field, _) in self.0[before..].iter_mut().filter(|(field, _)| field.is_empty()) {
            *field = variant.ident.to_string();
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        self.0.push((field.ident.as_ref().map(ToString::to_string).unwrap_or_default(), Vec::new()));
        self.visit_type(&field.ty);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.0.push((item.ident.to_string(), Vec::new()));
        self.visit_type(&item.ty);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let Some((_, mentioned)) = self.0.last_mut() {
            mentioned.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }
}
