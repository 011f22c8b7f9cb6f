//! Uploads: what is taken and what is refused, what survives a crash, what time and people remove.

mod audit;
mod begin;
mod complete;
mod lost;
mod quota;
mod remove;
mod takedown;

use serde_json::{Value, json};

use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::storage::{FakeS3, Object};
use crate::support::telegram::Person;

const UPLOADS: &str = "/api/v1/media/uploads";
/// A PNG, as far as anybody looks.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
/// An HTML page of the same length.
pub(crate) const HTML: &[u8] = b"<script>alert(1)</s>";
const _: () = assert!(PNG.len() == HTML.len());

/// Functions that store their uploads in a stand-in for S3.
async fn start() -> (TestApp, FakeS3) {
    let s3 = FakeS3::start().await;
    let variables = s3.variables();
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    (TestApp::start_with(&variables).await, s3)
}

/// Somebody.
async fn somebody(app: &TestApp) -> Login {
    app.login(&Person::new(1)).await
}

/// A PNG to be uploaded.
fn png() -> Value {
    json!({"kind": "image", "content_type": "image/png", "size": PNG.len()})
}

async fn begin(app: &TestApp, login: &Login, new: &Value) -> TestResponse {
    app.media().post(UPLOADS).header(login.bearer()).json(new).send().await
}

/// Begins the upload of a PNG, and answers its id.
async fn begun(app: &TestApp, login: &Login) -> String {
    let response = begin(app, login, &png()).await;
    assert_eq!(response.status, 201, "{}", response.text);
    response.json["id"].as_str().expect("an id").to_owned()
}

fn pending(id: &str) -> String {
    format!("pending/image/{id}")
}

fn kept(id: &str) -> String {
    format!("image/{id}")
}

/// Begins the upload of a PNG and uploads it.
async fn uploaded(app: &TestApp, s3: &FakeS3, login: &Login) -> String {
    let id = begun(app, login).await;
    s3.put(&pending(&id), Object::new(PNG, "image/png"));
    id
}

async fn complete(app: &TestApp, login: &Login, id: &str) -> TestResponse {
    app.media().post(&format!("/api/v1/media/{id}/complete")).header(login.bearer()).send().await
}

/// Uploads a PNG and completes it.
async fn ready(app: &TestApp, s3: &FakeS3, login: &Login) -> String {
    let id = uploaded(app, s3, login).await;
    let response = complete(app, login, &id).await;
    assert_eq!(response.status, 200, "{}", response.text);
    id
}

async fn show(app: &TestApp, id: &str) -> TestResponse {
    app.media().get(&format!("/api/v1/media/{id}")).send().await
}

async fn delete(app: &TestApp, login: &Login, id: &str) -> TestResponse {
    app.media().delete(&format!("/api/v1/media/{id}")).header(login.bearer()).send().await
}

const fn admin() -> (&'static str, &'static str) {
    ("x-api-key", ADMIN_API_KEY)
}

/// The records of uploads, by id and state.
fn records(app: &TestApp) -> Vec<(String, String)> {
    let items = app.database.items("media");
    let text = |item: &Value, name: &str| item[name]["S"].as_str().expect("a text").to_owned();
    items
        .iter()
        .filter(|item| item["entity"]["S"] == "media")
        .map(|item| (text(item, "id"), text(item, "state")))
        .collect()
}

/// How many uploads the only owner has under way.
fn open(app: &TestApp) -> Option<String> {
    let items = app.database.items("media");
    let quota = items.iter().find(|item| item["entity"]["S"] == "media_quota")?;
    quota["open"]["N"].as_str().map(str::to_owned)
}
