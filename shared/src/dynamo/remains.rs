//! What is left of a deleted entity whose key another one may get, such as a conference of the same slug: its version,
//! with which the next one continues. So whoever read the first cannot change the second unseen.
//!
//! Reads take it for absent, so only writes under a condition need to know of it.
//!
//! Other things may belong to such an entity, and must not be there without it. Whoever writes the first of them counts
//! its arrival at the entity, in the same transaction. Whoever deletes the entity reads the arrivals, looks whether
//! anything is there, and deletes it if nothing has arrived since.

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{GONE, is_gone};
use super::{Entity, Error, Expression, Item, Key, Table, Transaction};

/// The attribute that counts what arrived. A change of the entity takes it away, but then the version differs.
const ARRIVALS: &str = "arrivals";

/// A number of an item; 0 if it has none.
fn number(item: &Item, name: &str) -> u64 {
    item.get(name).and_then(|value| value.as_n().ok()).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// What is left of an entity that was at `version`.
fn remains<T: Entity>(key: &Key, version: u64) -> Item {
    let mut item = key.to_item();
    item.extend([
        ("entity".to_owned(), AttributeValue::S(T::NAME.to_owned())),
        ("v".to_owned(), AttributeValue::N(T::VERSION.to_string())),
        ("version".to_owned(), AttributeValue::N((version + 1).to_string())),
        (GONE.to_owned(), AttributeValue::Bool(true)),
    ]);
    item
}

impl Expression {
    /// The item must exist, and be more than remains.
    pub fn there() -> Self {
        Self::new("attribute_exists(pk) AND attribute_not_exists(gone)")
    }

    /// Nothing has arrived at the item since there were so many arrivals.
    pub fn arrivals(arrivals: u64) -> Self {
        if arrivals == 0 {
            return Self::new("attribute_not_exists(arrivals)");
        }
        Self::new("arrivals = :arrivals").number(":arrivals", arrivals)
    }
}

impl<E: From<Error>> Transaction<E> {
    /// Counts an arrival at the entity at `key`, which has to be there; `otherwise` is the error when it is not.
    pub fn arrive(&mut self, table: &Table, key: &Key, otherwise: E) {
        let one_more = Expression::new("ADD arrivals :one").number(":one", 1);
        self.update_if(table, key, &one_more, &Expression::there(), otherwise);
    }

    /// Deletes an entity at `version`, as [`Table::retire`] does; `otherwise` is the error when the condition does not
    /// hold.
    pub fn retire<T: Entity>(&mut self, table: &Table, key: &Key, version: u64, condition: &Expression, otherwise: E) {
        self.put_item(table, T::NAME, remains::<T>(key, version), condition, Some(otherwise));
    }
}

impl Table {
    /// Writes a new entity, which `at` makes of its version: 1, or the one after that of the remains at `key`.
    /// [`Error::ConditionFailed`]: there is an entity.
    pub async fn create<T: Entity>(&self, key: &Key, at: impl FnOnce(u64) -> T) -> Result<T, Error> {
        let (version, condition) = self.vacancy(key).await?;
        let entity = at(version);
        self.put(&entity, &condition).await?;
        Ok(entity)
    }

    /// The version that a new entity at `key` has, and the condition under which it is written.
    /// [`Error::ConditionFailed`]: there is an entity.
    pub async fn vacancy(&self, key: &Key) -> Result<(u64, Expression), Error> {
        match self.item(key).await? {
            None => Ok((1, Expression::absent())),
            Some(item) if is_gone(&item) => {
                let last = number(&item, "version");
                Ok((last + 1, Expression::version(last)))
            }
            Some(_) => Err(Error::ConditionFailed),
        }
    }

    /// How often something has arrived at the entity at `key`.
    pub async fn arrivals(&self, key: &Key) -> Result<u64, Error> {
        Ok(self.item(key).await?.map(|item| number(&item, ARRIVALS)).unwrap_or_default())
    }

    /// Deletes an entity at `version` if the condition holds ([`Error::ConditionFailed`] otherwise). The remains have the
    /// next version, as for any change.
    pub async fn retire<T: Entity>(&self, key: &Key, version: u64, condition: &Expression) -> Result<(), Error> {
        self.put_item(remains::<T>(key, version), condition).await
    }
}
