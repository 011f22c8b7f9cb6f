//! Odd characters in paths. The gateway decodes a path before a function gets it, so a function sees them plain, too.

use ibw::http::events;
use lambda_http::request::LambdaRequest;
use lambda_http::{Context, LambdaEvent};
use serde_json::json;
use tower::ServiceExt;

use crate::agenda::{CONFERENCE, with_conference};
use crate::attendees::world::TICKETING_SECRET;
use crate::support::app::TestApp;
use crate::support::operation::operations;
use crate::support::request::TestFunction;
use crate::support::telegram::Person;

/// The status of an answer to the gateway's event for this path.
async fn through_gateway(function: &TestFunction, path: &str) -> u16 {
    let event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": {"host": "api.example.org"},
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "api.example.org", "requestId": "r", "stage": "$default",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}, "timeEpoch": 0,
        },
        "isBase64Encoded": false,
    });
    let payload: LambdaRequest = serde_json::from_value(event).expect("an event");
    let answer = events(function.router.clone()).oneshot(LambdaEvent::new(payload, Context::default())).await;
    let answer = serde_json::to_value(answer.expect("an answer")).expect("JSON");
    answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status")
}

#[tokio::test]
async fn odd_segment_is_refused_by_every_route_and_is_no_fault() {
    let app = TestApp::start_with(&[("TICKETING_WEBHOOK_SECRET", TICKETING_SECRET)]).await;
    let user = app.login(&Person::new(1)).await;
    let mut operations = operations(&app);
    operations.retain(|operation| operation.template.contains('{'));
    assert!(operations.len() > 60, "only {} routes were found", operations.len());
    for operation in operations {
        for value in ["%2F", "%20", "%00", "a%2Fb", "a%00", "..%2F..", "%25", "%FF", "%"] {
            let answer = operation.with_segments(&app, &user, value).send().await;
            let route = format!("{} {} with {value}", operation.method, operation.template);
            assert!((400..500).contains(&answer.status), "{route}: {} {}", answer.status, answer.text);
        }
    }
}

#[tokio::test]
async fn decoded_path_names_no_other_thing() {
    let app = with_conference().await;
    let conferences = app.conferences();
    assert_eq!(conferences.get(CONFERENCE).send().await.status, 200);
    for odd in ["%2Fagenda", "%00", "%20", "%2F..%2Fibw-2026", "%3Fx", "%23x"] {
        let answer = conferences.get(&format!("{CONFERENCE}{odd}")).send().await;
        assert_eq!(answer.error(), (404, "NOT_FOUND"), "{odd}");
    }
    // As the function gets them from the gateway.
    assert_eq!(through_gateway(&conferences, CONFERENCE).await, 200);
    for odd in ["/agenda", "\0", " ", "#x", "\u{e9}", "\n"] {
        assert_eq!(through_gateway(&conferences, &format!("{CONFERENCE}{odd}")).await, 404, "{odd:?}");
    }
    // Dot segments are removed (RFC 3986 section 5.2.4), before the route is found.
    assert_eq!(through_gateway(&conferences, &format!("{CONFERENCE}/../ibw-2026")).await, 200);
}
