//! The sample events, as `make invoke` sends them: on the demo data, each is answered as documented.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use reqwest::Method;
use serde_json::Value;

use super::cloud::{Cloud, send};
use crate::structure::root;

/// Adds the demo data, and what their ids are to the environment file.
fn seed() -> Cloud {
    let file = std::env::var("IBW_E2E_ENV").expect("end-to-end tests run under `make test`");
    let folder = Path::new(&file).parent().expect("the cloud's folder");
    let mut seeding = Command::new("python");
    seeding.current_dir(root()).args(["infra/local/cloud.py", "seed", "--dir"]).arg(folder);
    let done = seeding.output().expect("Python of .venv");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Cloud::running()
}

/// The sample events of functions behind the gateway, by path.
fn samples() -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for folder in std::fs::read_dir(root().join("events")).expect("events") {
        for file in std::fs::read_dir(folder.expect("a folder").path()).expect("samples") {
            let path = file.expect("a file").path();
            let event: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("text")).expect("JSON");
            if event["routeKey"].is_string() {
                found.insert(path.display().to_string(), event);
            }
        }
    }
    found
}

/// A text of an event with the `${NAME}` in it filled in.
fn filled(cloud: &Cloud, text: &Value) -> String {
    let mut parts = text.as_str().unwrap_or_default().split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').expect("a placeholder");
        filled += cloud.variable(name);
        filled += rest;
    }
    filled
}

#[tokio::test]
async fn sample_events_are_answered_as_documented_on_the_demo_data() {
    let cloud = seed();
    let samples = samples();
    assert!(samples.len() > 30, "{}", samples.len());
    for (file, event) in samples {
        let (path, query) = (filled(&cloud, &event["rawPath"]), filled(&cloud, &event["rawQueryString"]));
        let method: Method = event["requestContext"]["http"]["method"].as_str().expect("a method").parse().unwrap();
        let mut request = cloud.request(method, &format!("{path}?{query}"));
        for (name, value) in event["headers"].as_object().expect("headers").iter().filter(|(name, _)| *name != "host") {
            request = request.header(name, filled(&cloud, value));
        }
        let (status, _, body) = send(request.body(filled(&cloud, &event["body"]))).await;
        let expected = if file.ends_with("unmatched.json") { 404..405 } else { 200..400 };
        assert!(expected.contains(&status), "{file}: {status} {}", String::from_utf8_lossy(&body));
    }
}
