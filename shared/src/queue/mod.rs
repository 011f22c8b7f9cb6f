//! SQS: batches in which each record stands alone, and publishing.
//!
//! Every message may come twice and in any order; consumers are idempotent by [`Message::dedupe_key`].

mod consumer;
mod message;
mod publish;

pub use consumer::{Consumer, Outcome, time_left};
pub use message::{Message, MissingMessageId};
pub use publish::{Outgoing, Publisher};
