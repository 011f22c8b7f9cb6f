//! A service whose methods are spread over files says which is where.

use super::rust_files;

fn sources() -> Vec<(String, String)> {
    let files = rust_files("shared/src").into_iter();
    files.map(|(file, text)| (file.trim_start_matches("shared/src/").to_owned(), text)).collect()
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
