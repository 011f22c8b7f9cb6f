//! The modules of a crate, and where what a path names is defined.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::paths::{Binding, Paths};
use super::{SourceFile, attributes, is_test, parsed};

/// A module's place in its crate; the crate itself is empty.
type Place = Vec<String>;

/// A crate, module by module. Tests are no part of it.
#[derive(Debug)]
pub(in crate::structure) struct Crate {
    pub(super) modules: BTreeMap<Place, Module>,
}

/// A module.
#[derive(Debug)]
pub(super) struct Module {
    /// The file that it is in.
    pub(super) file: String,
    /// The names of what it defines.
    items: BTreeSet<String>,
    /// What it names.
    pub(super) paths: Paths,
}

/// Where something is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The module.
    pub(super) module: Place,
    /// What it is named there; `None` is the module itself.
    pub(super) name: Option<String>,
}

impl Crate {
    /// The crate in a folder, from this file on.
    pub(in crate::structure) fn read(folder: &str, file: &str) -> Self {
        Self::of(&parsed(folder), &format!("{folder}/{file}"))
    }

    /// A crate of these files, from `root` on.
    pub(in crate::structure) fn of(files: &[SourceFile], root: &str) -> Self {
        let by_path: BTreeMap<&str, &SourceFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
        let mut krate = Self { modules: BTreeMap::new() };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        krate.add(&by_path, Vec::new(), root, folder, &by_path[root].syntax.items);
        krate
    }

    /// Adds a module, and those below it, whose files are in `folder`.
    fn add(&mut self, files: &BTreeMap<&str, &SourceFile>, place: Place, file: &str, folder: &str, items: &[Item]) {
        let mut names = BTreeSet::new();
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            names.extend(defined(item));
            let Item::Mod(child) = item else { continue };
            let name = child.ident.to_string();
            let (at, below) = ([place.clone(), vec![name.clone()]].concat(), format!("{folder}/{name}"));
            if let Some((_, items)) = &child.content {
                self.add(files, at, file, &below, items);
                continue;
            }
            let known = [format!("{below}.rs"), format!("{below}/mod.rs")];
            let found = known.iter().find_map(|path| files.get(path.as_str()));
            let found = found.unwrap_or_else(|| panic!("{file}: `mod {name};` has no file"));
            self.add(files, at, &found.path, &below, &found.syntax.items);
        }
        let module = Module { file: file.to_owned(), items: names, paths: Paths::of(items) };
        self.modules.insert(place, module);
    }

    /// The module that a file is.
    pub(super) fn place_of(&self, file: &str) -> Option<&[String]> {
        let mut places =
            self.modules.iter().filter(|(_, module)| module.file == file).map(|(place, _)| place.as_slice());
        places.next()
    }

    /// The file that a module is in.
    pub(super) fn file_of(&self, place: &[String]) -> &str {
        &self.modules[place].file
    }

    /// Where a path leads that is named in the module at `from`; `None` leads out of the crate.
    pub(super) fn resolve(&self, from: &[String], path: &[String]) -> Option<Target> {
        self.follow(from, path, 0)
    }

    fn follow(&self, from: &[String], path: &[String], depth: usize) -> Option<Target> {
        // Modules that glob-import each other would be followed for ever.
        if depth > 16 {
            return None;
        }
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => (from[..from.len().checked_sub(1)?].to_vec(), &path[1..]),
            _ => (from.to_vec(), path),
        };
        let is_relative = rest.len() == path.len();
        while let Some((name, after)) = rest.split_first() {
            if name == "super" {
                at.pop()?;
                rest = after;
                continue;
            }
            match self.look_up(&at, name, depth) {
                Some(target) if target.name.is_none() => at = target.module,
                Some(target) => return Some(target),
                None if is_relative && rest.len() == path.len() => return None,
                // What a macro defines is not seen; it is where it would be looked for.
                None => return Some(Target { module: at, name: Some(name.clone()) }),
            }
            rest = after;
        }
        Some(Target { module: at, name: None })
    }

    /// What a name is in a module: a module below it, something it defines, or something that it uses.
    fn look_up(&self, at: &[String], name: &str, depth: usize) -> Option<Target> {
        let module = self.modules.get(at)?;
        let child = [at.to_vec(), vec![name.to_owned()]].concat();
        if self.modules.contains_key(&child) {
            return Some(Target { module: child, name: None });
        }
        if module.items.contains(name) {
            return Some(Target { module: at.to_vec(), name: Some(name.to_owned()) });
        }
        let bindings = &module.paths.bindings;
        // `use name` of a crate, where nothing of this crate has the name, would lead to itself.
        let leads_on = |binding: &&Binding| {
            binding.name.as_deref() == Some(name) && binding.path.first().is_none_or(|first| first != name)
        };
        if let Some(binding) = bindings.iter().find(leads_on) {
            return self.follow(at, &binding.path, depth + 1);
        }
        bindings.iter().filter(|binding| binding.name.is_none()).find_map(|glob| {
            let target = self.follow(at, &glob.path, depth + 1).filter(|target| target.name.is_none())?;
            if target.module == at { None } else { self.look_up(&target.module, name, depth + 1) }
        })
    }
}

/// The names that an item defines in its module.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(name.to_string())
}
