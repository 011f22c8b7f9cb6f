//! Scans that arrive late, and scans with a wrong time.

use ibw::attendees::model::{AsOf, TicketState};
use ibw::attendees::repository::Change;
use ibw::attendees::source::{Applied, TicketData};
use ibw::time::Time;
use serde_json::{Value, json};

use super::{SLUG, Venue, at, entry, exit, verdict};
use crate::support::app::ADMIN_API_KEY;
use crate::users::entities;

impl Venue {
    /// Has an organiser change a ticket.
    async fn decide(&self, code: &str, patch: &Value) {
        let path = format!("/api/v1/conferences/{SLUG}/attendees/tickets/{code}");
        let version = format!("\"{}\"", self.stored(code).await.version);
        let request = self.app.attendees().patch(&path).header(("x-api-key", ADMIN_API_KEY));
        let response = request.header(("if-match", version.as_str())).json(patch).send().await;
        assert_eq!(response.status, 200, "{}", response.text);
    }

    /// Has the ticketing system say that a ticket is cancelled since `occurred_at`.
    async fn hear_of_cancellation(&self, code: &str, occurred_at: Time) {
        let before = self.stored(code).await;
        let data = TicketData {
            code: before.code.clone(),
            name: before.name.clone(),
            ticket_type: before.ticket_type.clone(),
            email: None,
            state: Some(TicketState::Cancelled),
            approval: None,
            valid_from: None,
            valid_until: None,
            order: None,
        };
        let as_of = AsOf { occurred_at, event: "e1".to_owned() };
        let applied = data.apply(&before.conference, Some(&before), &as_of, self.app.now());
        let Applied::Updated(after) = applied else { panic!("{applied:?}") };
        self.tickets().save(&[Change { before: Some(before), after }], None, None).await.unwrap();
    }

    async fn verdicts(&self, scans: &[Value]) -> Vec<String> {
        let answer = self.upload(scans).await;
        answer["results"].as_array().unwrap().iter().map(|result| verdict(result).to_owned()).collect()
    }
}

#[tokio::test]
async fn scan_is_judged_by_the_cancellation_as_the_ticketing_system_dates_it() {
    let venue = Venue::open_with(&json!({"name": "Main", "allow_multiple_entries": true})).await;
    venue.sell_paid(&["ticket-1"]).await;
    let sold = venue.app.now();
    venue.app.clock.advance(600);
    venue.hear_of_cancellation("ticket-1", sold.plus_seconds(300)).await;
    let scans = [(-60, "a"), (299, "b"), (300, "c"), (600, "d")]
        .map(|(seconds, nonce)| at(entry("ticket-1", nonce), sold.plus_seconds(seconds)));
    assert_eq!(venue.verdicts(&scans).await, ["ok", "ok", "canceled", "canceled"]);
    assert_eq!(verdict(&venue.scan(&entry("ticket-1", "e")).await), "canceled");
    assert_eq!(verdict(&venue.scan(&at(entry("ticket-1", "f"), sold.plus_seconds(150))).await), "ok");
    assert_eq!(venue.figures().await, [1, 3, 0, 3]);
}

#[tokio::test]
async fn late_scan_is_judged_by_the_status_of_its_own_time_whatever_has_changed() {
    for (before, change, bad) in [
        (json!({}), json!({"state": "cancelled"}), "canceled"),
        (json!({}), json!({"blocked": true}), "blocked"),
        (json!({}), json!({"approval": "unapproved"}), "unapproved"),
        (json!({}), json!({"state": "unpaid"}), "unpaid"),
        (json!({"state": "unpaid"}), json!({"state": "paid"}), "unpaid"),
        (json!({"blocked": true}), json!({"blocked": false}), "blocked"),
    ] {
        let venue = Venue::open_with(&json!({"name": "Main", "allow_multiple_entries": true})).await;
        venue.sell(&[venue.ticket("ticket-1", &before)]).await;
        let sold = venue.app.now();
        venue.app.clock.advance(300);
        venue.decide("ticket-1", &change).await;
        venue.app.clock.advance(300);
        let scans = [299, 301].map(|seconds| at(entry("ticket-1", &format!("n{seconds}")), sold.plus_seconds(seconds)));
        let expected = if before == json!({}) { ["ok", bad] } else { [bad, "ok"] };
        assert_eq!(venue.verdicts(&scans).await, expected, "{before} {change}");
    }
}

#[tokio::test]
async fn lateness_is_shown_to_supervisors() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1"]).await;
    let now = venue.app.now();
    venue.scan(&at(entry("ticket-1", "late"), now.plus_seconds(-5400))).await;
    venue.scan(&exit("ticket-1", "now")).await;
    venue.scan(&at(exit("ticket-1", "ahead"), now.plus_seconds(60))).await;
    let log = venue.redemptions("ticket-1").await;
    let shown: Vec<_> = log["scans"].as_array().unwrap().iter().map(|s| (&s["nonce"], &s["late_seconds"])).collect();
    assert_eq!(json!(shown), json!([["late", 5400], ["now", 0], ["ahead", 0]]));
}

#[tokio::test]
async fn wrongly_dated_scan_of_a_batch_is_its_own_error_and_can_be_sent_again() {
    let venue = Venue::open().await;
    venue.sell_paid(&["ticket-1", "ticket-2"]).await;
    let now = venue.app.now();
    let wrong = [
        at(entry("ticket-1", "a"), now.plus_seconds(301)),
        at(entry("ticket-1", "b"), now.plus_seconds(-14 * 24 * 3600 - 1)),
        at(entry("no-such-ticket", "c"), Time::default()),
    ];
    let mut scans = vec![entry("ticket-1", "d"), entry("no-such-ticket", "e")];
    scans.splice(1..1, wrong.clone());
    let expected = ["ok", "invalid_datetime", "invalid_datetime", "invalid_datetime", "invalid"];
    assert_eq!(venue.verdicts(&scans).await, expected);
    assert_eq!(venue.figures().await, [1, 1, 0, 1]);
    assert_eq!(venue.redemptions("ticket-1").await["scans"].as_array().unwrap().len(), 1);
    assert_eq!(entities(&venue.app, "conferences", "stray_scan").len(), 1);
    // A clock that was reset may show a time that no other request could have.
    for reset in ["1970-01-01T00:00:00+05:30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let mut scan = entry("ticket-2", "f");
        scan["datetime"] = json!(reset);
        assert_eq!(venue.verdicts(&[scan]).await, ["invalid_datetime"], "{reset}");
    }
    // A batch of which each scan is wrong is answered, too.
    assert_eq!(venue.verdicts(&wrong).await, ["invalid_datetime"; 3]);
    // With its time corrected, it is a scan like any other.
    let corrected = at(entry("ticket-1", "a"), now.plus_seconds(-60));
    assert_eq!(venue.verdicts(&[corrected]).await, ["ok"]);
}
