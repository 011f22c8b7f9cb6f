//! Each entity that names a person says, where it is stored, what an export and an erasure do with it:
//!
//! ```text
//! /// Export: `plan`.
//! ///
//! /// Erasure: none, because it expires.
//! impl Entity for Bookmark {
//! ```

use std::collections::BTreeSet;

use serde_json::Value;

use super::read;
use super::source::modules::Crate;
use super::source::parsed;
use super::source::stored::{Stored, stored};
use super::source::types::{Part, Types};

/// Types of which a value names a person.
const PERSONAL_TYPES: [&str; 8] = [
    "UserId",
    "EmailAddress",
    "PhoneNumber",
    "TwitterUsername",
    "LinkedinUsername",
    "GithubUsername",
    "KgenUsername",
    "TelegramId",
];

/// Fields that name a person, or may, whatever their type is. The last four hold whatever was put into them.
const PERSONAL_FIELDS: [&str; 16] = [
    "user_id",
    "telegram_id",
    "username",
    "first_name",
    "last_name",
    "name",
    "email",
    "owner",
    "by",
    "created_by",
    "checked_in_by",
    "user_agent",
    "json",
    "payload",
    "answer",
    "bytes",
];

/// What happens to an entity in an export or in an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// The name in backticks. In an export: the property that has it. In an erasure: the domain that deletes it or takes
    /// the person out.
    By(String),
    /// Nothing, and a reason follows.
    None,
}

impl Fate {
    /// What the docs of an entity say after `label`. `None` if they do not, or not so.
    fn of(docs: &str, label: &str) -> Option<Self> {
        let (_, text) = docs.split_once(&format!("{label}: "))?;
        let text = text.split("Erasure: ").next()?.trim();
        if let Some(reason) = text.strip_prefix("none, because ") {
            return (!reason.is_empty()).then_some(Self::None);
        }
        let (name, _) = text.strip_prefix('`')?.split_once('`')?;
        Some(Self::By(name.to_owned()))
    }
}

/// The entities of the library that name a person, each with where it does.
fn personal() -> Vec<(Stored, String)> {
    let files = parsed("shared/src");
    let krate = Crate::of(&files, "shared/src/lib.rs");
    let types = Types::of(&krate, &files);
    let names_a_person = |part: Part| PERSONAL_TYPES.contains(&part.of) || PERSONAL_FIELDS.contains(&part.field);
    let entities = files.iter().flat_map(stored);
    entities
        .filter_map(|entity| types.find(&entity.file, &entity.of, &names_a_person).map(|part| (entity, part)))
        .collect()
}

#[test]
fn each_entity_that_names_a_person_is_exported_and_erased_or_excused() {
    let personal = personal();
    for (entity, part) in &personal {
        let Stored { file, of, name, docs } = entity;
        let says = |label| Fate::of(docs, label);
        assert!(
            says("Export").is_some() && says("Erasure").is_some(),
            "{file}: {of} (stored as `{name}`) names a person in {part}. Export it and erase it in privacy.rs of its domain, and say \
             so in the docs of `impl Entity for {of}`, or why not. tests/it/structure/privacy.rs shows the form",
        );
    }
    for entity in parsed("shared/src").iter().flat_map(stored) {
        assert!(
            entity.docs.is_empty() || personal.iter().any(|(known, _)| known.name == entity.name),
            "{}: {} names no person, so it needs no `Export` and no `Erasure`",
            entity.file,
            entity.of
        );
    }
}

#[test]
fn domain_that_erases_an_entity_has_something_to_erase() {
    for (Stored { file, of, docs, .. }, _) in personal() {
        let Some(Fate::By(domain)) = Fate::of(&docs, "Erasure") else { continue };
        let erases = read(&format!("shared/src/{domain}/privacy.rs")).contains("impl PersonalData for ");
        // Export and erasure begin and end with the user, so they know that domain by name.
        assert!(erases || domain == "users", "{file}: `{domain}` does not erase {of}, as it is no `PersonalData`");
    }
}

/// The properties of a schema, those of its parts included.
fn properties(document: &Value, schema: &Value) -> BTreeSet<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let named = document.pointer(reference.trim_start_matches('#')).expect("what is referred to");
        return properties(document, named);
    }
    let own = schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys().cloned());
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(|part| properties(document, part));
    own.chain(parts).collect()
}

/// The members of an export, as the OpenAPI document has them.
pub(crate) fn exported() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let answer = &document["paths"]["/api/v1/users/me/export"]["get"]["responses"]["200"];
    properties(&document, &answer["content"]["application/json"]["schema"])
}

#[test]
fn export_has_what_the_entities_say() {
    let mut exported = exported();
    assert!(exported.remove("exported_at"), "the schema of the export says when it was made");
    let mut shown = BTreeSet::new();
    for (Stored { file, of, docs, .. }, _) in personal() {
        let Some(Fate::By(property)) = Fate::of(&docs, "Export") else { continue };
        assert!(
            exported.contains(&property),
            "{file}: {of} says that `{property}` of the export has it. Run `make openapi`, or add the property to `PersonalDataExport` in \
             shared/src/app/domains.rs"
        );
        shown.insert(property);
    }
    if let Some(property) = exported.difference(&shown).next() {
        panic!(
            "the export has `{property}`: say in the docs of `impl Entity for` which entity is there (items.rs of its domain)"
        );
    }
}

#[test]
fn fates_are_read_as_they_are_written() {
    let by = |name: &str| Some(Fate::By(name.to_owned()));
    let docs = "Export: `plan`.  Erasure: `calendar` deletes it.";
    assert_eq!((Fate::of(docs, "Export"), Fate::of(docs, "Erasure")), (by("plan"), by("calendar")));
    let docs = "Export: none, because it expires.  Erasure: none, because ";
    assert_eq!((Fate::of(docs, "Export"), Fate::of(docs, "Erasure")), (Some(Fate::None), None));
    assert_eq!(Fate::of("Export: later.", "Export"), None);
}
