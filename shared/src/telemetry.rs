//! What a function says of itself: log events as JSON lines, and one line per request that is also its metrics.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::time::Time;

/// Set by [`init`]. Tests do not call it: their output is what failed, and not how each request went.
static STARTED: AtomicBool = AtomicBool::new(false);

/// Starts logging: JSON lines on standard output, at `RUST_LOG`'s level or `info`. To be called once, first.
pub fn init() {
    let levels = std::env::var("RUST_LOG").ok().and_then(|text| text.parse().ok());
    let lines = fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
    let filter = levels.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    tracing_subscriber::registry().with(lines).with(filter).init();
    STARTED.store(true, Ordering::Relaxed);
}

/// How a request went: one line of the log, and in CloudWatch's embedded metric format the metrics `Requests`, `Faults`
/// (5xx), `Refusals` (4xx), `Latency` and `ColdStarts` of the function. By route there is `Latency` alone, whose samples
/// are the requests: each metric of each route costs, and a query of the log tells the rest.
#[derive(Clone, Debug)]
pub struct RequestLine<'a> {
    /// The gateway's request id.
    pub request_id: &'a str,
    /// The route's template, not the path. `None` if none matches: paths are the caller's invention.
    pub route: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// From the first layer in to the last one out.
    pub duration: Duration,
    /// Who: an id, never a name.
    pub principal: &'a str,
    /// It was the instance's first request.
    pub cold_start: bool,
    /// When the answer was ready.
    pub now: Time,
}

#[derive(Serialize)]
struct Line<'a> {
    timestamp: Time,
    level: &'static str,
    message: &'static str,
    function: String,
    request_id: &'a str,
    route: String,
    status: u16,
    duration_ms: f64,
    principal: &'a str,
    cold_start: bool,
    #[serde(rename = "Requests")]
    requests: u8,
    #[serde(rename = "Faults")]
    faults: u8,
    #[serde(rename = "Refusals")]
    refusals: u8,
    #[serde(rename = "Latency")]
    latency: f64,
    #[serde(rename = "ColdStarts")]
    cold_starts: u8,
    #[serde(rename = "_aws")]
    aws: Directive,
}

/// What of the line are metrics (CloudWatch's embedded metric format). All but the time is constant, and so costs
/// nothing to make.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    timestamp: i64,
    cloud_watch_metrics: &'static [MetricSet],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricSet {
    namespace: &'static str,
    dimensions: [&'static [&'static str]; 1],
    metrics: &'static [Metric],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: &'static str,
    unit: &'static str,
}

const LATENCY: Metric = Metric { name: "Latency", unit: "Milliseconds" };

/// Those of the function, then those of a route.
const METRICS: [MetricSet; 2] = [
    MetricSet {
        namespace: "IBW",
        dimensions: [&["function"]],
        metrics: &[
            Metric { name: "Requests", unit: "Count" },
            Metric { name: "Faults", unit: "Count" },
            Metric { name: "Refusals", unit: "Count" },
            Metric { name: "ColdStarts", unit: "Count" },
            LATENCY,
        ],
    },
    MetricSet { namespace: "IBW", dimensions: [&["function", "route"]], metrics: &[LATENCY] },
];

impl RequestLine<'_> {
    /// The line.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        // A preflight or another method of a known path is a combination that the caller chose.
        let is_of_route = self.route.is_some() && self.status != 405 && self.method != "OPTIONS";
        let sets = if is_of_route { &METRICS[..] } else { &METRICS[..1] };
        let millis = (self.duration.as_secs_f64() * 1e5).round() / 1e2;
        serde_json::to_string(&Line {
            timestamp: self.now,
            level: "INFO",
            message: "request.handled",
            function: std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "local".to_owned()),
            request_id: self.request_id,
            route: format!("{} {}", self.method, self.route.unwrap_or("unmatched")),
            status: self.status,
            duration_ms: millis,
            principal: self.principal,
            cold_start: self.cold_start,
            requests: 1,
            faults: u8::from(self.status >= 500),
            refusals: u8::from((400..500).contains(&self.status)),
            latency: millis,
            cold_starts: u8::from(self.cold_start),
            aws: Directive { timestamp: self.now.millis(), cloud_watch_metrics: sets },
        })
    }

    /// Writes the line where Lambda collects it, once logging was started.
    pub fn print(&self) {
        if STARTED.load(Ordering::Relaxed)
            && let Ok(line) = self.to_json()
        {
            println!("{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(method: &str, route: Option<&str>, status: u16) -> serde_json::Value {
        let line = RequestLine {
            request_id: "r-1",
            route,
            method,
            status,
            duration: Duration::from_micros(1234),
            principal: "usr_1",
            cold_start: true,
            now: Time::from_millis(1_795_339_800_007).unwrap(),
        };
        serde_json::from_str(&line.to_json().unwrap()).unwrap()
    }

    #[test]
    fn request_line_holds_every_metric_and_dimension_it_names() {
        let json = line("GET", Some("/api/v1/users/{id}"), 404);
        let sets = json["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        let members = |name: &'static str| sets.iter().flat_map(move |set| set[name].as_array().unwrap().clone());
        for metric in members("Metrics") {
            assert!(json[metric["Name"].as_str().unwrap()].is_number(), "{metric}");
        }
        for name in members("Dimensions").flat_map(|names| names.as_array().unwrap().clone()) {
            assert!(json[name.as_str().unwrap()].is_string(), "{name}");
        }
        assert_eq!((json["Refusals"].as_u64(), json["Faults"].as_u64()), (Some(1), Some(0)));
        assert_eq!(json["route"], "GET /api/v1/users/{id}");
        assert_eq!(json["duration_ms"], 1.23);
    }

    #[test]
    fn no_caller_makes_a_metric() {
        let sets = |json: serde_json::Value| json["_aws"]["CloudWatchMetrics"].as_array().unwrap().len();
        assert_eq!(sets(line("GET", Some("/api/v1/users/{id}"), 404)), 2);
        assert_eq!(sets(line("GET", None, 404)), 1);
        assert_eq!(sets(line("PUT", Some("/api/v1/users/{id}"), 405)), 1);
        assert_eq!(sets(line("OPTIONS", Some("/api/v1/users/{id}"), 200)), 1);
    }
}
