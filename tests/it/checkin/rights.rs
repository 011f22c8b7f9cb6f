//! Who may do what at check-in, and how often.

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{SLUG, Venue, entry};
use crate::support::app::TestApp;
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::login_with_role;

/// Each route, with a body that is in order.
fn routes(list: &str) -> Vec<(&'static str, String, Value)> {
    let scan = entry("ticket-1", "n1");
    let batch = json!({"scans": [scan]});
    let undo = json!({"code": "ticket-1", "nonce": "n1"});
    vec![
        ("GET", "/keys".to_owned(), Value::Null),
        ("GET", "/lists".to_owned(), Value::Null),
        ("GET", format!("/lists/{list}"), Value::Null),
        ("GET", format!("/lists/{list}/status"), Value::Null),
        ("GET", format!("/lists/{list}/snapshot"), Value::Null),
        ("POST", format!("/lists/{list}/redeem"), scan),
        ("POST", format!("/lists/{list}/redeem/batch"), batch),
        ("GET", format!("/lists/{list}/redemptions?code=ticket-1"), Value::Null),
        ("POST", format!("/lists/{list}/undo"), undo),
        ("POST", "/lists".to_owned(), json!({"name": "Other"})),
        ("PATCH", format!("/lists/{list}"), json!({"name": "Main"})),
        ("DELETE", format!("/lists/{list}"), Value::Null),
    ]
}

async fn call(venue: &Venue, route: &(&'static str, String, Value), header: Option<(&str, String)>) -> TestResponse {
    let (method, path, body) = route;
    let mut request = venue.request(method, path).header(("if-match", "\"1\""));
    if let Some(header) = header {
        request = request.header(header);
    }
    if body.is_null() { request.send().await } else { request.json(body).send().await }
}

/// The first so many routes are open, the others are not.
async fn assert_open(venue: &Venue, header: (&str, String), open: &[usize]) {
    for (number, route) in routes(&venue.list).iter().enumerate() {
        let response = call(venue, route, Some(header.clone())).await;
        let is_open = open.contains(&number);
        assert_eq!(response.error() == (403, "FORBIDDEN"), !is_open, "{} {}: {}", route.0, route.1, response.text);
        assert!(
            !is_open || response.status < 300 || response.status == 409 || response.status == 412,
            "{}",
            response.text
        );
    }
}

#[tokio::test]
async fn routes_are_open_to_roles_as_documented() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    for route in routes(&venue.list) {
        let anonymous = call(&venue, &route, None).await;
        assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"), "{} {}", route.0, route.1);
    }
    let attendee = venue.app.login(&Person::new(7)).await;
    assert_open(&venue, attendee.bearer(), &[]).await;
    assert_open(&venue, venue.steward.bearer(), &[0, 1, 2, 3, 4, 5, 6]).await;
    assert_open(&venue, venue.supervisor.bearer(), &[0, 1, 2, 3, 4, 5, 6, 7, 8]).await;
    let organizer = login_with_role(&venue.app, &Person::new(8), AccessRole::Organizer).await;
    assert_open(&venue, organizer.bearer(), &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).await;
}

#[tokio::test]
async fn routes_are_open_to_keys_by_scope() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    let backstage = venue.app.backstage();
    for (scope, open) in [
        ("checkin:read", &[0, 1, 2, 3, 4][..]),
        ("checkin:scan", &[5, 6][..]),
        ("checkin:correct", &[7, 8][..]),
        ("checkin:write", &[9, 10, 11][..]),
        ("attendees:write", &[][..]),
    ] {
        let (_, key) = backstage.auth.service.create_api_key("device", [scope.to_owned()].into(), None).await.unwrap();
        assert_open(&venue, ("x-api-key", key.expose().to_owned()), open).await;
    }
    let (_, device) =
        backstage.auth.service.create_api_key("device", ["checkin:scan".to_owned()].into(), None).await.unwrap();
    let forced = json!({"code": "ticket-1", "nonce": "n9", "force": true});
    let forced = venue.request("POST", &format!("/lists/{}/redeem", venue.list)).json(&forced);
    assert_eq!(forced.header(("x-api-key", device.expose())).send().await.error(), (403, "FORBIDDEN"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    for route in routes("cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W").iter().filter(|(_, path, _)| path.contains("cil_")) {
        let response = call(&venue, route, Some(("x-api-key", crate::support::app::ADMIN_API_KEY.to_owned()))).await;
        assert_eq!(response.error(), (404, "NOT_FOUND"), "{} {}", route.0, route.1);
    }
    for (method, path, body) in routes(&venue.list) {
        let path = format!("/api/v1/conferences/other/checkin{path}");
        let request = venue.checkin.request(method.parse().unwrap(), &path).header(("if-match", "\"1\""));
        let request = request.header(("x-api-key", crate::support::app::ADMIN_API_KEY));
        let response = if body.is_null() { request.send().await } else { request.json(&body).send().await };
        assert_eq!(response.error(), (404, "NOT_FOUND"), "{method} {path}");
    }
}

#[tokio::test]
async fn keys_verify_what_is_on_tickets() {
    let venue = Venue::open().await;
    let keys = venue.request("GET", "/keys").header(venue.steward.bearer()).send().await;
    // The public half of the seed, by RFC 8032 section 7.1, test 1.
    let public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let id = keys.json["items"][0]["id"].as_str().unwrap();
    assert_eq!(keys.json, json!({"items": [{"id": id, "algorithm": "Ed25519", "public_key": public}]}));
}

#[tokio::test]
async fn scanning_has_a_limit_of_its_own() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "write=1/60,scan=2/60")]).await;
    let steward = login_with_role(&app, &Person::new(1), AccessRole::Steward).await;
    let path = format!("/api/v1/conferences/{SLUG}/checkin/lists/cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W/redeem");
    let checkin = app.checkin();
    let scan = || checkin.post(&path).header(steward.bearer()).json(&entry("ticket-1", "n1")).send();
    for left in ["\"scan\";r=1;t=60", "\"scan\";r=0;t=60"] {
        let response = scan().await;
        assert_eq!((response.status, response.header("ratelimit")), (404, left));
    }
    assert_eq!(scan().await.error(), (429, "RATE_LIMITED"));
}
