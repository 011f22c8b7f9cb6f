//! Uploads on real engines: S3 in the local cloud and Azure Blob in Azurite, which check signatures, their end and
//! conditions.
//!
//! The same cases run on both. The functions are those of the harness, whose clock can be set: an address is signed
//! long ago, so that it has expired, and nothing has to wait. The last test goes through the deployed function.

use ibw::clients::http;
use ibw::clients::storage::{SharedStorage, StorageError};
use ibw::config::Env;
use ibw::time::Clock;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::time::Duration;

use super::cloud::{Cloud, json as answer, send};
use crate::housekeeping;
use crate::media::{HTML, PNG};
use crate::support::app::{Login, TestApp};
use crate::support::telegram::Person;

/// The key of the emulator's only account, which Microsoft's documentation of it tells.
const AZURITE_KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const DAY: i64 = 24 * 3600;

/// Functions on an engine, and somebody who uploads.
struct Engine {
    app: TestApp,
    storage: SharedStorage,
    http: Client,
    login: Login,
    /// Whether type and length are part of what is signed.
    is_strict: bool,
}

/// An upload that has begun.
struct Begun {
    id: String,
    upload: Value,
}

impl Begun {
    fn pending(&self) -> String {
        format!("pending/image/{}", self.id)
    }

    fn kept(&self) -> String {
        format!("image/{}", self.id)
    }
}

impl Engine {
    async fn s3() -> Self {
        let cloud = Cloud::running();
        let (bucket, endpoint) = (cloud.variable("STORAGE_BUCKET"), cloud.variable("AWS_ENDPOINT_URL"));
        Self::start(true, &[("STORAGE_BACKEND", "s3"), ("STORAGE_BUCKET", bucket), ("STORAGE_ENDPOINT", endpoint)])
            .await
    }

    async fn azure() -> Self {
        let endpoint = std::env::var("IBW_AZURITE_URL").expect("end-to-end tests run under `make test`");
        let variables = [
            ("STORAGE_BACKEND", "azure"),
            ("STORAGE_BUCKET", "media"),
            ("STORAGE_ENDPOINT", &endpoint),
            ("STORAGE_KEY_ID", "devstoreaccount1"),
            ("STORAGE_KEY", AZURITE_KEY),
        ];
        Self::start(false, &variables).await
    }

    async fn start(is_strict: bool, variables: &[(&str, &str)]) -> Self {
        let cdn = [("CDN_URL", "https://cdn.example.org")];
        let app = TestApp::start_with(&[variables, &cdn].concat()).await;
        app.clock.advance(Clock::System.now().seconds() - app.now().seconds());
        let login = app.login(&Person::new(1)).await;
        let storage = app.storage().expect("a storage");
        let http = http::client(&mut Env::default(), Duration::from_secs(30));
        Self { app, storage, http, login, is_strict }
    }

    async fn begin(&self) -> Begun {
        let new = json!({"kind": "image", "content_type": "image/png", "size": PNG.len()});
        let request = self.app.media().post("/api/v1/media/uploads").header(self.login.bearer());
        let response = request.json(&new).send().await;
        assert_eq!(response.status, 201, "{}", response.text);
        Begun { id: response.json["id"].as_str().expect("an id").to_owned(), upload: response.json["upload"].clone() }
    }

    /// Uploads with the headers that the upload says, but for the type.
    async fn send(&self, begun: &Begun, content: &[u8], content_type: &str) -> u16 {
        let mut request = self.http.put(begun.upload["url"].as_str().expect("an address"));
        for (name, value) in begun.upload["headers"].as_object().expect("headers") {
            let value = if name == "content-type" { content_type } else { value.as_str().expect("a text") };
            request = request.header(name, value);
        }
        request.body(content.to_vec()).send().await.expect("an answer").status().as_u16()
    }

    async fn uploaded(&self) -> Begun {
        let begun = self.begin().await;
        let status = self.send(&begun, PNG, "image/png").await;
        assert!(matches!(status, 200 | 201), "{status}");
        begun
    }

    async fn complete(&self, begun: &Begun) -> (u16, String) {
        let path = format!("/api/v1/media/{}/complete", begun.id);
        let response = self.app.media().post(&path).header(self.login.bearer()).send().await;
        (response.status, response.json["code"].as_str().unwrap_or_default().to_owned())
    }

    /// What is left of an upload: at the pending key, and where it stays.
    async fn left(&self, begun: &Begun) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        let read = async |key: String| match self.storage.read(&key, 1 << 24).await {
            Ok(content) => Some(content),
            Err(StorageError::NotFound) => None,
            Err(error) => panic!("{error}"),
        };
        (read(begun.pending()).await, read(begun.kept()).await)
    }
}

async fn takes_what_was_announced(engine: Engine) {
    let begun = engine.uploaded().await;
    assert_eq!(engine.complete(&begun).await, (200, String::new()));
    assert_eq!(engine.left(&begun).await, (None, Some(PNG.to_vec())));
    let object = engine.storage.head(&begun.kept()).await.unwrap().expect("an object");
    assert_eq!((object.size, object.content_type.as_str()), (PNG.len() as u64, "image/png"));
    let path = format!("/api/v1/media/{}", begun.id);
    let shown = engine.app.media().get(&path).send().await;
    assert_eq!(shown.header("location"), format!("https://cdn.example.org/{}", begun.kept()));
    let deleted = engine.app.media().delete(&path).header(engine.login.bearer()).send().await;
    assert_eq!((deleted.status, engine.left(&begun).await), (204, (None, None)));
}

async fn rejects_content_of_another_type(engine: Engine) {
    let begun = engine.begin().await;
    let status = engine.send(&begun, HTML, "image/png").await;
    assert!(matches!(status, 200 | 201), "{status}");
    assert_eq!(engine.complete(&begun).await, (422, "MEDIA_TYPE_MISMATCH".to_owned()));
    assert_eq!(engine.left(&begun).await, (None, None));
}

async fn rejects_another_header_length_or_size(engine: Engine) {
    let (longer, huge) = ([PNG, b"\0"].concat(), [PNG, &vec![0; 10 << 20]].concat());
    for (content, content_type, code) in [
        (PNG, "text/html", "MEDIA_TYPE_MISMATCH"),
        (&longer, "image/png", "MEDIA_SIZE_MISMATCH"),
        (&huge, "image/png", "MEDIA_TOO_LARGE"),
    ] {
        let begun = engine.begin().await;
        let status = engine.send(&begun, content, content_type).await;
        // S3 does not even take it.
        let (taken, code) = if engine.is_strict { (403, "MEDIA_NOT_UPLOADED") } else { (201, code) };
        assert_eq!((status, engine.complete(&begun).await), (taken, (422, code.to_owned())));
        assert_eq!(engine.left(&begun).await, (None, None));
    }
}

async fn refuses_an_expired_address(mut engine: Engine) {
    // A token is not valid before it was given, nor an hour later.
    engine.app.clock.advance(-3600);
    engine.login = engine.app.login(&Person::new(1)).await;
    let begun = engine.begin().await;
    assert_eq!(engine.send(&begun, PNG, "image/png").await, 403);
    engine.app.clock.advance(3600);
    engine.login = engine.app.login(&Person::new(1)).await;
    assert_eq!(engine.complete(&begun).await, (422, "MEDIA_UPLOAD_EXPIRED".to_owned()));
    assert_eq!(engine.left(&begun).await, (None, None));
}

async fn refuses_an_address_for_anything_else(engine: Engine) {
    let (begun, other) = (engine.begin().await, engine.begin().await);
    let mut forged = Begun { id: other.id.clone(), upload: begun.upload.clone() };
    let url = forged.upload["url"].as_str().unwrap().replace(&begun.id, &other.id);
    forged.upload["url"] = json!(url);
    assert_eq!(engine.send(&forged, PNG, "image/png").await, 403);
    let url = begun.upload["url"].as_str().unwrap();
    assert_eq!(engine.http.get(url).send().await.unwrap().status(), 403);
    assert_eq!(engine.http.delete(url).send().await.unwrap().status(), 403);
    assert_eq!((engine.left(&begun).await, engine.left(&other).await), ((None, None), (None, None)));
}

async fn hides_somebody_elses_upload(engine: Engine) {
    let begun = engine.uploaded().await;
    let other = engine.app.login(&Person::new(2)).await;
    let path = format!("/api/v1/media/{}", begun.id);
    let complete = engine.app.media().post(&format!("{path}/complete")).header(other.bearer()).send().await;
    let delete = engine.app.media().delete(&path).header(other.bearer()).send().await;
    assert_eq!((complete.error(), delete.error()), ((404, "NOT_FOUND"), (404, "NOT_FOUND")));
    assert_eq!(engine.left(&begun).await, (Some(PNG.to_vec()), None));
    // Nobody completes it: housekeeping leaves nothing of it.
    engine.app.clock.advance(DAY);
    housekeeping::run(&engine.app, Duration::from_secs(60)).await.unwrap();
    assert_eq!(engine.left(&begun).await, (None, None));
}

async fn shows_what_it_looked_at_and_nothing_else(engine: Engine) {
    let begun = engine.uploaded().await;
    let looked_at = engine.storage.head(&begun.pending()).await.unwrap().expect("an object");
    // Somebody replaces it between the look and the copy.
    engine.storage.delete(&begun.pending()).await.unwrap();
    engine.send(&begun, HTML, "image/png").await;
    let (pending, kept) = (begun.pending(), begun.kept());
    assert_eq!(engine.storage.read_start(&pending, &looked_at.etag, 9).await, Err(StorageError::Changed));
    assert_eq!(engine.storage.copy(&pending, &looked_at.etag, &kept, "image/png").await, Err(StorageError::Changed));
    assert_eq!(engine.left(&begun).await, (Some(HTML.to_vec()), None));
    // Somebody replaces it after it was found good.
    let begun = engine.uploaded().await;
    assert_eq!(engine.complete(&begun).await.0, 200);
    engine.send(&begun, HTML, "image/png").await;
    assert_eq!(engine.complete(&begun).await.0, 200);
    assert_eq!(engine.left(&begun).await, (Some(HTML.to_vec()), Some(PNG.to_vec())));
    engine.app.clock.advance(DAY);
    housekeeping::run(&engine.app, Duration::from_secs(60)).await.unwrap();
    assert_eq!(engine.left(&begun).await, (None, Some(PNG.to_vec())));
}

async fn answers_as_the_interface_says(engine: Engine) {
    let begun = engine.uploaded().await;
    let (storage, key) = (&engine.storage, begun.pending());
    let object = storage.head(&key).await.unwrap().expect("an object");
    assert_eq!(storage.read_start(&key, &object.etag, 4).await.unwrap(), b"\x89PNG");
    assert_eq!(storage.read_start(&key, &object.etag, 4096).await.unwrap(), PNG);
    assert_eq!(storage.read(&key, PNG.len()).await.unwrap(), PNG);
    assert_eq!(storage.read(&key, PNG.len() - 1).await, Err(StorageError::TooLong));
    storage.copy(&key, &object.etag, &begun.kept(), "image/png").await.unwrap();
    storage.copy(&key, &object.etag, &begun.kept(), "image/png").await.unwrap();
    for key in [key, begun.kept()] {
        storage.delete(&key).await.unwrap();
        storage.delete(&key).await.unwrap();
        assert_eq!(storage.head(&key).await, Ok(None));
        assert_eq!(storage.read(&key, 9).await, Err(StorageError::NotFound));
        assert_eq!(storage.copy(&key, &object.etag, &begun.kept(), "image/png").await, Err(StorageError::NotFound));
    }
}

/// Each case as a test on each engine.
macro_rules! on_each_engine {
    ($($case:ident => $name:ident,)*) => {
        mod s3 {
            $(#[tokio::test] async fn $name() { super::$case(super::Engine::s3().await).await; })*
        }
        mod azure {
            $(#[tokio::test] async fn $name() { super::$case(super::Engine::azure().await).await; })*
        }
    };
}

on_each_engine! {
    takes_what_was_announced => upload_as_announced_is_kept_until_it_is_deleted,
    rejects_content_of_another_type => upload_of_another_type_by_content_is_rejected,
    rejects_another_header_length_or_size => upload_of_another_header_or_length_is_rejected,
    refuses_an_expired_address => address_that_has_expired_is_refused,
    refuses_an_address_for_anything_else => address_is_good_for_its_own_object_only,
    hides_somebody_elses_upload => upload_of_somebody_else_is_not_there,
    shows_what_it_looked_at_and_nothing_else => object_that_is_replaced_is_never_shown,
    answers_as_the_interface_says => storage_answers_as_its_interface_says,
}

#[tokio::test]
async fn image_goes_through_the_deployed_function_under_its_role() {
    let cloud = Cloud::running();
    let (_, init_data) = cloud.somebody();
    let request = |method: Method, path: &str| cloud.request(method, path).header("X-Telegram-Auth", &init_data);
    let new = json!({"kind": "image", "content_type": "image/png", "size": PNG.len()});
    let (status, begun) = answer(request(Method::POST, "/api/v1/media/uploads").json(&new)).await;
    assert_eq!(status, 201, "{begun}");
    let path = format!("/api/v1/media/{}", begun["id"].as_str().expect("an id"));
    let complete = || answer(request(Method::POST, &format!("{path}/complete")));
    let (status, early) = complete().await;
    assert_eq!((status, early["code"].as_str()), (422, Some("MEDIA_NOT_UPLOADED")), "{early}");

    // The browser asks first whether it may.
    let url = begun["upload"]["url"].as_str().expect("an address");
    let preflight = cloud
        .raw(Method::OPTIONS, url)
        .header("Origin", "https://app.example.org")
        .header("Access-Control-Request-Method", "PUT")
        .header("Access-Control-Request-Headers", "content-type");
    let preflight = preflight.send().await.expect("an answer");
    assert!(preflight.status().is_success(), "{}", preflight.status());
    assert_eq!(preflight.headers()["access-control-allow-methods"], "PUT");
    let upload = cloud.raw(Method::PUT, url).header("content-type", "image/png").body(PNG);
    assert_eq!(upload.send().await.expect("an answer").status(), 200);

    let (status, media) = complete().await;
    assert_eq!((status, media["status"].as_str()), (200, Some("ready")), "{media}");
    let (status, headers, _) = send(cloud.request(Method::GET, &path)).await;
    assert_eq!((status, headers["location"].to_str().ok()), (307, media["url"].as_str()));
    // The stand-in for the CDN shows it, and nothing that was not asked for to be shown.
    let url = media["url"].as_str().expect("an address");
    let seen = cloud.raw(Method::GET, url).send().await.expect("an answer");
    assert_eq!((seen.status().as_u16(), seen.headers()["content-type"].to_str().ok()), (200, Some("image/png")));
    assert_eq!(seen.bytes().await.expect("a body"), PNG);
    assert_eq!(cloud.raw(Method::GET, &url.replace("/image/", "/pending/image/")).send().await.unwrap().status(), 403);
    assert_eq!(answer(request(Method::DELETE, &path)).await.0, 204);
    assert_eq!(answer(cloud.request(Method::GET, &path)).await.0, 404);
}
