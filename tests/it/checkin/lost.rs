//! Check-in where an answer of DynamoDB is lost.

use serde_json::{Value, json};

use super::{SLUG, Venue, entry};
use crate::lossless::{HasApp, unharmed};
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::TestResponse;

impl HasApp for Venue {
    fn app(&mut self) -> &mut TestApp {
        &mut self.app
    }
}

/// An organiser's request, or a supervisor's at the list.
async fn send(venue: &Venue, method: &str, path: &str, body: &Value) -> TestResponse {
    let request =
        venue.app.checkin().request(method.parse().unwrap(), &format!("/api/v1/conferences/{SLUG}/checkin{path}"));
    let request = request.header(("if-match", "\"1\""));
    let request = if body.is_null() { request } else { request.json(body) };
    if path.ends_with(&venue.list) || path == "/lists" {
        return request.header(("x-api-key", ADMIN_API_KEY)).send().await;
    }
    request.header(venue.supervisor.bearer()).send().await
}

#[tokio::test]
async fn lists_are_written_once() {
    let at_list = |venue: &Venue| format!("/lists/{}", venue.list);
    let list = json!({"name": "Side entrance"});
    unharmed("checkin_list.create", Venue::open, async |venue| send(venue, "POST", "/lists", &list).await).await;
    unharmed("checkin_list.update", Venue::open, async |venue| send(venue, "PATCH", &at_list(venue), &list).await)
        .await;
    unharmed("checkin_list.delete", Venue::open, async |venue| {
        send(venue, "DELETE", &at_list(venue), &Value::Null).await
    })
    .await;
}

#[tokio::test]
async fn tickets_are_let_in_once() {
    let sold = async || {
        let venue = Venue::open().await;
        venue.sell_paid(&["ticket-1", "ticket-2", "ticket-3"]).await;
        venue
    };
    let at_list = |venue: &Venue, path: &str| format!("/lists/{}{path}", venue.list);
    unharmed("checkin.redeem", sold, async |venue| {
        send(venue, "POST", &at_list(venue, "/redeem"), &entry("ticket-1", "nonce-1")).await
    })
    .await;
    let scans =
        json!({"scans": [entry("ticket-1", "nonce-1"), entry("ticket-2", "nonce-2"), entry("ticket-9", "nonce-3")]});
    unharmed("checkin.redeem_batch", sold, async |venue| {
        send(venue, "POST", &at_list(venue, "/redeem/batch"), &scans).await
    })
    .await;
    let scanned = async || {
        let venue = sold().await;
        venue.scan(&entry("ticket-1", "nonce-1")).await;
        venue
    };
    unharmed("checkin.undo", scanned, async |venue| {
        send(venue, "POST", &at_list(venue, "/undo"), &entry("ticket-1", "nonce-1")).await
    })
    .await;
}
