//! The size of answers: compressed where that helps, and refused where Lambda would not take them.

use std::io::Read;

use axum::http::HeaderMap;
use axum::routing::get;
use flate2::read::GzDecoder;
use ibw::http::{Router, Routes};
use ibw::random::Random;

use crate::support::app::TestApp;
use crate::support::request::TestFunction;

const GZIP: (&str, &str) = ("accept-encoding", "gzip");

/// Routes whose answers have a size: as text that becomes smaller, and as bytes that do not.
fn sized(app: &TestApp) -> TestFunction {
    let router = Router::default()
        .undocumented("/api/v1/small", get(async || "a".repeat(999)))
        .undocumented("/api/v1/large", get(async || "a".repeat(1_000)))
        .undocumented("/api/v1/huge", get(async || "a".repeat(5_000_000)))
        .undocumented("/api/v1/noise", get(async || noise(5_000_000)));
    app.function("users", router)
}

fn noise(bytes: usize) -> Vec<u8> {
    let random = Random::seeded(1);
    (0..bytes / 1_000).flat_map(|_| random.bytes::<1_000>()).collect()
}

fn encoding(headers: &HeaderMap) -> Option<&str> {
    headers.get("content-encoding").map(|value| value.to_str().expect("text"))
}

#[tokio::test]
async fn answer_worth_it_is_compressed_for_whoever_accepts_that() {
    let app = TestApp::start().await;
    for (path, accepted, compressed) in
        [("/api/v1/small", true, None), ("/api/v1/large", true, Some("gzip")), ("/api/v1/large", false, None)]
    {
        let request = sized(&app).get(path);
        let request = if accepted { request.header(GZIP) } else { request };
        let (headers, bytes) = request.send_for_bytes().await;
        let vary = headers.get_all("vary").iter().any(|value| value == "accept-encoding");
        assert_eq!((encoding(&headers), vary), (compressed, true), "{path}");
        let mut text = String::new();
        if compressed.is_some() {
            assert!(headers.get("content-length").is_none_or(|length| *length == *bytes.len().to_string()));
            GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("gzip");
        } else {
            text = String::from_utf8(bytes).expect("text");
        }
        assert!(text.len() >= 999 && text.bytes().all(|byte| byte == b'a'), "{path}");
    }
}

#[tokio::test]
async fn answer_too_large_for_lambda_is_406_unless_it_fits_when_compressed() {
    let app = TestApp::start().await;
    let plain = sized(&app).get("/api/v1/huge").send().await;
    assert_eq!(plain.error(), (406, "NOT_ACCEPTABLE"));
    assert!(plain.header("ratelimit").starts_with("\"anonymous\";r="), "{:?}", plain.headers);
    assert_eq!((plain.header("content-type"), plain.header("etag")), ("application/json", ""));
    let (headers, bytes) = sized(&app).get("/api/v1/huge").header(GZIP).send_for_bytes().await;
    assert_eq!(encoding(&headers), Some("gzip"));
    assert!(bytes.len() < 10_000);
    let noise = sized(&app).get("/api/v1/noise").header(GZIP).send().await;
    assert_eq!(noise.error(), (500, "INTERNAL_ERROR"));
}
