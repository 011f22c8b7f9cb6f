//! Each entity that names a person is exported to them and erased with them, or is not, and then the table says why.

use std::collections::{BTreeMap, BTreeSet};

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
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// In an export: the property that has it. In an erasure: what deletes it, or takes the person out.
    By(&'static str),
    /// Nothing, and why that is right.
    Because(&'static str),
}

use Fate::{Because, By};

/// The feed's partition is deleted whole.
const FEED: Fate = By("notifications: FeedEraser, all that is in the user's feed");
/// The profile's partition is deleted whole.
const PROFILE: Fate = By("users: Eraser, all that is in the user's partition");
/// Made of the profile, which is exported.
const OF_PROFILE: Fate = Because("is made of the profile, which is exported");
/// What organisers write of nobody in particular.
const OF_A_THING: Fate = Because("the name is a thing's, which organisers gave it");
/// Who of the staff did something.
const OF_STAFF: Fate = Because("says who of the staff did it, which the organisers must be able to tell");
/// A job's account of its deliveries.
const OF_A_JOB: Fate =
    Because("is the job's account of its deliveries; docs/OPERATIONS.md says that jobs keep the ids");

/// Each entity that names a person: its domain and the name it is stored under; what an export has of it; what an
/// erasure leaves.
const ENTITIES: &[(&str, Fate, Fate)] = &[
    ("agenda/agenda", Because("sessions name speakers by id"), Because("sessions name speakers by id")),
    ("agenda/bookmark", By("plan"), By("calendar: PlanEraser")),
    ("attendees/attendee", By("attendances"), By("attendees: AttendeeEraser")),
    ("attendees/ticket", By("tickets"), By("attendees: AttendeeEraser gives it back: it no longer names the user")),
    (
        "attendees/ticket_email",
        Because("is made of the ticket, which is exported once it is claimed"),
        Because("is the organisers' record of a sale"),
    ),
    ("attendees/ticket_import", OF_STAFF, OF_STAFF),
    (
        "attendees/ticket_import_content",
        Because("is the organisers' file, which is kept for a day"),
        Because("expires"),
    ),
    ("auth/api_key", OF_A_THING, OF_A_THING),
    ("auth/session", By("sessions"), By("auth: SessionService")),
    ("calendar/calendar", By("plan"), By("calendar: PlanEraser")),
    (
        "calendar/calendar_token",
        Because("is the hash of a secret; since when there is one, the export says"),
        By("calendar: PlanEraser"),
    ),
    ("checkin/checkin_list", OF_A_THING, OF_A_THING),
    ("checkin/scan_log", OF_STAFF, OF_STAFF),
    ("checkin/settled_scans", OF_STAFF, OF_STAFF),
    ("checkin/stray_scan", OF_STAFF, OF_STAFF),
    ("conferences/conference", OF_A_THING, OF_A_THING),
    ("dynamo/once", Because("is an answer that the user got, kept for a day"), Because("expires")),
    ("dynamo/outbox", Because("is on its way, and names by id"), Because("expires")),
    ("events/event", By("events"), By("events: EventEraser takes the host's name out; the id stays")),
    ("events/registration", By("events"), By("events: EventEraser")),
    ("events/seat_offer", Because("is made of the registration, which is exported"), By("events: EventEraser")),
    ("events/waitlist_place", Because("is made of the registration, which is exported"), By("events: EventEraser")),
    ("media/media", By("media"), By("media: MediaService")),
    ("notifications/brief", OF_A_JOB, OF_A_JOB),
    ("notifications/chunk", OF_A_JOB, OF_A_JOB),
    ("notifications/hidden_category", Because("is made of the preferences, which are exported"), FEED),
    ("notifications/job", OF_STAFF, OF_STAFF),
    ("notifications/notification", By("notifications"), FEED),
    ("notifications/preferences", By("notification_preferences"), FEED),
    ("notifications/reminded", Because("only keeps a reminder from being sent twice, and expires"), FEED),
    ("notifications/reminder_lead", Because("is made of the preferences, which are exported"), FEED),
    ("notifications/template", OF_A_THING, OF_A_THING),
    (
        "speakers/speaker",
        By("speakers"),
        By("speakers: SpeakerService takes the link to the user out; the profile stays"),
    ),
    ("speakers/speaker_user", Because("is made of the speaker, which is exported"), By("speakers: SpeakerService")),
    ("telegram/membership", By("telegram_groups"), By("telegram: Memberships")),
    ("users/claim", OF_PROFILE, By("users: Eraser, as the profile gives its claims up")),
    ("users/email_verification", By("pending_email"), PROFILE),
    ("users/listing", OF_PROFILE, PROFILE),
    ("users/member", OF_PROFILE, PROFILE),
    ("users/start", By("starts"), PROFILE),
    ("users/user", By("user"), PROFILE),
];

/// Where the table is.
const TABLE: &str = "tests/it/structure/privacy.rs";

/// The entities of the library that name a person, each with where it does.
fn personal() -> BTreeMap<String, (Stored, String)> {
    let files = parsed("shared/src");
    let krate = Crate::of(&files, "shared/src/lib.rs");
    let types = Types::of(&krate, &files);
    let names_a_person = |part: Part| PERSONAL_TYPES.contains(&part.of) || PERSONAL_FIELDS.contains(&part.field);
    let entities = files.iter().flat_map(stored);
    let found = entities.filter_map(|entity| {
        let part = types.find(&entity.file, &entity.of, &names_a_person)?;
        Some((entity.name.clone(), (entity, part)))
    });
    found.collect()
}

#[test]
fn each_entity_that_names_a_person_is_exported_and_erased_or_excused() {
    let personal = personal();
    for (name, (entity, part)) in &personal {
        assert!(
            ENTITIES.iter().any(|(known, ..)| known == name),
            "{}: {} (stored as `{name}`) names a person in {part}. Export it and erase it in privacy.rs of its domain, and add to \
             ENTITIES in {TABLE} what has it, or why nothing does",
            entity.file,
            entity.of
        );
    }
    let mut seen = BTreeSet::new();
    for (name, ..) in ENTITIES {
        assert!(
            personal.contains_key(*name),
            "no entity that names a person is stored as `{name}`: take it out of {TABLE}"
        );
        assert!(seen.insert(name), "`{name}` is twice in {TABLE}");
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

#[test]
fn export_has_what_the_table_says() {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let answer = &document["paths"]["/api/v1/users/me/export"]["get"]["responses"]["200"];
    let mut exported = properties(&document, &answer["content"]["application/json"]["schema"]);
    assert!(exported.remove("exported_at"), "the schema of the export says when it was made");
    let mut shown = BTreeSet::new();
    for (name, export, _) in ENTITIES {
        if let By(property) = export {
            assert!(exported.contains(*property), "the export has no `{property}` for `{name}`: correct {TABLE}");
            shown.insert((*property).to_owned());
        }
    }
    if let Some(property) = exported.difference(&shown).next() {
        panic!("the export has `{property}`, and no entity in {TABLE} says that it is there");
    }
}

#[test]
fn each_fate_says_what_has_the_entity_or_why_nothing_does() {
    for (name, export, erasure) in ENTITIES {
        for fate in [export, erasure] {
            let (By(text) | Because(text)) = fate;
            assert!(!text.is_empty(), "{TABLE}: say of `{name}` what has it, or why nothing does");
        }
    }
}
