//! A query of one partition: a range of sort keys, a filter, a limit, a place to go on from.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::{Entity, Expression, Item};

/// A place in a list to go on after: the key attributes of table and index, all of them text here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position(BTreeMap<String, String>);

impl Position {
    /// The place of an entity in its table, whatever indexes it is in.
    pub fn of_table<T: Entity>(entity: &T) -> Self {
        let key = entity.key();
        Self(BTreeMap::from([("pk".to_owned(), key.pk), ("sk".to_owned(), key.sk)]))
    }

    /// The place of an entity in an index.
    pub fn of<T: Entity>(entity: &T) -> Self {
        let mut place = Self::of_table(entity);
        place.0.extend(entity.index_keys().into_iter().map(|(name, value)| (name.to_owned(), value)));
        place
    }

    /// The place of an entity in one of the several indexes that it is in: DynamoDB refuses the keys of others.
    pub fn of_index<T: Entity>(entity: &T, index: &str) -> Self {
        let mut place = Self::of(entity);
        place.0.retain(|name, _| matches!(name.as_str(), "pk" | "sk") || name.starts_with(index));
        place
    }

    /// The `LastEvaluatedKey` of an answer.
    pub(super) fn of_answer(key: Item) -> Self {
        Self(key.into_iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?.clone()))).collect())
    }

    /// The `ExclusiveStartKey` of a request.
    pub(super) fn into_item(self) -> Item {
        self.0.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
    }
}

/// Which items of a partition to read.
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) index: Option<&'static str>,
    pub(super) consistent: bool,
    pub(super) condition: Expression,
    pub(super) filter: Expression,
    pub(super) projection: Option<&'static str>,
    pub(super) forward: bool,
    pub(super) limit: Option<i32>,
    pub(super) start: Option<Position>,
}

impl Query {
    fn by(index: Option<&'static str>, pk: &str, sk: &str, partition: &str) -> Self {
        let condition = Expression::new("#pk = :pk").name("#pk", pk).name("#sk", sk).text(":pk", partition);
        Self {
            index,
            // Only global indexes have partition keys of their own.
            consistent: pk == "pk",
            condition,
            filter: Expression::default(),
            projection: None,
            forward: true,
            limit: None,
            start: None,
        }
    }

    /// A partition of the table.
    pub fn table(partition: &str) -> Self {
        Self::by(None, "pk", "sk", partition)
    }

    /// A partition of the first index.
    pub fn gsi1(partition: &str) -> Self {
        Self::by(Some("gsi1"), "gsi1pk", "gsi1sk", partition)
    }

    /// A partition of the second index.
    pub fn gsi2(partition: &str) -> Self {
        Self::by(Some("gsi2"), "gsi2pk", "gsi2sk", partition)
    }

    /// A partition of the third index.
    pub fn gsi3(partition: &str) -> Self {
        Self::by(Some("gsi3"), "gsi3pk", "gsi3sk", partition)
    }

    /// A partition of a local index, which is read as consistently as the table. It is named after its sort key, which
    /// only the items in it have.
    pub fn local(index: &'static str, partition: &str) -> Self {
        Self::by(Some(index), "pk", index, partition)
    }

    /// Perhaps as it was a second ago, at half the cost.
    #[must_use]
    pub const fn eventual(mut self) -> Self {
        self.consistent = false;
        self
    }

    /// Only sort keys that begin with `prefix`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.condition.text.push_str(" AND begins_with(#sk, :sk)");
        self.condition = self.condition.text(":sk", prefix);
        self
    }

    /// Only sort keys up to `last`, itself included.
    #[must_use]
    pub fn up_to(mut self, last: &str) -> Self {
        self.condition.text.push_str(" AND #sk <= :sk");
        self.condition = self.condition.text(":sk", last);
        self
    }

    /// Only sort keys from `first` to `last`, both included.
    #[must_use]
    pub fn between(mut self, first: &str, last: &str) -> Self {
        self.condition.text.push_str(" AND #sk BETWEEN :first AND :last");
        self.condition = self.condition.text(":first", first).text(":last", last);
        self
    }

    /// Reads what may lack the writes of the last second, for half of the price.
    #[must_use]
    pub const fn eventually(mut self) -> Self {
        self.consistent = false;
        self
    }

    /// Only items for which this holds; those read and left out count toward the limit.
    #[must_use]
    pub fn filter(mut self, filter: Expression) -> Self {
        self.filter = self.filter.and(filter);
        self
    }

    /// Only these attributes, which must be all that the entity needs, `entity` and `v` among them. None may be a
    /// reserved word.
    #[must_use]
    pub fn project(mut self, attributes: &'static str) -> Self {
        self.projection = Some(attributes);
        self
    }

    /// Highest sort key first.
    #[must_use]
    pub fn backward(mut self) -> Self {
        self.forward = false;
        self
    }

    /// Read at most so many items, before the filter.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(i32::try_from(limit).unwrap_or(i32::MAX));
        self
    }

    /// Go on after this place.
    #[must_use]
    pub fn after(mut self, start: Option<Position>) -> Self {
        self.start = start;
        self
    }

    /// The expression's names: `#sk` only where it is used, as DynamoDB refuses unused placeholders.
    pub(super) fn placeholders(&self) -> Expression {
        let mut all = self.condition.clone().placeholders_of(self.filter.clone());
        if !all.text.contains("#sk") {
            all.names.remove("#sk");
        }
        all
    }
}

/// What one query request read.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The entities that passed the filter.
    pub items: Vec<T>,
    /// Where to go on; `None` at the end of the range.
    pub last: Option<Position>,
}
