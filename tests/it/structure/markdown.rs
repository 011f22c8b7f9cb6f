//! Links in the documents lead somewhere, and their lines are short enough to be read and compared.

use super::{files, read, root};

/// The characters that a line may have, as CONTRIBUTING.md says. Tables and what is quoted from a terminal may have more.
const MAX_CHARACTERS: usize = 160;

/// The documents, by path from the root, with their text.
fn documents() -> Vec<(String, String)> {
    let at_root = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
    let at_root = at_root.into_iter().map(|path| (path.to_owned(), read(path)));
    at_root.chain(files("docs", "md")).collect()
}

/// The lines outside code blocks, each with its number.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The files that a line links to, as it spells them.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://"))
}

#[test]
fn links_lead_to_files() {
    for (document, text) in documents() {
        let folder = root().join(&document).parent().expect("a folder").to_owned();
        for (number, line) in prose(&text) {
            for target in links(line) {
                assert!(folder.join(target).exists(), "{document}:{number} links to {target}, which does not exist");
            }
        }
    }
}

#[test]
fn lines_outside_tables_are_short() {
    for (document, text) in documents() {
        for (number, line) in prose(&text).filter(|(_, line)| !line.starts_with('|')) {
            let characters = line.chars().count();
            assert!(characters <= MAX_CHARACTERS, "{document}:{number} has {characters} characters: break the line");
        }
    }
}

#[test]
fn links_and_code_blocks_are_seen() {
    let text = "see [a](a.rs#part), [`b`](../b.md) and [c](https://example.org) or [d](#d)\n```sh\n[x](x.rs)\n```\nend";
    let prose: Vec<(usize, &str)> = prose(text).collect();
    assert_eq!(prose.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 5]);
    assert_eq!(links(prose[0].1).collect::<Vec<_>>(), ["a.rs", "../b.md"]);
}
