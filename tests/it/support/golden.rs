//! Files of the project that are made from the code: tests compare them, or write them.

use std::path::Path;

/// If this variable is set, tests write what they would compare.
const WRITE: &str = "IBW_WRITE_GOLDEN";

/// Whether tests write golden files rather than compare them.
pub(crate) fn writes() -> bool {
    std::env::var_os(WRITE).is_some()
}

/// Fails unless the file, by its path from the project's root, has this text. `remedy` is the command that writes it.
pub(crate) fn assert_fresh(file: &str, text: &str, remedy: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let stored = std::fs::read_to_string(&path).ok();
    if stored.as_deref() == Some(text) {
        return;
    }
    if writes() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the file");
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{file}: {error}"));
        return;
    }
    let stored = stored.unwrap_or_else(|| panic!("{file} is missing: run `{remedy}`"));
    let differs = stored.lines().zip(text.lines()).position(|(old, new)| old != new);
    let line = differs.unwrap_or_else(|| stored.lines().count().min(text.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("the end of the file").trim().to_owned();
    panic!("{file}:{} has `{}`, the code makes `{}`: run `{remedy}`", line + 1, at(&stored), at(text));
}

/// The same for the part of a document between `<!-- name -->` and `<!-- /name -->`.
pub(crate) fn assert_part_fresh(file: &str, name: &str, part: &str, remedy: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let whole = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let (before, rest) = whole.split_once(&begin).unwrap_or_else(|| panic!("{file} has no `{}`", begin.trim()));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{file} has no `{}`", end.trim()));
    assert_fresh(file, &format!("{before}{begin}{part}{end}{after}"), remedy);
}
