//! A crowd of users, loaded past the API as the items that the real code would write: through the API they would take
//! minutes.

use std::collections::HashMap;
use std::sync::mpsc::sync_channel;

use aws_sdk_dynamodb::types::AttributeValue;
use dynoxide::types::AttributeValue as Stored;
use ibw::dynamo::{Entity, encode};
use ibw::id::UserId;
use ibw::random::Random;
use ibw::time::Time;
use ibw::users::listing::listings;
use ibw::users::member::Member;
use ibw::users::model::User;
use serde_json::json;

use crate::support::database::{PREFIX, TestDatabase};

/// Users loaded in one go.
const BATCH: usize = 1000;

const FIRST: [&str; 20] = [
    "Aarav", "Aditi", "Asha", "Bhavna", "Chetan", "Deepa", "Esha", "Farhan", "Gauri", "Harsh", "Ishaan", "Jaya",
    "Kabir", "Lakshmi", "Meera", "Nikhil", "Priya", "Rohan", "Sanjay", "Tara",
];
const LAST: [&str; 10] =
    ["Agarwal", "Bose", "Chatterjee", "Desai", "Iyer", "Kapoor", "Mehta", "Nair", "Patel", "Sharma"];

/// The `n`th of a crowd, who joined `n` seconds after `start`: with each of 20 first names in turn, and of 10 last
/// names.
pub(crate) fn member(n: usize, start: Time, random: &Random) -> User {
    let joined = start.plus_seconds(i64::try_from(n).expect("a small number"));
    let (first, last) = (FIRST[n % 20], LAST[n / 20 % 10]);
    let role = ["developer", "founder", "investor", "designer"][n % 4];
    let user = json!({
        "id": UserId::generate(joined, random), "telegram_id": 1_000_000 + n, "first_name": first, "last_name": last,
        "username": format!("{}_{n}", first.to_lowercase()), "name_edited": false, "is_premium": false,
        "allows_write_to_pm": true, "onboarding_completed": true, "notifications_enabled": true,
        "email_verified": false, "roles": [role],
        "ecosystems": only(n.is_multiple_of(5), "solana"),
        "topics": only(n % 1000 == 7, "privacy"),
        "visibility": if n % 10 == 9 { "public" } else { "attendees" }, "version": 1,
        "created_at": joined, "updated_at": joined,
    });
    serde_json::from_value(user).expect("a user")
}

fn only(is_there: bool, tag: &str) -> Vec<&str> {
    is_there.then_some(tag).into_iter().collect()
}

/// Stores one entity of the `users` table as the real code would, whatever it contradicts.
pub(crate) fn put<T: Entity>(database: &TestDatabase, entity: &T) {
    put_in(database, "users", entity);
}

/// The same, in any table.
pub(crate) fn put_in<T: Entity>(database: &TestDatabase, table: &str, entity: &T) {
    load_in(database, table, std::slice::from_ref(entity));
}

/// Stores many entities of a table.
pub(crate) fn load_in<T: Entity>(database: &TestDatabase, table: &str, entities: &[T]) {
    for batch in entities.chunks(BATCH) {
        let items = batch.iter().map(item).collect();
        let imported = database.engine.import_items(&format!("{PREFIX}-{table}"), items, Default::default());
        imported.expect("items of the table");
    }
}

/// Loads users with their entries of the directory.
pub(crate) fn load(database: &TestDatabase, users: &[User]) {
    let (sender, receiver) = sync_channel(1);
    // Making the items takes longer than storing them: both go on at once.
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for batch in users.chunks(BATCH) {
                sender.send(batch.iter().flat_map(items).collect()).expect("a receiver");
            }
        });
        for items in receiver {
            let imported = database.engine.import_items(&format!("{PREFIX}-users"), items, Default::default());
            imported.expect("items of the table");
        }
    });
}

/// The profile and the entries.
fn items(user: &User) -> Vec<HashMap<String, Stored>> {
    listings(user).iter().map(item).chain(Member::of(user).iter().map(item)).chain([item(user)]).collect()
}

fn item<T: Entity>(entity: &T) -> HashMap<String, Stored> {
    let item = encode(entity).expect("an item");
    item.into_iter().map(|(name, value)| (name, stored(value))).collect()
}

/// The engine's own type for a value of the SDK's.
fn stored(value: AttributeValue) -> Stored {
    match value {
        AttributeValue::S(text) => Stored::S(text),
        AttributeValue::N(number) => Stored::N(number),
        AttributeValue::Bool(flag) => Stored::BOOL(flag),
        AttributeValue::L(list) => Stored::L(list.into_iter().map(stored).collect()),
        AttributeValue::M(map) => Stored::M(map.into_iter().map(|(name, value)| (name, stored(value))).collect()),
        AttributeValue::Null(_) => Stored::NULL(true),
        other => panic!("no item has a {other:?}"),
    }
}
