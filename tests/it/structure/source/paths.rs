//! The paths that code names: those of `use`, and those in types, expressions, macros and attributes.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, Macro, Meta, UseTree, Visibility};

use super::{attributes, is_test};

/// What a `use` brings into a module.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    /// The name in this module; `None` is everything (`*`).
    pub(super) name: Option<String>,
    /// What it names.
    pub(super) path: Vec<String>,
    /// Whether other modules see it, too.
    pub(super) is_public: bool,
}

/// The paths of one module, but for its inline modules, which are modules of their own, and for tests.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// By `use`.
    pub(super) bindings: Vec<Binding>,
    /// In the code.
    pub(super) named: Vec<Vec<String>>,
}

impl Paths {
    /// Of a module's items.
    pub(super) fn of(items: &[Item]) -> Self {
        let mut paths = Self::default();
        for item in items.iter().filter(|item| !is_test(attributes(item)) && !matches!(item, Item::Mod(_))) {
            paths.visit_item(item);
        }
        paths
    }

    fn bind(&mut self, tree: &UseTree, before: &[String], is_public: bool) {
        let with = |name: &syn::Ident| {
            let mut path = before.to_vec();
            if name != "self" || before.is_empty() {
                path.push(name.to_string());
            }
            path
        };
        let (name, path) = match tree {
            UseTree::Path(tree) => return self.bind(&tree.tree, &with(&tree.ident), is_public),
            UseTree::Group(group) => return group.items.iter().for_each(|tree| self.bind(tree, before, is_public)),
            UseTree::Name(tree) => {
                let path = with(&tree.ident);
                (path.last().cloned(), path)
            }
            UseTree::Rename(tree) => (Some(tree.rename.to_string()), with(&tree.ident)),
            UseTree::Glob(_) => (None, before.to_vec()),
        };
        self.bindings.push(Binding { name, path, is_public });
    }

    /// The paths in tokens that were not parsed. `a.b` and `a: b` are none; what stands alone is left out, as it may be
    /// anything.
    fn scan(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match &token {
                TokenTree::Ident(name) if colons == 2 && !path.is_empty() => path.push(name.to_string()),
                TokenTree::Ident(name) => {
                    self.end_of(&mut path);
                    path.push(name.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => {
                    // `a::{b, c}` is a `use`, which is visited as such.
                    if colons == 2 {
                        path.clear();
                    }
                    self.end_of(&mut path);
                    self.scan(group.stream());
                }
                _ => self.end_of(&mut path),
            }
            colons = 0;
        }
        self.end_of(&mut path);
    }

    fn end_of(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.named.push(std::mem::take(path));
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.bind(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    // `pub(super)` uses nothing of its parent.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.named.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.scan(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.scan(list.tokens.clone());
        }
    }
}
