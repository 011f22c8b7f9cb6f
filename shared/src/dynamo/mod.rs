//! DynamoDB: typed items and keys, reads that decode or say which item did not, writes guarded by conditions,
//! transactions whose cancelled item is a domain error, batches that retry what is left, and the outbox.
//!
//! Only a domain's `repository.rs` (and its `keys.rs`) uses this module.

mod batch;
mod error;
mod expression;
mod item;
mod key;
mod once;
mod outbox;
mod query;
mod remains;
mod retry;
mod table;
mod transaction;
mod write;

pub use crate::deadline::with_deadline;
pub use error::{Error, if_held};
pub use expression::Expression;
pub use item::{Entity, encode};
pub use key::{Item, Key};
pub use once::{Begun, Once, OnceKey, Ticket};
pub use outbox::{OUTBOX_SHARDS, OUTBOX_TABLES, OutboxMessage, Topic};
pub use query::{Page, Position, Query};
pub use retry::{Contention, backoff, wait_of};
pub use table::{Dynamo, Table};
pub use transaction::{MAX_WRITES, Transaction};
