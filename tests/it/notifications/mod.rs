//! Notifications through the API: feeds and preferences, templates, jobs and what organisers do with them.

mod actions;
mod announcing;
mod audited;
pub(crate) mod feed;
mod growing;
mod jobs;
pub(crate) mod notices;
mod preferences;
mod recipients;
pub(crate) mod replacing;
mod starting;
mod templates;

use serde_json::{Value, json};

use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::{TestRequest, TestResponse};

/// An organiser's request.
pub(crate) fn organise(app: &TestApp, method: &str, path: &str) -> TestRequest {
    let method = method.parse().expect("a method");
    app.notifications().request(method, &format!("/api/v1/notifications{path}")).header(("x-api-key", ADMIN_API_KEY))
}

/// A request about this version.
pub(crate) fn with_tag(request: TestRequest, version: u64) -> TestRequest {
    request.header(("if-match", format!("\"{version}\"")))
}

/// A template of this name that says `Hello {first_name}`, and more where `arguments` are named.
pub(crate) fn template(name: &str, arguments: &[&str]) -> Value {
    let places: Vec<String> = arguments.iter().map(|argument| format!("{{{argument}}}")).collect();
    let body = format!("Hello {{first_name}} {}", places.join(" "));
    json!({
        "name": name, "category": "announcement", "arguments": arguments,
        "content": {"default_locale": "en", "locales": {"en": {"title": "News", "body": body}}},
    })
}

/// Writes a template and a job with it; the job's answer.
async fn written(app: &TestApp, job: Value) -> TestResponse {
    let name = job["template"].as_str().expect("a template").to_owned();
    let arguments: Vec<String> =
        job["arguments"].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let template = organise(app, "POST", "/templates").json(&template(&name, &arguments)).send().await;
    assert!([201, 409].contains(&template.status), "{}", template.text);
    organise(app, "POST", "/jobs").json(&job).send().await
}

/// The fields that an error answer names, in order.
fn fields(response: &TestResponse) -> Vec<&str> {
    let details = response.json["details"].as_array().expect("details");
    details.iter().map(|detail| detail["field"].as_str().expect("a field")).collect()
}
