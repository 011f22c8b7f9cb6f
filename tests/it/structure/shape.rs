//! The shape of functions: none is too long to be read at once, and no constructor hides its arguments in tuples.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, FnArg, ImplItemFn, ItemFn, ItemImpl, ReturnType, Signature, TraitItemFn, Type};

use super::source::parsed;

/// The lines that a function may have, from its signature to its closing brace.
const MAX_LINES: usize = 60;

/// The functions of a file.
#[derive(Default)]
struct Functions {
    /// Each with the number of its lines.
    lengths: Vec<(String, usize)>,
    /// Constructors with a tuple among their arguments.
    with_tuples: Vec<String>,
    /// The type whose `impl` is being read.
    of: Option<String>,
}

impl Functions {
    fn of(file: &syn::File) -> Self {
        let mut functions = Self::default();
        functions.visit_file(file);
        functions
    }

    fn name(&self, signature: &Signature) -> String {
        self.of.iter().map(|of| format!("{of}::")).chain([signature.ident.to_string()]).collect()
    }

    fn measure(&mut self, signature: &Signature, block: &Block) {
        let lines = block.span().end().line - signature.span().start().line + 1;
        self.lengths.push((self.name(signature), lines));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let before = self.of.replace(name_of(&item.self_ty));
        visit::visit_item_impl(self, item);
        self.of = before;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.measure(&item.sig, &item.block);
        if is_constructor(&item.sig, self.of.as_deref().unwrap_or_default()) && item.sig.inputs.iter().any(takes_tuple)
        {
            self.with_tuples.push(self.name(&item.sig));
        }
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.measure(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// The last part of a type's name.
fn name_of(of: &Type) -> String {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
        Type::Reference(reference) => name_of(&reference.elem),
        _ => String::new(),
    }
}

/// Whether a function makes a value of the type whose `impl` it is in, or perhaps one: `Self`, `Result<Self, _>`,
/// `Arc<Self>`.
fn is_constructor(signature: &Signature, of: &str) -> bool {
    struct Names<'a>(&'a str, bool);
    impl<'ast> Visit<'ast> for Names<'_> {
        fn visit_ident(&mut self, name: &'ast proc_macro2::Ident) {
            self.1 |= name == "Self" || name == self.0;
        }
    }
    let ReturnType::Type(_, made) = &signature.output else { return false };
    let mut names = Names(of, false);
    names.visit_type(made);
    names.1 && signature.receiver().is_none()
}

fn takes_tuple(argument: &FnArg) -> bool {
    let mut of = match argument {
        FnArg::Typed(argument) => &*argument.ty,
        FnArg::Receiver(_) => return false,
    };
    while let Type::Reference(reference) = of {
        of = &reference.elem;
    }
    matches!(of, Type::Tuple(tuple) if !tuple.elems.is_empty())
}

/// Fails where something was found. `remedy` says what to do.
fn assert_none(found: &[String], remedy: &str) {
    assert!(found.is_empty(), "{remedy}\n{}", found.join("\n"));
}

#[test]
fn functions_are_no_longer_than_sixty_lines() {
    let mut found = Vec::new();
    for file in ["shared/src", "functions", "tests"].into_iter().flat_map(parsed) {
        let long = Functions::of(&file.syntax).lengths.into_iter().filter(|(_, lines)| *lines > MAX_LINES);
        found.extend(long.map(|(name, lines)| format!("{}: {name} has {lines} lines", file.path)));
    }
    assert_none(
        &found,
        &format!("A function has at most {MAX_LINES} lines. Give a part of each of these a name of its own:"),
    );
}

#[test]
fn constructors_take_no_tuples() {
    let mut found = Vec::new();
    for file in ["shared/src", "functions"].into_iter().flat_map(parsed) {
        let with_tuples = Functions::of(&file.syntax).with_tuples;
        found.extend(with_tuples.into_iter().map(|name| format!("{}: {name} takes a tuple", file.path)));
    }
    let remedy = "A constructor's arguments have names. Pass the parts one by one, or as a struct, to each of these:";
    assert_none(&found, remedy);
}

#[test]
fn lengths_and_tuples_are_seen() {
    let text = "impl Cake { fn new(of: &(u8, u8)) -> Result<Self, ()> {\n\n} fn of(of: u8) -> Cake {} fn eat(self, with: (u8, u8)) {} }";
    let functions = Functions::of(&syn::parse_file(text).expect("Rust"));
    assert_eq!(functions.with_tuples, ["Cake::new"]);
    let lengths = [("Cake::new", 3), ("Cake::of", 1), ("Cake::eat", 1)];
    assert_eq!(functions.lengths, lengths.map(|(name, lines)| (name.to_owned(), lines)));
}
