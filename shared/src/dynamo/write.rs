//! Writes of single items whose answer may be lost.
//!
//! The SDK repeats a write whose answer did not arrive. If the first try was committed, the condition of the second is
//! false because of the caller's own change. So every write under a condition leaves a token in the item, and a write
//! that fails reads in the same request what is there: its own token means that it has been done.
//!
//! | Write | The second try | What the caller gets |
//! | --- | --- | --- |
//! | put under a condition | fails, and finds its own token | success |
//! | update | fails as its own token is there, so nothing is added twice | success, and the item as it is |
//! | delete under a condition | finds no item | success: it is gone, whoever deleted it |
//! | transaction | DynamoDB knows the request's token | success |
//!
//! After the SDK has given up, a write is tried again as a transaction is, while the request has time. So is one that
//! meets a transaction on the same item, which the SDK does not repeat.

use std::fmt::Debug;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::item::{decode, encode};
use super::{Entity, Error, Expression, Item, Key, Table, retry};
use crate::random::Random;

/// The attribute that says which write was the last.
const TOKEN: &str = "write_token";

/// The token of one write. It is never drawn from a seed: two processes of one seed would take each other's writes for
/// their own.
fn token() -> String {
    hex::encode(Random::System.bytes::<12>())
}

fn has_token(item: &Item, token: &str) -> bool {
    item.get(TOKEN).and_then(|value| value.as_s().ok()).is_some_and(|found| found == token)
}

/// The error of a write, which may say what is there.
trait Finds: ProvideErrorMetadata + Debug {
    fn found(&self) -> Option<&Item>;
}

macro_rules! finds {
    ($($error:ident),+) => {
        $(impl Finds for $error {
            fn found(&self) -> Option<&Item> {
                if let Self::ConditionalCheckFailedException(failed) = self { failed.item() } else { None }
            }
        })+
    };
}

finds!(PutItemError, DeleteItemError, UpdateItemError);

/// Why a write was not done, and what is there if its condition is false.
struct Refused {
    error: Error,
    found: Option<Item>,
}

/// What came of an update.
pub(super) enum Written<T> {
    /// It was done, and this is there now.
    Done(T),
    /// Its condition does not hold, and this is there.
    Found(T),
}

/// Sends a write, and again while DynamoDB is busy or does not answer.
async fn send<T, E, F>(call: impl Fn() -> F) -> Result<T, Refused>
where
    E: Finds,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let mut tries = 0;
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        tries += 1;
        let found = error.as_service_error().and_then(Finds::found).cloned();
        let error = Error::from_sdk(&error);
        if !matches!(error, Error::Busy(_)) || !retry::wait(&Random::System, tries).await {
            return Err(Refused { error, found });
        }
    }
}

impl Table {
    /// Writes the entity, whole, if the condition holds ([`Error::ConditionFailed`] otherwise).
    pub async fn put<T: Entity>(&self, entity: &T, condition: &Expression) -> Result<(), Error> {
        self.put_item(encode(entity)?, condition).await
    }

    pub(super) async fn put_item(&self, mut item: Item, condition: &Expression) -> Result<(), Error> {
        let token = token();
        if condition.text_or_none().is_some() {
            item.insert(TOKEN.to_owned(), AttributeValue::S(token.clone()));
        }
        let call = self.client.put_item().table_name(&*self.name).set_item(Some(item));
        let call = call
            .set_condition_expression(condition.text_or_none())
            .set_expression_attribute_names(condition.names_or_none())
            .set_expression_attribute_values(condition.values_or_none())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match send(|| call.clone().send()).await {
            Ok(_) => Ok(()),
            Err(Refused { found: Some(item), .. }) if has_token(&item, &token) => Ok(()),
            Err(Refused { error, .. }) => Err(error),
        }
    }

    /// Deletes what is at `key` if the condition holds, or nothing is there ([`Error::ConditionFailed`] otherwise).
    pub async fn delete(&self, key: &Key, condition: &Expression) -> Result<(), Error> {
        let call = self.client.delete_item().table_name(&*self.name).set_key(Some(key.to_item()));
        let call = call
            .set_condition_expression(condition.text_or_none())
            .set_expression_attribute_names(condition.names_or_none())
            .set_expression_attribute_values(condition.values_or_none())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match send(|| call.clone().send()).await {
            Ok(_) | Err(Refused { error: Error::ConditionFailed, found: None }) => Ok(()),
            Err(Refused { error, .. }) => Err(error),
        }
    }

    /// Changes some attributes if the condition holds, and answers the entity as it is then.
    pub async fn update<T: Entity>(&self, key: &Key, update: &Expression, condition: &Expression) -> Result<T, Error> {
        self.try_update(key, update, condition).await.map_err(|refused| refused.error)?
    }

    /// The same. If the condition does not hold, it answers the entity that is in the way, as it was at that very moment.
    pub(super) async fn update_or_found<T: Entity>(
        &self,
        key: &Key,
        update: &Expression,
        condition: &Expression,
    ) -> Result<Written<T>, Error> {
        match self.try_update(key, update, condition).await {
            Ok(entity) => entity.map(Written::Done),
            Err(Refused { found: Some(item), .. }) => decode(item).map(Written::Found),
            Err(Refused { error, .. }) => Err(error),
        }
    }

    async fn try_update<T: Entity>(
        &self,
        key: &Key,
        update: &Expression,
        condition: &Expression,
    ) -> Result<Result<T, Error>, Refused> {
        let token = token();
        let update = update.clone().setting(TOKEN, &token);
        let fresh = Expression::new("attribute_not_exists(write_token) OR write_token <> :write_token");
        let condition = condition.clone().and(fresh);
        let all = update.clone().placeholders_of(condition.clone());
        let call = self.client.update_item().table_name(&*self.name).set_key(Some(key.to_item()));
        let call = call
            .set_update_expression(update.text_or_none())
            .set_condition_expression(condition.text_or_none())
            .set_expression_attribute_names(all.names_or_none())
            .set_expression_attribute_values(all.values_or_none())
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match send(|| call.clone().send()).await {
            Ok(answer) => Ok(decode(answer.attributes.unwrap_or_default())),
            Err(Refused { found: Some(item), .. }) if has_token(&item, &token) => Ok(decode(item)),
            Err(refused) => Err(refused),
        }
    }
}
