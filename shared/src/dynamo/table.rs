//! One table, and the reads of single items and partitions of it. Every read is strongly consistent but those of a
//! global index, and those that say otherwise: they cost half, and their readers tolerate what was true a second ago.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, Select};
use aws_sdk_dynamodb::{Client, Config};
use futures_util::future::join_all;

use super::item::{decode, is_gone};
use super::{Entity, Error, Expression, Item, Key, Page, Position, Query};
use crate::clients::aws::Aws;
use crate::config::Env;
use crate::time::Time;

/// The client and the prefix under which this deployment's tables are.
#[derive(Clone, Debug)]
pub struct Dynamo {
    client: Client,
    prefix: Arc<str>,
    /// The tables that a part of the app has asked for; clones share them.
    used: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl Dynamo {
    /// Tables named `{prefix}-{name}`.
    pub fn new(client: Client, prefix: &str) -> Self {
        Self { client, prefix: prefix.into(), used: Arc::default() }
    }

    /// On the cloud that `aws` reaches, with the prefix `TABLE_PREFIX`.
    pub fn read(env: &mut Env, aws: &Aws) -> Self {
        Self::new(Client::from_conf(aws.dynamodb().build()), &env.required("TABLE_PREFIX", String::new()))
    }

    /// Whether each table that the app uses can be reached, or why not. Descriptions are read, no item is.
    pub async fn ping(&self) -> Vec<(&'static str, Result<(), Error>)> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let ping = async |name| (name, self.table(name).ping().await);
        join_all(used.into_iter().map(ping)).await
    }

    /// The table of a bounded context, such as `users`.
    pub fn table(&self, name: &'static str) -> Table {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        Table { client: self.client.clone(), name: format!("{}-{name}", self.prefix).into() }
    }
}

/// A table.
#[derive(Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: Arc<str>,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Table").field(&self.name).finish()
    }
}

impl Table {
    /// The name DynamoDB knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The entity at `key`.
    pub async fn get<T: Entity>(&self, key: &Key) -> Result<Option<T>, Error> {
        self.item(key).await?.filter(|item| !is_gone(item)).map(decode).transpose()
    }

    /// The entity at `key`, perhaps as it was a second ago. That there is none is asked again: it may be new.
    pub async fn get_eventual<T: Entity>(&self, key: &Key) -> Result<Option<T>, Error> {
        match self.read(key, false).await?.filter(|item| !is_gone(item)) {
            Some(item) => decode(item).map(Some),
            None => self.get(key).await,
        }
    }

    /// The item at `key`, whatever it is.
    pub(super) async fn item(&self, key: &Key) -> Result<Option<Item>, Error> {
        self.read(key, true).await
    }

    async fn read(&self, key: &Key, consistent: bool) -> Result<Option<Item>, Error> {
        let call = self.client.get_item().table_name(&*self.name).set_key(Some(key.to_item()));
        let call = call.consistent_read(consistent);
        call.send().await.map(|answer| answer.item).map_err(|e| Error::from_sdk(&e))
    }

    /// The entity at `key`, unless it has expired.
    pub async fn get_live<T: Entity>(&self, key: &Key, now: Time) -> Result<Option<T>, Error> {
        let found = self.get::<T>(key).await?;
        Ok(found.filter(|entity| entity.expires_at().is_none_or(|end| end > now.seconds())))
    }

    /// Adds one to the counter at `key`, which expires at `expires_at` (seconds), and answers what it is then. If the
    /// answer is lost, the SDK counts twice: this is for limits, not for sums.
    pub async fn count(&self, key: &Key, expires_at: i64) -> Result<u64, Error> {
        let answer = self.counting(key, expires_at).send().await.map_err(|e| Error::from_sdk(&e))?;
        Self::counted(key, &answer)
    }

    /// The same in one try of a second, for who does not need the answer.
    pub async fn count_once(&self, key: &Key, expires_at: i64) -> Result<u64, Error> {
        let patience = TimeoutConfig::builder().operation_timeout(Duration::from_secs(1)).build();
        let once = Config::builder().retry_config(RetryConfig::disabled()).timeout_config(patience);
        let call = self.counting(key, expires_at).customize().config_override(once);
        Self::counted(key, &call.send().await.map_err(|e| Error::from_sdk(&e))?)
    }

    fn counting(&self, key: &Key, expires_at: i64) -> UpdateItemFluentBuilder {
        let update = Expression::one_hit(expires_at);
        let call = self.client.update_item().table_name(&*self.name).set_key(Some(key.to_item()));
        call.set_update_expression(update.text_or_none())
            .set_expression_attribute_values(update.values_or_none())
            .return_values(ReturnValue::UpdatedNew)
    }

    fn counted(key: &Key, answer: &UpdateItemOutput) -> Result<u64, Error> {
        let hits = answer.attributes.as_ref().and_then(|all| all.get("hits")).and_then(|hits| hits.as_n().ok());
        let missing = || Error::Decode { entity: "counter", key: key.clone(), reason: "it has no count".to_owned() };
        hits.and_then(|hits| hits.parse().ok()).ok_or_else(missing)
    }

    /// One request's worth of a query.
    pub async fn query<T: Entity>(&self, query: Query) -> Result<Page<T>, Error> {
        let Page { items, last } = self.query_each(query).await?;
        Ok(Page { items: items.into_iter().collect::<Result<_, _>>()?, last })
    }

    /// The same, of a list in which an item that does not decode keeps nobody from the others.
    pub async fn query_each<T: Entity>(&self, query: Query) -> Result<Page<Result<T, Error>>, Error> {
        let all = query.placeholders();
        let call = self.client.query().table_name(&*self.name).set_index_name(query.index.map(str::to_owned));
        let call = call
            .key_condition_expression(&query.condition.text)
            .set_filter_expression(query.filter.text_or_none())
            .set_projection_expression(query.projection.map(str::to_owned))
            .set_expression_attribute_names(all.names_or_none())
            .set_expression_attribute_values(all.values_or_none())
            .scan_index_forward(query.forward)
            .consistent_read(query.consistent)
            .set_limit(query.limit)
            .set_exclusive_start_key(query.start.map(Position::into_item));
        let answer = call.send().await.map_err(|e| Error::from_sdk(&e))?;
        let items = answer.items.unwrap_or_default().into_iter().filter(|item| !is_gone(item));
        let items = items.map(decode).collect();
        Ok(Page { items, last: answer.last_evaluated_key.map(Position::of_answer) })
    }

    /// How many items a query finds, without reading more of them than their keys.
    pub async fn number_of(&self, query: Query) -> Result<u64, Error> {
        let all = query.placeholders();
        let (mut number, mut start) = (0, None);
        loop {
            let call = self.client.query().table_name(&*self.name).set_index_name(query.index.map(str::to_owned));
            let call = call
                .select(Select::Count)
                .key_condition_expression(&query.condition.text)
                .set_filter_expression(query.filter.text_or_none())
                .set_expression_attribute_names(all.names_or_none())
                .set_expression_attribute_values(all.values_or_none())
                .consistent_read(query.consistent)
                .set_exclusive_start_key(start);
            let answer = call.send().await.map_err(|e| Error::from_sdk(&e))?;
            number += u64::try_from(answer.count).unwrap_or_default();
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(number);
            }
        }
    }

    /// All of a query, however many requests it takes; for partitions that are small by design.
    pub async fn query_all<T: Entity>(&self, query: Query) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        let mut next = query;
        loop {
            let page = self.query(next.clone()).await?;
            all.extend(page.items);
            if page.last.is_none() {
                return Ok(all);
            }
            next = next.after(page.last);
        }
    }

    /// The keys of all items of a partition, whatever they are.
    pub async fn keys(&self, partition: &str) -> Result<Vec<Key>, Error> {
        self.keys_of(Query::table(partition)).await
    }

    /// The keys of all items that a query finds, whatever they are.
    pub async fn keys_of(&self, query: Query) -> Result<Vec<Key>, Error> {
        let all = query.placeholders();
        let (mut keys, mut start) = (Vec::new(), None);
        loop {
            let call = self.client.query().table_name(&*self.name).set_index_name(query.index.map(str::to_owned));
            let call = call
                .key_condition_expression(&query.condition.text)
                .set_expression_attribute_names(all.names_or_none())
                .set_expression_attribute_values(all.values_or_none())
                .projection_expression("pk, sk")
                .consistent_read(query.consistent)
                .set_exclusive_start_key(start);
            let answer = call.send().await.map_err(|e| Error::from_sdk(&e))?;
            keys.extend(answer.items.unwrap_or_default().iter().map(Key::of));
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(keys);
            }
        }
    }

    async fn ping(&self) -> Result<(), Error> {
        let call = self.client.describe_table().table_name(&*self.name);
        call.send().await.map(|_| ()).map_err(|e| Error::from_sdk(&e))
    }
}
