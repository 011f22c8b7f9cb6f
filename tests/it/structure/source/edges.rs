//! Which file uses what of which: the edges between files, and the circles that they make.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::modules::Crate;

/// What one file uses of another.
#[derive(Debug, Default)]
pub(in crate::structure) struct Edges {
    /// By file, the files it uses, and the names that it knows each by.
    uses: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Edges {
    /// Between the files of a crate. A module that shows what is defined below it (`pub use child::X`) does not use it.
    pub(in crate::structure) fn of(krate: &Crate) -> Self {
        let mut edges = Self::default();
        for (place, module) in &krate.modules {
            let shown = |target: &[String]| target.len() > place.len() && target.starts_with(place);
            let bound = module.paths.bindings.iter().filter_map(|binding| {
                let target = krate.resolve(place, &binding.path)?;
                (!binding.is_public || !shown(&target.module)).then_some((target, &binding.path))
            });
            // In code a module is only ever the beginning of a path; a variable may have the name of one.
            let named = module.paths.named.iter().filter_map(|path| Some((krate.resolve(place, path)?, path)));
            let named = named.filter(|(target, _)| target.name.is_some());
            for (target, path) in bound.chain(named) {
                let file = &krate.modules[&target.module].file;
                if *file != module.file {
                    let name = target.name.or_else(|| path.last().cloned()).unwrap_or_default();
                    edges.add(&module.file, file, &name);
                }
            }
        }
        edges
    }

    /// One uses a name of the other.
    pub(in crate::structure) fn add(&mut self, from: &str, to: &str, name: &str) {
        self.uses.entry(from.to_owned()).or_default().entry(to.to_owned()).or_default().insert(name.to_owned());
    }

    /// Whether one file uses the other.
    pub(in crate::structure) fn has(&self, from: &str, to: &str) -> bool {
        self.uses.get(from).is_some_and(|used| used.contains_key(to))
    }

    /// The shortest circle through each file that is in one; circles of the same files once.
    pub(in crate::structure) fn circles(&self) -> Vec<Vec<String>> {
        let mut known = BTreeSet::new();
        let mut circles = Vec::new();
        for file in self.uses.keys() {
            let Some(circle) = self.way(file, file) else { continue };
            if known.insert(circle.iter().cloned().collect::<BTreeSet<_>>()) {
                circles.push(circle);
            }
        }
        circles.sort_by_key(Vec::len);
        circles
    }

    /// The shortest way from one file to another, along what each uses; from a file to itself it is a circle.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut left = VecDeque::from([from]);
        while let Some(file) = left.pop_front() {
            for next in self.uses.get(file).into_iter().flat_map(BTreeMap::keys) {
                if !came_from.contains_key(next.as_str()) {
                    came_from.insert(next, file);
                    left.push_back(next);
                }
            }
        }
        let (mut way, mut at) = (vec![to.to_owned()], *came_from.get(to)?);
        while at != from {
            way.push(at.to_owned());
            at = came_from[at];
        }
        way.push(from.to_owned());
        way.reverse();
        Some(way)
    }

    /// A way in words: `a.rs uses X of b.rs uses Y of a.rs`.
    pub(in crate::structure) fn words(&self, way: &[String]) -> String {
        let mut words = way[0].clone();
        for pair in way.windows(2) {
            let names: Vec<&str> = self.uses[&pair[0]][&pair[1]].iter().map(String::as_str).collect();
            words += &format!("\n    uses {} of {}", names.join(", "), pair[1]);
        }
        words
    }
}
