//! The sample events are events of their functions.

use std::collections::BTreeSet;

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use aws_lambda_events::event::sqs::SqsEvent;
use ibw::attendees::messages::ImportMessage;
use ibw::notifications::messages::{BulkMessage, JobsMessage, UrgentMessage};
use ibw::telegram::messages::UpdateMessage;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::root;
use crate::support::template::Template;

#[test]
fn sample_events_are_of_their_functions() {
    let template = Template::read();
    let mut seen = BTreeSet::new();
    for folder in std::fs::read_dir(root().join("events")).expect("events").map(|entry| entry.expect("an entry").path())
    {
        let function = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for file in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let text = std::fs::read_to_string(&file).expect("text");
            let event: Value = serde_json::from_str(&text).expect("JSON");
            match function.as_str() {
                "relay" => {
                    assert!(!serde_json::from_value::<StreamEvent>(event).expect("a stream event").records.is_empty())
                }
                "email" => {
                    assert!(!serde_json::from_value::<SqsEvent>(event).expect("an SQS event").records.is_empty())
                }
                "attendee-import" => assert_messages::<ImportMessage>(event),
                "notification-jobs" => assert_messages::<JobsMessage>(event),
                "telegram-updates" => assert_messages::<UpdateMessage>(event),
                "notification-delivery" if text.contains("-notification-bulk\"") => {
                    assert_messages::<BulkMessage>(event)
                }
                "notification-delivery" => assert_messages::<UrgentMessage>(event),
                "housekeeping" | "notification-scheduler" => {
                    assert!(serde_json::from_value::<EventBridgeEvent>(event).is_ok())
                }
                _ => {
                    let route = event["routeKey"].as_str().expect("a route key");
                    assert!(template.routes(&function).contains(route), "{}: {route}", file.display());
                }
            }
        }
        seen.insert(function);
    }
    assert_eq!(seen, template.functions().keys().cloned().collect());
}

/// That it is an SQS event with messages of this kind.
fn assert_messages<M: DeserializeOwned>(event: Value) {
    let records = serde_json::from_value::<SqsEvent>(event).expect("an SQS event").records;
    assert!(!records.is_empty());
    for record in records {
        assert!(serde_json::from_str::<M>(&record.body.expect("a body")).is_ok());
    }
}
