//! A received message: what a handler needs of an SQS record.

use aws_lambda_events::event::sqs::SqsMessage;
use thiserror::Error;

/// The message attribute that carries [`Message::dedupe_key`].
pub(super) const DEDUPE_KEY: &str = "dedupe_key";

/// A record that names no message. Its failure could not be reported, so SQS would take it for done: the whole
/// invocation has to fail instead.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a record of the batch has no message id")]
pub struct MissingMessageId;

/// A received message. Not `Debug`: bodies are not logged.
#[derive(Clone)]
pub struct Message {
    /// SQS's id of the message, the same at each delivery.
    pub id: String,
    /// The payload.
    pub body: String,
    /// What two deliveries of one effect have in common: the producer's key, or the message's id where it gave none.
    pub dedupe_key: String,
    /// How often the message was received, this time included.
    pub receive_count: u32,
    /// Names this delivery of the message, for changing its visibility.
    pub(super) receipt_handle: String,
}

impl TryFrom<SqsMessage> for Message {
    type Error = MissingMessageId;

    fn try_from(mut record: SqsMessage) -> Result<Self, Self::Error> {
        let id = record.message_id.filter(|id| !id.is_empty()).ok_or(MissingMessageId)?;
        let given = record.message_attributes.remove(DEDUPE_KEY).and_then(|attribute| attribute.string_value);
        let count = record.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok());
        Ok(Self {
            dedupe_key: given.unwrap_or_else(|| id.clone()),
            id,
            body: record.body.unwrap_or_default(),
            receive_count: count.unwrap_or(1),
            receipt_handle: record.receipt_handle.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(record: Value) -> Result<Message, MissingMessageId> {
        serde_json::from_value::<SqsMessage>(record).unwrap().try_into()
    }

    #[test]
    fn message_carries_what_the_record_says() {
        let message = read(json!({
            "messageId": "m1", "receiptHandle": "r1", "body": "{}",
            "attributes": {"ApproximateReceiveCount": "3"},
            "messageAttributes": {"dedupe_key": {"stringValue": "k1", "dataType": "String"}},
        }))
        .unwrap();
        let read = (message.id, message.receipt_handle, message.body, message.receive_count, message.dedupe_key);
        assert_eq!(read, ("m1".into(), "r1".into(), "{}".into(), 3, "k1".into()));
    }

    #[test]
    fn message_without_dedupe_key_is_known_by_its_id() {
        let message = read(json!({"messageId": "m1"})).unwrap();
        assert_eq!((message.dedupe_key.as_str(), message.receive_count), ("m1", 1));
    }

    #[test]
    fn record_without_message_id_is_refused() {
        assert_eq!(read(json!({"body": "{}"})).err(), Some(MissingMessageId));
        assert_eq!(read(json!({"messageId": ""})).err(), Some(MissingMessageId));
    }
}
