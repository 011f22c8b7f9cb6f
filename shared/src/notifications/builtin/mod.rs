//! The templates of other domains' notices, so that a new deployment can send them. An organiser's template of the same
//! name replaces the built-in one.

use std::collections::BTreeMap;

use super::template::{Draft, Template};
use crate::text::Tag;
use crate::time::Time;

/// One file for each domain: an object of drafts, by the templates' names.
const FILES: [&str; 3] = [include_str!("agenda.json"), include_str!("attendees.json"), include_str!("events.json")];

/// The built-in template of this name.
pub(super) fn template(name: &Tag) -> Option<Template> {
    let start = Time::default();
    let draft = FILES.iter().find_map(|file| read(file).remove(name.as_str()))?;
    Some(Template { name: name.clone(), draft, version: 0, created_at: start, updated_at: start })
}

/// The drafts of a file; a test reads them all.
fn read(file: &str) -> BTreeMap<String, Draft> {
    serde_json::from_str(file).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_templates_pass_the_checks_of_written_ones() {
        for file in FILES {
            let drafts: BTreeMap<String, Draft> = serde_json::from_str(file).unwrap();
            for (name, draft) in drafts {
                assert_eq!(name.parse::<Tag>().unwrap().as_str(), name);
                let flaws = draft.content.flaws(&draft.argument_names());
                assert!(flaws.is_empty(), "{name}: {flaws:?}");
            }
        }
    }
}
