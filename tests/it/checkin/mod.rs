//! Check-in: lists, scans at entrances with and without network, how they stand, who may do what.

mod batch;
mod gates;
mod late;
mod lists;
mod lost;
mod offline;
mod redeem;
mod rights;
mod snapshot;
mod status;
mod undo;

use ibw::attendees::model::Ticket;
use ibw::attendees::qr::{TicketKeys, TicketQr};
use ibw::attendees::repository::{Change, MAX_CHANGES, TicketRepository};
use ibw::config::Env;
use ibw::time::Time;
use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use crate::conferences::{conference, organise};
use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::request::{TestFunction, TestRequest, TestResponse};
use crate::support::telegram::Person;
use crate::users::login_with_role;

/// The conference of these tests.
const SLUG: &str = "ibw-2026";
/// Signs the codes on tickets.
const TICKET_SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/// A conference with a list, and the people at its entrance.
struct Venue {
    app: TestApp,
    checkin: TestFunction,
    list: String,
    steward: Login,
    supervisor: Login,
}

impl Venue {
    /// With a list that lets each ticket in once.
    async fn open() -> Self {
        Self::open_with(&json!({"name": "Main entrance"})).await
    }

    async fn open_with(list: &Value) -> Self {
        let app = TestApp::start_with(&[("TICKET_SIGNING_KEY", TICKET_SEED)]).await;
        let created = organise(&app, "POST", "").json(&conference(SLUG)).send().await;
        assert_eq!(created.status, 201, "{}", created.text);
        let steward = login_with_role(&app, &Person::new(1), AccessRole::Steward).await;
        let supervisor = login_with_role(&app, &Person::new(2), AccessRole::Supervisor).await;
        let checkin = app.checkin();
        let mut venue = Self { app, checkin, list: String::new(), steward, supervisor };
        venue.list = venue.add_list(list).await;
        venue
    }

    /// Another list; answers its id.
    async fn add_list(&self, list: &Value) -> String {
        let created = self.organise("POST", "/lists").json(list).send().await;
        assert_eq!(created.status, 201, "{}", created.text);
        created.json["id"].as_str().unwrap().to_owned()
    }

    /// A request below the conference's check-in.
    fn request(&self, method: &str, path: &str) -> TestRequest {
        self.checkin.request(method.parse().unwrap(), &format!("/api/v1/conferences/{SLUG}/checkin{path}"))
    }

    /// An organiser's.
    fn organise(&self, method: &str, path: &str) -> TestRequest {
        self.request(method, path).header(("x-api-key", ADMIN_API_KEY))
    }

    /// A steward's, at the list.
    fn at_list(&self, method: &str, path: &str) -> TestRequest {
        self.request(method, &format!("/lists/{}{path}", self.list)).header(self.steward.bearer())
    }

    /// A supervisor's, at the list.
    fn supervise(&self, method: &str, path: &str) -> TestRequest {
        self.request(method, &format!("/lists/{}{path}", self.list)).header(self.supervisor.bearer())
    }

    /// A scan by the steward, which has to be answered.
    async fn scan(&self, scan: &Value) -> Value {
        answered(self.at_list("POST", "/redeem").json(scan).send().await)
    }

    /// An upload by the steward, which has to be answered.
    async fn upload(&self, scans: &[Value]) -> Value {
        answered(self.at_list("POST", "/redeem/batch").json(&json!({ "scans": scans })).send().await)
    }

    /// Takes a scan back.
    async fn undo(&self, code: &str, nonce: &str) -> TestResponse {
        self.supervise("POST", "/undo").json(&json!({"code": code, "nonce": nonce})).send().await
    }

    /// How the list stands.
    async fn status(&self) -> Value {
        answered(self.at_list("GET", "/status").send().await)
    }

    /// Tickets let in, entries, exits, and holders inside.
    async fn figures(&self) -> [i64; 4] {
        let status = self.status().await;
        ["checked_in", "entries", "exits", "inside"].map(|name| status[name].as_i64().unwrap())
    }

    /// A ticket's scans.
    async fn redemptions(&self, code: &str) -> Value {
        answered(self.supervise("GET", &format!("/redemptions?code={code}")).send().await)
    }

    fn tickets(&self) -> TicketRepository {
        TicketRepository::new(&self.app.backstage().platform)
    }

    /// Sells tickets, past the API.
    async fn sell(&self, tickets: &[Ticket]) {
        let new = |ticket: &Ticket| Change { before: None, after: ticket.clone() };
        let changes: Vec<Change> = tickets.iter().map(new).collect();
        for group in changes.chunks(MAX_CHANGES) {
            self.tickets().save(group, None, None).await.unwrap();
        }
    }

    /// Sells paid tickets of these codes.
    async fn sell_paid(&self, codes: &[&str]) {
        let tickets: Vec<Ticket> = codes.iter().map(|code| self.ticket(code, &json!({}))).collect();
        self.sell(&tickets).await;
    }

    /// A ticket, paid and in order but for these fields.
    fn ticket(&self, code: &str, fields: &Value) -> Ticket {
        let now = self.app.now();
        let mut ticket = json!({
            "conference": SLUG, "code": code, "name": "Asha Rao", "email": null, "ticket_type": "Standard", "state": "paid",
            "approval": "approved", "blocked": false, "as_of": {"occurred_at": now, "event": ""},
            "version": 1, "created_at": now, "updated_at": now,
        });
        for (name, value) in fields.as_object().unwrap() {
            ticket[name] = value.clone();
        }
        serde_json::from_value(ticket).unwrap()
    }

    /// A ticket as it is stored.
    async fn stored(&self, code: &str) -> Ticket {
        self.tickets().by_code(&SLUG.parse().unwrap(), &code.parse().unwrap()).await.unwrap().unwrap()
    }

    /// Changes a stored ticket, past the API.
    async fn change(&self, code: &str, change: impl FnOnce(&mut Ticket)) {
        let before = self.stored(code).await;
        let mut after = before.clone();
        change(&mut after);
        after.stamp(self.app.now());
        self.tickets().save(&[Change { before: Some(before), after }], None, None).await.unwrap();
    }
}

fn answered(response: TestResponse) -> Value {
    assert_eq!(response.status, 200, "{}", response.text);
    response.json
}

/// A scan of an entrance.
fn entry(code: &str, nonce: &str) -> Value {
    json!({"code": code, "nonce": nonce})
}

/// A scan of an exit.
fn exit(code: &str, nonce: &str) -> Value {
    json!({"code": code, "nonce": nonce, "type": "exit"})
}

/// The same, made without network at a time.
fn at(mut scan: Value, time: Time) -> Value {
    scan["datetime"] = json!(time);
    scan
}

/// What became of a scan: `ok` or the reason.
fn verdict(redemption: &Value) -> &str {
    redemption["reason"].as_str().unwrap_or_else(|| redemption["status"].as_str().unwrap())
}

/// The text of a ticket's QR code, signed with a key.
fn qr(seed: &str, slug: &str, code: &str) -> String {
    let mut env = Env::of([("TICKET_SIGNING_KEY", seed)]);
    let keys = TicketKeys::read(&mut env);
    env.finish(()).unwrap();
    keys.sign(&TicketQr::new(&slug.parse().unwrap(), code, "Standard", None).unwrap()).unwrap()
}
