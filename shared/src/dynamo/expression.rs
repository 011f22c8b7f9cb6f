//! An expression of DynamoDB's language with its placeholders: a condition, an update or a filter.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

/// Text such as `#n < :max`, with what `#n` and `:max` stand for.
#[derive(Clone, Debug, Default)]
pub struct Expression {
    pub(super) text: String,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
}

impl Expression {
    /// An expression; placeholders follow.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The item must not exist.
    pub fn absent() -> Self {
        Self::new("attribute_not_exists(pk)")
    }

    /// The item must not exist, or have expired by `now` (seconds), though DynamoDB has not deleted it yet.
    pub fn absent_or_expired(now: i64) -> Self {
        Self::new("attribute_not_exists(pk) OR expires_at <= :now").number(":now", now)
    }

    /// The item's `version` must be this one.
    pub fn version(version: u64) -> Self {
        Self::new("version = :expected").number(":expected", version)
    }

    /// An update that adds one to a counter, which expires at this second.
    pub fn one_hit(expires_at: i64) -> Self {
        let update = Self::new("ADD hits :one SET entity = :entity, v = :one, expires_at = :end");
        update.number(":one", 1).text(":entity", "counter").number(":end", expires_at)
    }

    /// A counter with fewer hits than this.
    pub fn fewer_hits(most: u64) -> Self {
        Self::new("attribute_not_exists(pk) OR hits < :max").number(":max", most)
    }

    /// What a `#name` stands for.
    #[must_use]
    pub fn name(mut self, placeholder: &str, attribute: &str) -> Self {
        self.names.insert(placeholder.to_owned(), attribute.to_owned());
        self
    }

    /// A `:value` that is text.
    #[must_use]
    pub fn text(mut self, placeholder: &str, value: impl ToString) -> Self {
        self.values.insert(placeholder.to_owned(), AttributeValue::S(value.to_string()));
        self
    }

    /// A `:value` that is a number.
    #[must_use]
    pub fn number(mut self, placeholder: &str, value: impl ToString) -> Self {
        self.values.insert(placeholder.to_owned(), AttributeValue::N(value.to_string()));
        self
    }

    /// A `:value` of any shape that serde can write.
    #[must_use]
    pub fn value(mut self, placeholder: &str, value: &impl Serialize) -> Self {
        match serde_dynamo::to_attribute_value(value) {
            Ok(value) => {
                self.values.insert(placeholder.to_owned(), value);
            }
            // DynamoDB refuses the call for want of the placeholder, and says which.
            Err(error) => tracing::error!(%error, placeholder, "expression.value_not_written"),
        }
        self
    }

    /// An update that also sets a text attribute, which no other part of it names.
    pub(super) fn setting(mut self, attribute: &str, value: &str) -> Self {
        let one = format!("SET {attribute} = :{attribute}");
        self.text = match self.text.split_once("SET ") {
            Some((before, others)) => format!("{before}{one}, {others}"),
            None => format!("{} {one}", self.text),
        };
        self.text(&format!(":{attribute}"), value)
    }

    /// Both must hold; placeholders of the two must differ.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let text = match (self.text.is_empty(), other.text.is_empty()) {
            (true, _) => other.text.clone(),
            (_, true) => self.text.clone(),
            _ => format!("({}) AND ({})", self.text, other.text),
        };
        Self { text, ..self.placeholders_of(other) }
    }

    /// Adds the other's placeholders, as one request has one map for all its expressions.
    pub(super) fn placeholders_of(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.values.extend(other.values);
        self
    }

    /// The text, or `None` when there is nothing to express.
    pub(super) fn text_or_none(&self) -> Option<String> {
        (!self.text.is_empty()).then(|| self.text.clone())
    }

    /// `None` where a map is empty, as DynamoDB refuses empty ones.
    pub(super) fn names_or_none(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    /// As [`Self::names_or_none`], for values.
    pub(super) fn values_or_none(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }
}
