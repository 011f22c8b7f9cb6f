//! Batch calls: chunks of what DynamoDB allows, retrying only what came back unprocessed, failing loudly if something
//! remains.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{DeleteRequest, KeysAndAttributes, PutRequest, WriteRequest};

use super::item::{decode, encode, is_gone};
use super::{Entity, Error, Item, Key, Table, retry};
use crate::random::Random;

/// Keys in one BatchGetItem (DynamoDB's limit).
const GET_CHUNK: usize = 100;
/// Writes in one BatchWriteItem (DynamoDB's limit).
const WRITE_CHUNK: usize = 25;

impl Table {
    /// The entities at these keys, in no order; absent ones are missing from the answer.
    pub async fn batch_get<T: Entity>(&self, keys: &[Key], random: &Random) -> Result<Vec<T>, Error> {
        let mut found = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(GET_CHUNK) {
            let mut left: Vec<Item> = chunk.iter().map(Key::to_item).collect();
            let mut tries = 0;
            while !left.is_empty() {
                let request = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
                let request = request.map_err(|e| Error::Encode { entity: T::NAME, reason: e.to_string() })?;
                let call = self.client.batch_get_item().request_items(&*self.name, request).send().await;
                let mut answer = call.map_err(|e| Error::from_sdk(&e))?;
                let items = answer.responses.as_mut().and_then(|all| all.remove(&*self.name)).unwrap_or_default();
                for item in items.into_iter().filter(|item| !is_gone(item)) {
                    found.push(decode(item)?);
                }
                let rest = answer.unprocessed_keys.as_mut().and_then(|all| all.remove(&*self.name));
                left = rest.map(|rest| rest.keys).unwrap_or_default();
                tries += 1;
                if !left.is_empty() && !retry::wait(random, tries).await {
                    return Err(Error::Busy(format!("{} keys of {} stay unread", left.len(), self.name)));
                }
            }
        }
        Ok(found)
    }

    /// Puts all entities, unconditionally.
    pub async fn batch_put<T: Entity>(&self, entities: &[T], random: &Random) -> Result<(), Error> {
        let mut requests = Vec::with_capacity(entities.len());
        for entity in entities {
            let put = PutRequest::builder().set_item(Some(encode(entity)?)).build();
            let put = put.map_err(|e| Error::Encode { entity: T::NAME, reason: e.to_string() })?;
            requests.push(WriteRequest::builder().put_request(put).build());
        }
        self.batch_write(requests, random).await
    }

    /// Deletes what is at these keys; what is absent stays so.
    pub async fn batch_delete(&self, keys: &[Key], random: &Random) -> Result<(), Error> {
        let mut requests = Vec::with_capacity(keys.len());
        for key in keys {
            let delete = DeleteRequest::builder().set_key(Some(key.to_item())).build();
            let delete = delete.map_err(|e| Error::Encode { entity: "key", reason: e.to_string() })?;
            requests.push(WriteRequest::builder().delete_request(delete).build());
        }
        self.batch_write(requests, random).await
    }

    async fn batch_write(&self, requests: Vec<WriteRequest>, random: &Random) -> Result<(), Error> {
        let mut requests = requests.into_iter();
        loop {
            let mut left: Vec<_> = requests.by_ref().take(WRITE_CHUNK).collect();
            if left.is_empty() {
                return Ok(());
            }
            let mut tries = 0;
            while !left.is_empty() {
                let items = HashMap::from([(self.name.to_string(), left)]);
                let call = self.client.batch_write_item().set_request_items(Some(items)).send().await;
                let mut answer = call.map_err(|e| Error::from_sdk(&e))?;
                left = answer.unprocessed_items.as_mut().and_then(|all| all.remove(&*self.name)).unwrap_or_default();
                tries += 1;
                if !left.is_empty() && !retry::wait(random, tries).await {
                    return Err(Error::Busy(format!("{} writes to {} stay undone", left.len(), self.name)));
                }
            }
        }
    }
}
