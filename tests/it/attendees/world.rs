//! A conference, the import worker around its database, and a queue in memory: the test is SQS.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use attendee_import::Worker;
use ibw::app::{DomainConfig, Domains};
use ibw::attendees::model::{Ticket, TicketCode};
use ibw::attendees::service::Importer;
use ibw::dynamo::Dynamo;
use ibw::platform::Platform;
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::text::Slug;
use serde_json::{Value, json};

use crate::conferences::{conference, organise};
use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::aws::{Sqs, failures, queue_record};
use crate::support::policy::Watch;
use crate::support::request::{TestRequest, TestResponse};
use crate::support::storage::{FakeS3, Object};
use crate::support::telegram::Person;
use crate::users::entities;

/// What the ticketing system signs with in tests.
pub(crate) const TICKETING_SECRET: &str = "ticketing secret of the tests";
/// The seed of ticket codes in tests.
pub(crate) const TICKET_SIGNING_KEY: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
/// What an invocation has, before it hands over.
const INVOCATION: Duration = Duration::from_secs(60);

/// The conference of the tests.
pub(crate) fn slug() -> Slug {
    "ibw-2026".parse().expect("a slug")
}

/// A conference with attendees.
pub(crate) struct World {
    /// Its functions.
    pub(crate) app: TestApp,
    /// Where uploads are.
    pub(crate) s3: FakeS3,
    sqs: Sqs,
    relayed: Mutex<HashSet<String>>,
}

impl World {
    /// A conference without tickets.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same, with more or other variables.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let ours = [("TICKETING_WEBHOOK_SECRET", TICKETING_SECRET), ("TICKET_SIGNING_KEY", TICKET_SIGNING_KEY)];
        // Claims are limited as codes are: out of the way, but where that is tested.
        let limits = [("RATE_LIMITS", "read=100000/60,write=100000/60,login=100000/60,admin=100000/60,code=100000/60")];
        let s3 = FakeS3::start().await;
        let storage = s3.variables();
        let storage = storage.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> =
            ours.into_iter().chain(limits).chain(storage).chain(variables.iter().copied()).collect();
        let app = TestApp::start_with(&all).await;
        let created = organise(&app, "POST", "").json(&conference("ibw-2026")).send().await;
        assert_eq!(created.status, 201, "{}", created.text);
        Self { app, s3, sqs: Sqs::start(&[]).await, relayed: Mutex::default() }
    }

    /// An organiser's request to the conference's attendees.
    pub(crate) fn organise(&self, method: &str, path: &str) -> TestRequest {
        self.request(method, path).header(("x-api-key", ADMIN_API_KEY))
    }

    /// Somebody's request to the conference's attendees.
    pub(crate) fn request(&self, method: &str, path: &str) -> TestRequest {
        let method = method.parse().expect("a method");
        self.app.attendees().request(method, &format!("/api/v1/conferences/ibw-2026/attendees{path}"))
    }

    /// A user's claim.
    pub(crate) async fn claim(&self, login: &Login, body: Value) -> TestResponse {
        self.request("POST", "/claim").header(login.bearer()).json(&body).send().await
    }

    /// Uploads a file for an import, and completes it; its id.
    pub(crate) async fn upload(&self, content_type: &str, file: &str) -> String {
        let admin = ("x-api-key", ADMIN_API_KEY);
        let new = json!({"kind": "import", "content_type": content_type, "size": file.len()});
        let begun = self.app.media().post("/api/v1/media/uploads").header(admin).json(&new).send().await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        let id = begun.json["id"].as_str().expect("an id").to_owned();
        self.s3.put(&format!("pending/import/{id}"), Object::new(file, content_type));
        let completed = self.app.media().post(&format!("/api/v1/media/{id}/complete")).header(admin).send().await;
        assert_eq!(completed.status, 200, "{}", completed.text);
        id
    }

    /// Asks for an import of a file that was exported now, unless `body` says otherwise; its id.
    pub(crate) async fn queue_import(&self, mut body: Value) -> String {
        let file = body.as_object_mut().expect("an object");
        file.entry("exported_at").or_insert_with(|| json!(self.app.now()));
        let created = self.organise("POST", "/import").json(&body).send().await;
        assert_eq!((created.status, &created.json["state"]), (202, &json!("queued")), "{}", created.text);
        created.json["id"].as_str().expect("an id").to_owned()
    }

    /// Makes an import, as it is when it is over.
    pub(crate) async fn import(&self, body: Value) -> Value {
        let id = self.queue_import(body).await;
        self.drain().await;
        self.read_import(&id).await
    }

    /// Imports rows, and nothing fails.
    pub(crate) async fn tickets(&self, rows: &[Value]) {
        let import = self.import(json!({"rows": rows})).await;
        assert_eq!((&import["state"], &import["counts"]["failed"]), (&json!("finished"), &json!(0)), "{import}");
    }

    /// An import as organisers see it.
    pub(crate) async fn read_import(&self, id: &str) -> Value {
        let response = self.organise("GET", &format!("/imports/{id}")).send().await;
        assert_eq!(response.status, 200, "{}", response.text);
        response.json
    }

    /// All rows of a report.
    pub(crate) async fn report(&self, id: &str, query: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.organise("GET", &format!("/imports/{id}/report?{query}{cursor}")).send().await;
            assert_eq!(page.status, 200, "{}", page.text);
            rows.extend(page.json["items"].as_array().expect("items").iter().cloned());
            let Some(next) = page.json["next_cursor"].as_str() else { return rows };
            cursor = format!("&cursor={next}");
        }
    }

    /// The worker, on these tables.
    pub(crate) fn worker(&self, dynamo: Dynamo) -> Worker {
        let (mut env, aws) = self
            .sqs
            .configuration(&[("QUEUE_URL", "attendee-import"), ("DEAD_LETTER_QUEUE_URL", "attendee-import-dlq")]);
        let consumer = Consumer::read(&mut env, &aws, Random::System);
        let platform = Platform { tables: dynamo, clock: self.app.clock.clone(), random: Random::System };
        let config = DomainConfig::of_storage(self.app.storage().expect("a storage"));
        let Domains { conferences, users, media, .. } = Domains::new(&platform, config);
        let worker = Worker::new(consumer, Importer::new(&platform, conferences.service, users.service, media.service));
        env.finish(worker).expect("a sound environment")
    }

    /// The worker under its policy.
    pub(crate) fn own_worker(&self) -> Worker {
        self.worker(self.app.database.dynamo(&Watch::over("attendee-import")))
    }

    /// The messages for the worker that were not taken before.
    pub(crate) fn take(&self) -> Vec<String> {
        let mut relayed = self.relayed.lock().expect("no panic");
        let messages = entities(&self.app, "conferences", "outbox").into_iter();
        let work = messages.filter(|item| item["topic"]["S"] == "attendee_imports");
        let new = work.filter(|item| relayed.insert(item["sk"]["S"].as_str().expect("a key").to_owned()));
        new.map(|item| item["payload"]["S"].as_str().expect("a payload").to_owned()).collect()
    }

    /// Hands messages to a worker that has this much time; those that shall come again.
    pub(crate) async fn handle(&self, worker: &Worker, messages: &[String], time: Duration) -> Vec<String> {
        let records = messages.iter().map(|body| queue_record("m0", body, "key", 1));
        let event = json!({"Records": records.collect::<Vec<_>>()});
        let event = serde_json::from_value(event).expect("an event");
        let response = worker.handle(event, self.app.now().plus(time)).await.expect("an answer");
        failures(response)
    }

    /// The reasons of messages in the dead-letter queue.
    pub(crate) async fn buried(&self) -> Vec<String> {
        let reason = |call: &Value| call["MessageAttributes"]["reason"]["StringValue"].as_str().map(str::to_owned);
        self.sqs.calls("SendMessage").await.iter().filter_map(reason).collect()
    }

    /// Lets the worker work until there is nothing to do.
    pub(crate) async fn drain(&self) {
        loop {
            let messages = self.take();
            if messages.is_empty() {
                return;
            }
            assert!(self.handle(&self.own_worker(), &messages, INVOCATION).await.is_empty());
        }
    }

    /// What users were told: user and template, sorted.
    pub(crate) fn told(&self) -> Vec<(String, String)> {
        let outbox = entities(&self.app, "conferences", "outbox").into_iter();
        let messages = outbox.map(|item| serde_json::from_str(item["payload"]["S"].as_str().expect("a payload")));
        let notices = |message: Result<Value, _>| message.expect("JSON")["notices"].as_array().cloned();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let told = |notice: Value| (text(&notice["to"]["user"]), text(&notice["template"]));
        let mut all: Vec<_> = messages.filter_map(notices).flatten().map(told).collect();
        all.sort();
        all
    }

    /// A ticket, past the API.
    pub(crate) async fn ticket(&self, code: &str) -> Ticket {
        let code: TicketCode = code.parse().expect("a code");
        let found = self.app.backstage().attendees.tickets.by_code(&slug(), &code).await.expect("a read");
        found.expect("a ticket")
    }

    /// A request for an organiser's change of a ticket.
    pub(crate) async fn change(&self, code: &str, version: u64, patch: &Value) -> TestResponse {
        let request = self.organise("PATCH", &format!("/tickets/{code}"));
        request.header(("if-match", format!("\"{version}\""))).json(patch).send().await
    }

    /// A person, logged in.
    pub(crate) async fn login(&self, telegram_id: i64) -> Login {
        self.app.login(&Person::new(telegram_id)).await
    }

    /// That counts, addresses and attendees are those that follow from the tickets: by a look at all of them.
    pub(crate) fn assert_sound(&self) {
        let items = self.app.database.items("conferences");
        let of = |entity: &str| items.iter().filter(|item| item["entity"]["S"] == entity).collect::<Vec<_>>();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let (mut counts, mut emails, mut attendees) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        for ticket in of("ticket") {
            let state = text(&ticket["state"]["S"]);
            let standing = match (state.as_str(), ticket["blocked"]["BOOL"].as_bool(), ticket["approval"]["S"].as_str())
            {
                ("cancelled", ..) => "cancelled",
                (_, Some(true), _) => "blocked",
                (_, _, Some("unapproved")) => "unapproved",
                ("unpaid", ..) => "unpaid",
                _ => "valid",
            };
            *counts.entry((text(&ticket["ticket_type"]["S"]), standing.to_owned())).or_insert(0i64) += 1;
            if let Some(email) = ticket["email"]["S"].as_str() {
                emails.push((email.to_owned(), text(&ticket["code"]["S"])));
            }
            if let Some(user) = ticket["user_id"]["S"].as_str().filter(|_| state != "cancelled") {
                *attendees.entry(user.to_owned()).or_insert(0i64) += 1;
            }
        }
        let number = |value: &Value| value["N"].as_str().expect("a number").parse::<i64>().expect("a number");
        let mut counted = BTreeMap::new();
        for count in of("ticket_count") {
            let key = (text(&count["ticket_type"]["S"]), text(&count["standing"]["S"]));
            *counted.entry(key).or_insert(0i64) += number(&count["tickets"]);
        }
        counted.retain(|_, tickets| *tickets != 0);
        assert_eq!(counted, counts);
        let mut listed: Vec<_> =
            of("ticket_email").iter().map(|item| (text(&item["email"]["S"]), text(&item["code"]["S"]))).collect();
        emails.sort();
        listed.sort();
        assert_eq!(listed, emails);
        let mut known: BTreeMap<String, i64> =
            of("attendee").iter().map(|item| (text(&item["user_id"]["S"]), number(&item["tickets"]))).collect();
        known.retain(|_, tickets| *tickets != 0);
        assert_eq!(known, attendees);
    }
}

/// A row of an import: a ticket of this code and name.
pub(crate) fn row(code: &str, name: &str) -> Value {
    json!({"code": code, "name": name, "ticket_type": "Standard", "email": format!("{}@example.org", name.to_lowercase())})
}
