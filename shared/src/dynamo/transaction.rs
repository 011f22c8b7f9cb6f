//! Several writes, all or none. Each write may name the domain error that its failed condition means, so that a
//! cancelled transaction says which rule was broken and not merely that one was.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};

use super::item::encode;
use super::{Entity, Error, Expression, Item, Key, Table, retry};
use crate::random::Random;

/// The most writes of one transaction (DynamoDB's limit). Groups of changes are sized by it.
pub const MAX_WRITES: usize = 100;

/// Writes that happen together; at most [`MAX_WRITES`].
#[derive(Debug)]
pub struct Transaction<E> {
    items: Vec<TransactWriteItem>,
    /// What a failed condition means, for each item.
    rules: Vec<Option<E>>,
    client: Option<Client>,
    broken: Option<Error>,
    tries: u32,
}

impl<E> Default for Transaction<E> {
    fn default() -> Self {
        Self { items: Vec::new(), rules: Vec::new(), client: None, broken: None, tries: retry::MAX_TRIES }
    }
}

/// What DynamoDB said to one attempt.
enum Outcome<E> {
    Rule(E),
    Again(Error),
    Failed(Error),
}

impl<E: From<Error>> Transaction<E> {
    /// An empty transaction.
    pub fn new() -> Self {
        Self::default()
    }

    /// So many tries in all, for an item that many write at once: each transaction on it may cancel the others.
    #[must_use]
    pub fn with_tries(self, tries: u32) -> Self {
        Self { tries, ..self }
    }

    /// Whether all that was put into it can be stored.
    pub const fn is_sound(&self) -> bool {
        self.broken.is_none()
    }

    /// Writes an entity, whatever was there.
    pub fn put<T: Entity>(&mut self, table: &Table, entity: &T) {
        self.put_step(table, entity, &Expression::default(), None);
    }

    /// Writes an entity if the condition holds; `otherwise` is the error when it does not.
    pub fn put_if<T: Entity>(&mut self, table: &Table, entity: &T, condition: &Expression, otherwise: E) {
        self.put_step(table, entity, condition, Some(otherwise));
    }

    /// Writes an entity of a random key; that something is there is a fault.
    pub fn put_new<T: Entity>(&mut self, table: &Table, entity: &T) {
        self.put_step(table, entity, &Expression::absent(), None);
    }

    /// Deletes what is at `key`, if anything.
    pub fn delete(&mut self, table: &Table, key: &Key) {
        self.delete_step(table, key, &Expression::default(), None);
    }

    /// Deletes what is at `key` if the condition holds; `otherwise` is the error when it does not.
    pub fn delete_if(&mut self, table: &Table, key: &Key, condition: &Expression, otherwise: E) {
        self.delete_step(table, key, condition, Some(otherwise));
    }

    /// Changes attributes of what is at `key`, or makes it with them.
    pub fn update(&mut self, table: &Table, key: &Key, update: &Expression) {
        self.update_step(table, key, update, &Expression::default(), None);
    }

    /// Changes attributes of what is at `key` if the condition holds; `otherwise` is the error when it does not.
    pub fn update_if(&mut self, table: &Table, key: &Key, update: &Expression, condition: &Expression, otherwise: E) {
        self.update_step(table, key, update, condition, Some(otherwise));
    }

    /// Writes nothing, but lets the others happen only if the condition holds; `otherwise` is the error when it does
    /// not.
    pub fn check(&mut self, table: &Table, key: &Key, condition: &Expression, otherwise: E) {
        let built = ConditionCheck::builder()
            .table_name(&*table.name)
            .set_key(Some(key.to_item()))
            .condition_expression(&condition.text)
            .set_expression_attribute_names(condition.names_or_none())
            .set_expression_attribute_values(condition.values_or_none())
            .build();
        match built {
            Ok(check) => self.step(table, TransactWriteItem::builder().condition_check(check).build(), Some(otherwise)),
            Err(e) => self.broken = Some(Error::Encode { entity: "check", reason: e.to_string() }),
        }
    }

    /// Runs it. Conflicts with other transactions are retried with full jitter while the request has time.
    pub async fn run(mut self, random: &Random) -> Result<(), E> {
        if let Some(error) = self.broken.take() {
            return Err(error.into());
        }
        let Some(client) = self.client.take() else { return Ok(()) };
        let token = hex::encode(random.bytes::<16>());
        let mut tries = 0;
        loop {
            let items = Some(self.items.clone());
            let call = client.transact_write_items().set_transact_items(items).client_request_token(&token);
            let Err(error) = call.send().await else { return Ok(()) };
            tries += 1;
            match self.sort(&error) {
                Outcome::Rule(rule) => return Err(rule),
                Outcome::Failed(error) => return Err(error.into()),
                Outcome::Again(error) => {
                    if !retry::wait_of(random, tries, self.tries).await {
                        return Err(error.into());
                    }
                }
            }
        }
    }

    /// Cancellation reasons come in the order of the writes: the first failed condition decides, else a conflict is
    /// retried.
    fn sort(&mut self, error: &SdkError<TransactWriteItemsError>) -> Outcome<E> {
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
            return match Error::from_sdk(error) {
                busy @ Error::Busy(_) => Outcome::Again(busy),
                other => Outcome::Failed(other),
            };
        };
        let reasons = cancelled.cancellation_reasons();
        let failed = reasons.iter().position(|reason| reason.code() == Some("ConditionalCheckFailed"));
        if let Some(position) = failed {
            let rule = self.rules.get_mut(position).and_then(Option::take);
            return rule.map_or(Outcome::Failed(Error::ConditionFailed), Outcome::Rule);
        }
        let codes: Vec<_> = reasons.iter().filter_map(|reason| reason.code()).filter(|code| *code != "None").collect();
        let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
        if codes.iter().all(|code| passing.contains(code)) {
            Outcome::Again(Error::Busy(format!("transaction cancelled: {codes:?}")))
        } else {
            let message = format!("{codes:?}: {}", cancelled.message().unwrap_or_default());
            Outcome::Failed(Error::Call { code: "TransactionCanceledException".to_owned(), message })
        }
    }

    fn put_step<T: Entity>(&mut self, table: &Table, entity: &T, condition: &Expression, otherwise: Option<E>) {
        match encode(entity) {
            Ok(item) => self.put_item(table, T::NAME, item, condition, otherwise),
            Err(error) => self.broken = Some(error),
        }
    }

    /// Writes an item of the entity of this name.
    pub(super) fn put_item(
        &mut self,
        table: &Table,
        entity: &'static str,
        item: Item,
        condition: &Expression,
        otherwise: Option<E>,
    ) {
        let built = Put::builder()
            .table_name(&*table.name)
            .set_item(Some(item))
            .set_condition_expression(condition.text_or_none())
            .set_expression_attribute_names(condition.names_or_none())
            .set_expression_attribute_values(condition.values_or_none())
            .build()
            .map_err(|e| Error::Encode { entity, reason: e.to_string() });
        match built {
            Ok(put) => self.step(table, TransactWriteItem::builder().put(put).build(), otherwise),
            Err(error) => self.broken = Some(error),
        }
    }

    fn delete_step(&mut self, table: &Table, key: &Key, condition: &Expression, otherwise: Option<E>) {
        let built = Delete::builder()
            .table_name(&*table.name)
            .set_key(Some(key.to_item()))
            .set_condition_expression(condition.text_or_none())
            .set_expression_attribute_names(condition.names_or_none())
            .set_expression_attribute_values(condition.values_or_none())
            .build();
        match built {
            Ok(delete) => self.step(table, TransactWriteItem::builder().delete(delete).build(), otherwise),
            Err(e) => self.broken = Some(Error::Encode { entity: "delete", reason: e.to_string() }),
        }
    }

    fn update_step(
        &mut self,
        table: &Table,
        key: &Key,
        update: &Expression,
        condition: &Expression,
        otherwise: Option<E>,
    ) {
        let all = update.clone().placeholders_of(condition.clone());
        let built = Update::builder()
            .table_name(&*table.name)
            .set_key(Some(key.to_item()))
            .set_update_expression(update.text_or_none())
            .set_condition_expression(condition.text_or_none())
            .set_expression_attribute_names(all.names_or_none())
            .set_expression_attribute_values(all.values_or_none())
            .build();
        match built {
            Ok(update) => self.step(table, TransactWriteItem::builder().update(update).build(), otherwise),
            Err(e) => self.broken = Some(Error::Encode { entity: "update", reason: e.to_string() }),
        }
    }

    fn step(&mut self, table: &Table, item: TransactWriteItem, otherwise: Option<E>) {
        self.client.get_or_insert_with(|| table.client.clone());
        self.items.push(item);
        self.rules.push(otherwise);
    }
}
