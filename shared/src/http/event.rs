//! The event of an invocation, made fit for the types of requests. `lambda_http` panics where a part of an event is no
//! part of a URI, and the caller would get a 502 for a character.

use lambda_http::LambdaEvent;
use lambda_http::http::Uri;
use lambda_http::http::header::HOST;
use lambda_http::request::LambdaRequest;

const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The event with what `lambda_http` would panic at encoded, or left out.
pub(super) fn tolerable(event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    let LambdaEvent { mut payload, context } = event;
    if let LambdaRequest::ApiGatewayV2(request) = &mut payload {
        for part in [&mut request.raw_query_string, &mut request.raw_path].into_iter().flatten() {
            *part = encoded(part);
        }
        // A host and a scheme from the caller are hints. Without them the domain of the gateway counts, and HTTPS.
        let headers = &mut request.headers;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (host, scheme) = (text(HOST.as_str()), text(FORWARDED_PROTO));
        if host
            .is_some_and(|host| url::Url::parse(&format!("https://{host}/")).is_err() || host.parse::<Uri>().is_err())
        {
            headers.remove(HOST);
        }
        if scheme.is_some_and(|scheme| scheme != "https" && scheme != "http") {
            headers.remove(FORWARDED_PROTO);
        }
    }
    LambdaEvent { payload, context }
}

/// A path or a query in which each byte that is no part of it (RFC 3986 section 3.3, 3.4) is percent-encoded. What the
/// parser takes besides stays.
fn encoded(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_graphic() && !b"\"#<>".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use lambda_http::{Body, Context};
    use serde_json::json;

    use super::*;

    /// What the stack gets of an event with this path, query and headers.
    fn request(path: &str, query: &str, headers: &serde_json::Value) -> Request<Body> {
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers,
            "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "api.example.org", "requestId": "r", "stage": "$default",
                "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}, "timeEpoch": 0,
            },
            "isBase64Encoded": false,
        });
        let payload: LambdaRequest = serde_json::from_value(event).unwrap();
        tolerable(LambdaEvent::new(payload, Context::default())).payload.into()
    }

    #[test]
    fn characters_that_are_no_part_of_a_uri_are_encoded_and_panic_nowhere() {
        let all: String = (1u8..=0x7e).map(char::from).chain("é नमस्ते 🦀".chars()).collect();
        for (query, expected) in [
            ("q=\"a\"&r=<b>", "q=%22a%22&r=%3Cb%3E"),
            ("q=a b#c", "q=a%20b%23c"),
            ("q=%22&r=a+b|c^d`{e}", "q=%22&r=a+b|c^d`{e}"),
            ("q=é", "q=%C3%A9"),
        ] {
            assert_eq!(request("/api/v1/users", query, &json!({})).uri().query(), Some(expected), "{query}");
        }
        for text in all.chars().map(String::from).chain([all.clone()]) {
            request("/api/v1/users", &text, &json!({}));
            request(&format!("/api/v1/users/{text}"), "", &json!({}));
        }
        assert_eq!(request("/api/v1/users", "", &json!({})).uri().query(), None);
    }

    #[test]
    fn odd_host_and_scheme_count_for_nothing() {
        for (name, value) in [
            ("x-forwarded-proto", "ht tp"),
            ("x-forwarded-proto", ""),
            ("x-forwarded-proto", "https, http"),
            ("x-forwarded-proto", "javascript"),
            ("host", "a b"),
            ("host", "api.example.org:port"),
            ("host", "["),
            ("host", "user@"),
            ("host", "a/b\\c"),
        ] {
            let uri = request("/api/v1/users", "q=1", &json!({ name: value })).uri().to_string();
            assert_eq!(uri.split('?').nth(1), Some("q=1"), "{name}: {value}");
        }
        let right = request("/api/v1/users", "", &json!({"host": "localhost:4566", "x-forwarded-proto": "http"}));
        assert_eq!(right.uri().to_string(), "http://localhost:4566/api/v1/users");
    }
}
