//! Somebody hears of each queue and each function that does not get on, and docs/OPERATIONS.md says what to do.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{read, rust_files};
use crate::support::functions::{Start, functions};
use crate::support::template::Template;

const ALARMS: &str = "infra/observability.yaml";

/// The alarms, each by its metric, and the queue or function that it watches.
fn alarms() -> BTreeSet<(String, String)> {
    let template = Template::of_file(ALARMS);
    let alarms = template.of_type("AWS::CloudWatch::Alarm").filter_map(|(_, alarm)| {
        let watched = alarm["Dimensions"][0]["Value"]["Fn::Sub"].as_str()?.strip_prefix("${Prefix}-")?;
        Some((alarm["MetricName"].as_str()?.to_owned(), watched.to_owned()))
    });
    alarms.collect()
}

fn assert_alarm(metric: &str, watched: &str, because: &str) {
    let alarms = alarms();
    assert!(
        alarms.contains(&(metric.to_owned(), watched.to_owned())),
        "{ALARMS} has no alarm of {metric} for {watched}, {because}: add one. docs/OPERATIONS.md says of each kind of alarm what to do"
    );
}

#[test]
fn each_queue_has_an_alarm_for_what_waits_too_long_or_lies_there() {
    let template = Template::read();
    let mappings = template.mappings();
    for (id, queue) in template.queues() {
        if mappings.values().any(|sources| sources.contains(&format!("{id}.Arn"))) {
            assert_alarm("ApproximateAgeOfOldestMessage", &queue, "which a function takes messages from");
        } else {
            assert_alarm("ApproximateNumberOfMessagesVisible", &queue, "which nobody takes messages from");
        }
    }
}

#[test]
fn each_function_has_an_alarm_for_its_errors() {
    for function in functions() {
        assert_alarm("Errors", &function.name, "which may crash or time out");
        if matches!(function.start, Start::Streams) {
            assert_alarm("IteratorAge", &function.name, "which reads streams");
        }
    }
}

#[test]
fn alarms_and_dashboard_watch_what_there_is() {
    let template = Template::read();
    let queues = template.queues().into_values();
    let watched: BTreeSet<String> = queues.chain(functions().into_iter().map(|function| function.name)).collect();
    for (metric, name) in alarms() {
        assert!(
            watched.contains(&name),
            "{ALARMS} has an alarm of {metric} for {name}, which template.yaml does not have"
        );
    }
    let observability = Template::of_file(ALARMS);
    let (_, dashboard) = observability.of_type("AWS::CloudWatch::Dashboard").next().expect("a dashboard");
    let dashboard = dashboard["DashboardBody"]["Fn::Sub"].as_str().expect("a body made with !Sub");
    for name in watched {
        assert!(
            dashboard.contains(&format!("\"${{Prefix}}-{name}\"")),
            "the dashboard in {ALARMS} does not show {name}"
        );
    }
}

#[test]
fn log_events_with_an_alarm_are_logged() {
    let template = Template::of_file(ALARMS);
    let filters: Vec<String> = template
        .of_type("AWS::Logs::MetricFilter")
        .map(|(_, filter)| filter["FilterPattern"].as_str().expect("a pattern").to_owned())
        .collect();
    let code: String = ["shared/src", "functions"].into_iter().flat_map(rust_files).map(|(_, text)| text).collect();
    let events: Vec<&str> = filters.iter().filter_map(|filter| filter.strip_prefix("{ $.message = ")).collect();
    assert!(!events.is_empty());
    for event in events {
        let logged = format!("{});", event.trim_end_matches(" }"));
        assert!(code.contains(&logged), "{ALARMS} counts {event}, which nothing logs");
    }
}

#[test]
fn each_alarm_is_explained() {
    let operations = read("docs/OPERATIONS.md");
    let template = Template::of_file(ALARMS);
    let functions: BTreeSet<String> = functions().into_iter().map(|function| function.name).collect();
    for (id, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let name = alarm["AlarmName"]["Fn::Sub"].as_str().and_then(|name| name.strip_prefix("${Prefix}-"));
        let name = name.unwrap_or_else(|| panic!("{ALARMS}: {id} is not named `${{Prefix}}-…`"));
        // All of these mean the same, so one line explains them.
        if name.strip_suffix("-errors").is_some_and(|function| functions.contains(function)) {
            continue;
        }
        let explained = operations.lines().any(|line| line.starts_with("| ") && line.contains(&format!("`{name}`")));
        assert!(
            explained,
            "docs/OPERATIONS.md does not say under \"Alarms\" what the alarm `{name}` means, and what to do"
        );
    }
}

/// Custom metrics of a stage: CloudWatch bills each, and those of the request line come from code.
const MOST_METRICS: usize = 300;

#[test]
fn each_metric_filter_counts_what_is_logged_for_an_alarm() {
    let (template, observability) = (Template::read(), Template::of_file(ALARMS));
    let alarms: Vec<&Value> = observability.of_type("AWS::CloudWatch::Alarm").map(|(_, alarm)| alarm).collect();
    let format = template.of_type("AWS::Serverless::HttpApi").next().expect("the API").1;
    let access_log = format["AccessLogSettings"]["Format"].as_str().expect("a format");
    for (id, filter) in observability.of_type("AWS::Logs::MetricFilter") {
        let metric = &filter["MetricTransformations"][0];
        let is_watched = |alarm: &&Value| {
            alarm["MetricName"] == metric["MetricName"] && alarm["Namespace"] == metric["MetricNamespace"]
        };
        assert!(alarms.iter().any(is_watched), "{ALARMS}: no alarm watches the metric of {id}");
        assert!(metric["Dimensions"].is_null(), "{ALARMS}: {id} has dimensions, so a caller could make metrics");
        let pattern = filter["FilterPattern"].as_str().expect("a pattern");
        let event = pattern.split('"').nth(1).expect("a text in quotes");
        if pattern.contains("$.status") {
            assert!(
                access_log.contains("\"status\":\"$context.status\""),
                "{id} reads `status` of the access log as a text"
            );
        } else {
            let logged = rust_files("shared/src").into_iter().any(|(_, code)| code.contains(&format!("\"{event}\"")));
            assert!(logged, "{ALARMS}: {id} counts `{event}`, which no code logs");
        }
    }
}

#[test]
fn metrics_are_few() {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let routes: usize =
        document["paths"].as_object().expect("paths").values().map(|item| item.as_object().map_or(0, Map::len)).sum();
    let api = functions().into_iter().filter(|function| function.api().is_some()).count();
    let filters = Template::of_file(ALARMS).of_type("AWS::Logs::MetricFilter").count();
    // `shared/src/telemetry.rs`: five of a function and one of a route.
    let metrics = 5 * api + routes + filters;
    assert!(metrics <= MOST_METRICS, "{metrics} custom metrics are too many");
}
