//! A stand-in for S3 with one bucket: it keeps objects, heeds `If-Match` and `Range`, and fails when told. It checks no
//! signature; the local cloud's S3 does, in the end-to-end tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// The bucket.
pub(crate) const BUCKET: &str = "ibw-test-media";
/// What stands before an object's key where everybody reads it.
pub(crate) const CDN: &str = "https://cdn.example.org";

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    /// Its bytes.
    pub(crate) content: Vec<u8>,
    /// Its `Content-Type`.
    pub(crate) content_type: String,
    /// Its other headers that a browser obeys, and its metadata.
    pub(crate) headers: BTreeMap<String, String>,
}

impl Object {
    /// An object.
    pub(crate) fn new(content: impl Into<Vec<u8>>, content_type: &str) -> Self {
        Self { content: content.into(), content_type: content_type.to_owned(), headers: BTreeMap::new() }
    }

    /// With a header that its uploader has chosen.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, (Object, u64)>,
    writes: u64,
    calls: Vec<String>,
    failing: Option<usize>,
    replacing: Option<(&'static str, String, Object)>,
}

impl State {
    fn put(&mut self, key: &str, object: Object) {
        self.writes += 1;
        self.objects.insert(key.to_owned(), (object, self.writes));
    }
}

/// A stand-in for S3; clones are the same one.
#[derive(Clone)]
pub(crate) struct FakeS3 {
    server: Arc<MockServer>,
    state: Arc<Mutex<State>>,
}

impl FakeS3 {
    /// An empty bucket.
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(Bucket(state.clone())).mount(&server).await;
        Self { server: Arc::new(server), state }
    }

    /// The variables of functions that use it.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let endpoint = self.server.uri();
        [("STORAGE_BACKEND", "s3"), ("STORAGE_BUCKET", BUCKET), ("STORAGE_ENDPOINT", &endpoint), ("CDN_URL", CDN)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panicked here")
    }

    /// Puts an object there, as an upload does.
    pub(crate) fn put(&self, key: &str, object: Object) {
        self.state().put(key, object);
    }

    /// The keys of all objects.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    /// An object.
    pub(crate) fn object(&self, key: &str) -> Option<Object> {
        self.state().objects.get(key).map(|(object, _)| object.clone())
    }

    /// The calls since the last look, as `HEAD`, `GET`, `COPY`, `DELETE`.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.state().calls)
    }

    /// Refuses the call after `calls` more, once.
    pub(crate) fn fail_after(&self, calls: usize) {
        self.state().failing = Some(calls);
    }

    /// Replaces an object right before the next call of this kind.
    pub(crate) fn replace_before(&self, call: &'static str, key: &str, object: Object) {
        self.state().replacing = Some((call, key.to_owned(), object));
    }
}

struct Bucket(Arc<Mutex<State>>);

impl Respond for Bucket {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().expect("no test panicked here");
        let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let source = header("x-amz-copy-source");
        let method = if source.is_some() { "COPY" } else { request.method.as_str() };
        state.calls.push(method.to_owned());
        if let Some(left) = state.failing {
            state.failing = left.checked_sub(1);
            if left == 0 {
                return error(403, "AccessDenied");
            }
        }
        if let Some((_, key, object)) = state.replacing.take_if(|(call, ..)| *call == method) {
            state.put(&key, object);
        }
        let in_bucket =
            |path: &str| path.trim_start_matches('/').strip_prefix(&format!("{BUCKET}/")).map(str::to_owned);
        let key = in_bucket(request.url.path()).expect("a key of the bucket");
        match method {
            "COPY" => {
                let from = source.as_deref().and_then(in_bucket).expect("a source in the bucket");
                let Some((object, etag)) = state.objects.get(&from).cloned() else { return error(404, "NoSuchKey") };
                if header("x-amz-copy-source-if-match") != Some(format!("\"{etag}\"")) {
                    return error(412, "PreconditionFailed");
                }
                // S3 copies the headers of the source, unless it is told to replace all.
                let copy = match header("x-amz-metadata-directive").as_deref() {
                    Some("REPLACE") => Object::new(object.content, &header("content-type").unwrap_or_default()),
                    _ => object,
                };
                state.put(&key, copy);
                let body = "<CopyObjectResult><ETag>\"copied\"</ETag></CopyObjectResult>";
                ResponseTemplate::new(200).set_body_raw(body, "application/xml")
            }
            "HEAD" | "GET" => {
                let Some((object, etag)) = state.objects.get(&key) else { return error(404, "NoSuchKey") };
                let etag = format!("\"{etag}\"");
                if header("if-match").is_some_and(|expected| expected != etag) {
                    return error(412, "PreconditionFailed");
                }
                let end = header("range").and_then(|range| range.strip_prefix("bytes=0-")?.parse::<usize>().ok());
                let end = end.map_or(object.content.len(), |last| object.content.len().min(last + 1));
                let answer = ResponseTemplate::new(if header("range").is_some() { 206 } else { 200 });
                // Of a HEAD, the server leaves the body out and keeps its length.
                answer.set_body_raw(object.content[..end].to_vec(), &object.content_type).insert_header("etag", etag)
            }
            "DELETE" => {
                state.objects.remove(&key);
                ResponseTemplate::new(204)
            }
            "PUT" => {
                let content_type = header("content-type").unwrap_or_default();
                state.put(&key, Object::new(request.body.clone(), &content_type));
                ResponseTemplate::new(200)
            }
            other => panic!("{other} is nothing that S3 is asked"),
        }
    }
}

fn error(status: u16, code: &str) -> ResponseTemplate {
    let body = format!("<Error><Code>{code}</Code><Message>no</Message></Error>");
    ResponseTemplate::new(status).set_body_raw(body, "application/xml")
}
