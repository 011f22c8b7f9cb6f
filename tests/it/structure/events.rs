//! The sample events are events of their functions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::Value;

use super::root;
use crate::support::functions::{Function, Queue, Start, functions};
use crate::support::template::Template;

#[test]
fn each_function_has_sample_events_and_each_sample_a_function() {
    let functions: BTreeSet<String> = functions().into_iter().map(|function| function.name).collect();
    for function in &functions {
        assert!(!samples(function).is_empty(), "{function} has no sample in events/{function}/");
    }
    for folder in std::fs::read_dir(root().join("events")).expect("events") {
        let folder = name(&folder.expect("an entry").path());
        assert!(functions.contains(&folder), "events/{folder}/ is of no function in tests/it/support/functions.rs");
    }
}

#[test]
fn sample_events_are_of_their_functions() {
    let template = Template::read();
    for function in functions() {
        for file in samples(&function.name) {
            let place = format!("events/{}/{}", function.name, name(&file));
            let text = std::fs::read_to_string(&file).expect("text");
            let event = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{place} is not JSON: {error}"));
            assert_starts(&function, event, &template, &place);
        }
    }
}

/// The sample events of a function.
fn samples(function: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("events").join(function));
    folder.into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect()
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// Fails unless this event would start the function.
fn assert_starts(function: &Function, event: Value, template: &Template, place: &str) {
    match &function.start {
        Start::Http(_) => {
            let route = event["routeKey"].as_str().unwrap_or_else(|| panic!("{place} has no routeKey"));
            let known = template.routes(&function.name).contains(route);
            assert!(known, "{place}: template.yaml gives {} no route `{route}`", function.name);
        }
        Start::Streams => {
            let event: StreamEvent = serde_json::from_value(event)
                .unwrap_or_else(|error| panic!("{place} is no event of a stream: {error}"));
            assert!(!event.records.is_empty(), "{place} has no records");
        }
        Start::Queues(queues) => assert_messages(queues, event, place),
        Start::Schedule => {
            serde_json::from_value::<EventBridgeEvent>(event)
                .unwrap_or_else(|error| panic!("{place} is no event of a schedule: {error}"));
        }
    }
}

/// Fails unless this is an SQS event, with messages of these queues.
fn assert_messages(queues: &[Queue], event: Value, place: &str) {
    let event: SqsEvent =
        serde_json::from_value(event).unwrap_or_else(|error| panic!("{place} is no event of a queue: {error}"));
    assert!(!event.records.is_empty(), "{place} has no records");
    for record in event.records {
        let source = record.event_source_arn.unwrap_or_default();
        let queue = queues.iter().find(|queue| source.ends_with(&format!("-{}", queue.name)));
        let queue = queue.unwrap_or_else(|| panic!("{place}: the function does not take messages of {source}"));
        (queue.check)(&record.body.unwrap_or_default())
            .unwrap_or_else(|error| panic!("{place}: not a message for {}: {error}", queue.name));
    }
}
