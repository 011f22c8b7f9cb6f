//! Entities as items: what every item carries, how it is written, and how it is read back or refused.

use super::Error;
use super::key::{Item, Key};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A thing with an item of its own.
///
/// An item is the entity's fields plus `pk`, `sk`, `entity`, `v`, index keys and, for what expires, `expires_at`
/// (seconds).
pub trait Entity: Serialize + DeserializeOwned {
    /// The name in the `entity` attribute.
    const NAME: &'static str;
    /// The version of the shape, in the attribute `v`.
    const VERSION: u32 = 1;

    /// Where it is stored.
    fn key(&self) -> Key;

    /// Keys of secondary indexes: attribute and value.
    fn index_keys(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// When it ceases to be, in seconds since 1970. DynamoDB deletes it some time later; readers treat it as absent at
    /// once.
    fn expires_at(&self) -> Option<i64> {
        None
    }

    /// Turns an item of version `from` into one of [`Self::VERSION`].
    fn upgrade(_from: u32, _item: &mut Item) {}
}

/// The item of an entity. `None` is left out: a NULL in an index key breaks the write.
pub fn encode<T: Entity>(entity: &T) -> Result<Item, Error> {
    let error = |reason: String| Error::Encode { entity: T::NAME, reason };
    let mut item: Item = serde_dynamo::to_item(entity).map_err(|e| error(e.to_string()))?;
    item.retain(|_, value| !value.is_null());
    item.extend(entity.key().to_item());
    item.extend(entity.index_keys().into_iter().map(|(name, value)| (name.to_owned(), AttributeValue::S(value))));
    item.insert("entity".to_owned(), AttributeValue::S(T::NAME.to_owned()));
    item.insert("v".to_owned(), AttributeValue::N(T::VERSION.to_string()));
    if let Some(seconds) = entity.expires_at() {
        item.insert("expires_at".to_owned(), AttributeValue::N(seconds.to_string()));
    }
    Ok(item)
}

/// The attribute that only the remains of a deleted entity have: see `remains.rs`.
pub(super) const GONE: &str = "gone";

/// Whether an item is what is left of a deleted entity.
pub(super) fn is_gone(item: &Item) -> bool {
    item.contains_key(GONE)
}

/// The entity of an item, or an error that names both.
pub(super) fn decode<T: Entity>(mut item: Item) -> Result<T, Error> {
    let key = Key::of(&item);
    let error = |reason: String| Error::Decode { entity: T::NAME, key: key.clone(), reason };
    match item.get("entity").and_then(|value| value.as_s().ok()) {
        Some(name) if name == T::NAME => {}
        other => return Err(error(format!("its entity is {other:?}"))),
    }
    let version = item.get("v").and_then(|value| value.as_n().ok()).and_then(|v| v.parse::<u32>().ok());
    match version {
        Some(v) if v < T::VERSION => T::upgrade(v, &mut item),
        Some(v) if v == T::VERSION => {}
        other => return Err(error(format!("its version is {other:?}"))),
    }
    serde_dynamo::from_item(item).map_err(|e| error(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Badge {
        name: String,
        colour: Option<String>,
    }

    impl Entity for Badge {
        const NAME: &'static str = "badge";
        const VERSION: u32 = 2;
        fn key(&self) -> Key {
            Key { pk: format!("BADGE#{}", self.name), sk: "BADGE".to_owned() }
        }
        fn upgrade(from: u32, item: &mut Item) {
            if from == 1
                && let Some(title) = item.remove("title")
            {
                item.insert("name".to_owned(), title);
            }
        }
    }

    fn badge() -> Badge {
        Badge { name: "speaker".to_owned(), colour: None }
    }

    #[test]
    fn item_carries_entity_and_version_and_leaves_none_out() {
        let item = encode(&badge()).unwrap();
        let mut names: Vec<_> = item.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["entity", "name", "pk", "sk", "v"]);
        assert_eq!(decode::<Badge>(item).unwrap(), badge());
    }

    #[test]
    fn item_of_an_older_version_is_upgraded_on_read() {
        let mut item = encode(&badge()).unwrap();
        let name = item.remove("name").unwrap();
        item.insert("title".to_owned(), name);
        item.insert("v".to_owned(), AttributeValue::N("1".to_owned()));
        assert_eq!(decode::<Badge>(item).unwrap(), badge());
    }

    #[test]
    fn item_that_does_not_decode_is_an_error_naming_entity_and_key() {
        for (attribute, value) in [
            ("entity", AttributeValue::S("ticket".to_owned())),
            ("v", AttributeValue::N("3".to_owned())),
            ("name", AttributeValue::Bool(true)),
        ] {
            let mut item = encode(&badge()).unwrap();
            item.insert(attribute.to_owned(), value);
            let message = decode::<Badge>(item).unwrap_err().to_string();
            assert!(message.contains("badge item BADGE#speaker/BADGE"), "{message}");
        }
    }
}
