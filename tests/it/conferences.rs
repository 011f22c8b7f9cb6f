//! Conferences: everybody reads them, organisers write them.

use ibw::app::{DomainConfig, Domains};
use ibw::attendees::repository::TicketRepository;
use ibw::audit::model::Actor;
use ibw::conferences::error::ConferenceError;
use ibw::speakers::error::SpeakerError;
use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use crate::calendar;
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::gate::Gate;
use crate::support::request::TestRequest;
use crate::support::telegram::Person;
use crate::users::{login_with_role, places};

const CONFERENCES: &str = "/api/v1/conferences";

/// An organiser's request.
pub(crate) fn organise(app: &TestApp, method: &str, path: &str) -> TestRequest {
    let method = method.parse().expect("a method");
    app.conferences().request(method, &format!("{CONFERENCES}{path}")).header(("x-api-key", ADMIN_API_KEY))
}

/// A conference of this slug, to be written.
pub(crate) fn conference(slug: &str) -> Value {
    json!({
        "slug": slug, "name": "India Blockchain Week", "start_date": "2026-12-01", "end_date": "2026-12-05",
        "timezone": "Asia/Kolkata", "location": "Bengaluru",
    })
}

#[tokio::test]
async fn conference_is_written_changed_and_deleted() {
    let app = TestApp::start().await;
    let created = organise(&app, "POST", "").json(&conference("ibw-2026")).send().await;
    assert_eq!((created.status, created.header("etag")), (201, "\"1\""), "{}", created.text);
    let read = app.conferences().get(&format!("{CONFERENCES}/ibw-2026")).send().await;
    assert_eq!((read.status, &read.json), (200, &created.json));
    let changes = json!({"name": "IBW", "location": null});
    let changed = organise(&app, "PATCH", "/ibw-2026").header(("if-match", "\"1\"")).json(&changes).send().await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""), "{}", changed.text);
    let fields = (&changed.json["name"], &changed.json["location"], &changed.json["timezone"]);
    assert_eq!(fields, (&json!("IBW"), &Value::Null, &json!("Asia/Kolkata")));
    let deleted = organise(&app, "DELETE", "/ibw-2026").header(("if-match", "\"2\"")).send().await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    assert_eq!(organise(&app, "GET", "/ibw-2026").send().await.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn page_of_a_public_list_has_a_tag_that_changes_with_its_items() {
    let app = TestApp::start().await;
    calendar::released(&app, &calendar::three_sessions()).await;
    calendar::release(&app, "ibw-2026", &calendar::three_sessions()[..2]).await;
    assert_eq!(organise(&app, "POST", "").json(&conference("ibw-2027")).send().await.status, 201);
    let speakers = || app.speakers().post("/api/v1/conferences/ibw-2026/speakers").header(("x-api-key", ADMIN_API_KEY));
    let speak = async |name: &str| {
        let added = speakers().json(&json!({"name": name, "slug": name.to_lowercase()})).send().await;
        assert_eq!(added.status, 201, "{}", added.text);
    };
    speak("Tara").await;
    speak("Ravi").await;
    let lists: [(_, &str); 3] = [
        (app.conferences(), CONFERENCES),
        (app.speakers(), "/api/v1/conferences/ibw-2026/speakers"),
        (app.agenda(), "/api/v1/conferences/ibw-2026/agenda/releases"),
    ];
    let mut tags = Vec::new();
    for (function, list) in &lists {
        for path in [(*list).to_owned(), format!("{list}?limit=1")] {
            let page = function.get(&path).send().await;
            let tag = page.header("etag").to_owned();
            assert!(page.status == 200 && tag.starts_with("W/\""), "{path} {tag} {}", page.text);
            let cursor = page.json["next_cursor"].as_str();
            assert_eq!(cursor.is_some(), path.ends_with("=1"), "{path}");
            let again = function.get(&path).header(("if-none-match", &tag)).send().await;
            assert_eq!((again.status, again.header("etag"), again.text.as_str()), (304, tag.as_str(), ""), "{path}");
            assert!(again.header("cache-control").starts_with("public"), "{path}");
            tags.push((function, path, tag));
        }
    }
    // The first of each list is another one.
    assert_eq!(organise(&app, "POST", "").json(&conference("ibw-2028")).send().await.status, 201);
    speak("Asha").await;
    calendar::release(&app, "ibw-2026", &calendar::three_sessions()).await;
    for (function, path, tag) in tags {
        let page = function.get(&path).header(("if-none-match", &tag)).send().await;
        assert!(page.status == 200 && page.header("etag") != tag, "{path}");
    }
}

#[tokio::test]
async fn conference_deleted_and_written_anew_continues_its_versions() {
    let app = TestApp::start().await;
    let write = || organise(&app, "POST", "").json(&conference("ibw-2026")).send();
    let with = |method: &str, tag: &str| {
        let request = organise(&app, method, "/ibw-2026").header(("if-match", tag));
        if method == "PATCH" { request.json(&json!({"name": "IBW"})).send() } else { request.send() }
    };
    assert_eq!(write().await.header("etag"), "\"1\"");
    assert_eq!(with("PATCH", "\"1\"").await.header("etag"), "\"2\"");
    assert_eq!(with("DELETE", "\"2\"").await.status, 204);
    for method in ["PATCH", "DELETE"] {
        assert_eq!(with(method, "\"3\"").await.error(), (404, "NOT_FOUND"), "{method}");
    }
    assert_eq!(organise(&app, "GET", "").send().await.json["items"], json!([]));
    let again = write().await;
    assert_eq!((again.status, again.header("etag"), &again.json["version"]), (201, "\"4\"", &json!(4)));
    for method in ["PATCH", "DELETE"] {
        for stale in ["\"1\"", "\"2\"", "\"3\""] {
            assert_eq!(with(method, stale).await.error(), (412, "PRECONDITION_FAILED"), "{method} {stale}");
        }
    }
    assert_eq!(write().await.error(), (409, "CONFERENCE_SLUG_TAKEN"));
    assert_eq!(organise(&app, "GET", "/ibw-2026").send().await.json, again.json);
}

#[tokio::test]
async fn change_of_a_conference_is_audited_once_and_a_refused_or_repeated_one_is_not() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let login = login_with_role(&app, &person, AccessRole::Organizer).await;
    let create = || {
        let request = app.conferences().post(CONFERENCES).header(login.bearer()).header(("idempotency-key", "one"));
        request.json(&conference("ibw-2026")).send()
    };
    assert_eq!((create().await.status, create().await.header("idempotency-replayed")), (201, "true"));
    let change = |tag: &str| {
        let changes = json!({"name": "IBW", "description": "Long"});
        organise(&app, "PATCH", "/ibw-2026").header(("if-match", tag)).json(&changes).send()
    };
    assert_eq!((change("\"1\"").await.status, change("\"1\"").await.status), (200, 412));
    let entries = app.database.items("audit");
    let of = |action: &str| entries.iter().find(|entry| entry["action"]["S"] == action).expect("an entry");
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert_eq!(of("conference.create")["actor"]["S"], login.user_id);
    let update = of("conference.update");
    assert_eq!((&update["actor"]["S"], &update["object"]["S"]), (&json!("bootstrap"), &json!("conferences/ibw-2026")));
    assert_eq!(update["fields"]["L"], json!([{"S": "description"}, {"S": "name"}]));
    assert_eq!(update["new"]["M"], json!({"name": {"S": "IBW"}}));
}

/// Something that belongs to a conference.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Speaker,
    Session,
    CheckinList,
    Ticket,
}

/// Puts the first thing of a kind into the conference.
async fn put(app: &TestApp, thing: Thing) {
    let (function, path) = match thing {
        Thing::Speaker => (app.speakers(), "speakers"),
        Thing::Session => (app.agenda(), "agenda/sessions"),
        Thing::CheckinList => (app.checkin(), "checkin/lists"),
        Thing::Ticket => {
            let tickets = TicketRepository::new(&app.backstage().platform);
            return tickets.open(&"ibw-2026".parse().unwrap()).await.expect("a conference");
        }
    };
    let session = json!({"title": "A", "start": "2026-12-01T09:00:00Z", "end": "2026-12-01T10:00:00Z"});
    let new = if matches!(thing, Thing::Session) { session } else { json!({"name": "A"}) };
    let path = format!("{CONFERENCES}/ibw-2026/{path}");
    let put = function.post(&path).header(("x-api-key", ADMIN_API_KEY)).json(&new).send().await;
    assert_eq!(put.status, 201, "{}", put.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conference_that_has_just_got_its_first_thing_is_not_deleted() {
    for thing in [Thing::Speaker, Thing::Session, Thing::CheckinList, Thing::Ticket] {
        let app = TestApp::start().await;
        organise(&app, "POST", "").json(&conference("ibw-2026")).send().await;
        // The write, after the reads of arrivals, conference and contents.
        let gate = Gate::before(4);
        let actor = Actor { name: "bootstrap".to_owned(), request_id: "r".to_owned() };
        let service = Domains::new(&app.platform(&gate), DomainConfig::default()).conferences.service;
        let slug = "ibw-2026".parse().unwrap();
        let deleted =
            gate.holds(move || async move { service.delete(&actor, &slug, &1.into()).await }, put(&app, thing)).await;
        assert!(matches!(deleted, Err(ConferenceError::NotEmpty)), "{thing:?}: {deleted:?}");
        assert_eq!(organise(&app, "GET", "/ibw-2026").send().await.header("etag"), "\"1\"", "{thing:?}");
        let later = organise(&app, "DELETE", "/ibw-2026").header(("if-match", "\"1\"")).send().await;
        assert_eq!(later.error(), (409, "CONFERENCE_NOT_EMPTY"), "{thing:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conference_that_was_just_deleted_gets_nothing() {
    let app = TestApp::start().await;
    organise(&app, "POST", "").json(&conference("ibw-2026")).send().await;
    // The write, after the read of the conference.
    let gate = Gate::before(2);
    let service = Domains::new(&app.platform(&gate), DomainConfig::default()).speakers.service;
    let (slug, new) = ("ibw-2026".parse().unwrap(), serde_json::from_value(json!({"name": "Asha"})).unwrap());
    let delete = async {
        let deleted = organise(&app, "DELETE", "/ibw-2026").header(("if-match", "\"1\"")).send().await;
        assert_eq!(deleted.status, 204, "{}", deleted.text);
    };
    let actor = Actor { name: "bootstrap".to_owned(), request_id: "r".to_owned() };
    let created = gate.holds(move || async move { service.create(&actor, &slug, new).await }, delete).await;
    assert!(matches!(created, Err(SpeakerError::Conference(ConferenceError::NotFound))), "{created:?}");
    // All that is left is the version.
    assert_eq!(app.database.items("conferences").len(), 1);
}

#[tokio::test]
async fn conference_with_a_taken_slug_or_days_out_of_order_is_refused() {
    let app = TestApp::start().await;
    assert_eq!(organise(&app, "POST", "").json(&conference("ibw-2026")).send().await.status, 201);
    let again = organise(&app, "POST", "").json(&conference("ibw-2026")).send().await;
    assert_eq!(again.error(), (409, "CONFERENCE_SLUG_TAKEN"));
    let mut backwards = conference("other");
    backwards["end_date"] = json!("2026-11-30");
    let refused = organise(&app, "POST", "").json(&backwards).send().await;
    assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["end_date"]));
    for (field, value) in
        [("slug", json!("A b")), ("timezone", json!("Mars/Olympus")), ("start_date", json!("2026-02-30"))]
    {
        let mut bad = conference("other");
        bad[field] = value;
        let refused = organise(&app, "POST", "").json(&bad).send().await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![field]));
    }
    assert_eq!(organise(&app, "GET", "").send().await.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn conference_changed_without_its_version_is_left_as_it_is() {
    let app = TestApp::start().await;
    let created = organise(&app, "POST", "").json(&conference("ibw-2026")).send().await;
    let changes = json!({"name": "IBW"});
    let blind = organise(&app, "PATCH", "/ibw-2026").json(&changes).send().await;
    assert_eq!(blind.error(), (428, "PRECONDITION_REQUIRED"));
    for method in ["PATCH", "DELETE"] {
        let stale = organise(&app, method, "/ibw-2026").header(("if-match", "\"7\"")).json(&changes).send().await;
        assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"), "{method}");
    }
    assert_eq!(organise(&app, "GET", "/ibw-2026").send().await.json, created.json);
}

#[tokio::test]
async fn conferences_are_written_by_organisers_only() {
    let app = TestApp::start().await;
    let anonymous = app.conferences().post(CONFERENCES).json(&conference("a")).send().await;
    assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"));
    for (telegram_id, role, status) in [(1, AccessRole::Supervisor, 403), (2, AccessRole::Organizer, 201)] {
        let login = login_with_role(&app, &Person::new(telegram_id), role).await;
        let response = app.conferences().post(CONFERENCES).header(login.bearer()).json(&conference("a")).send().await;
        assert_eq!(response.status, status, "{role:?}");
    }
}

#[tokio::test]
async fn conferences_are_listed_in_pages_last_to_begin_first() {
    let app = TestApp::start().await;
    for (slug, start) in [("first", "2026-01-01"), ("third", "2026-03-01"), ("second", "2026-02-01")] {
        let mut new = conference(slug);
        new["start_date"] = json!(start);
        assert_eq!(organise(&app, "POST", "").json(&new).send().await.status, 201);
    }
    let slugs = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["slug"].as_str().unwrap().to_owned()).collect()
    };
    let page = organise(&app, "GET", "?limit=2").send().await;
    assert_eq!(slugs(&page.json), ["third", "second"]);
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let rest = organise(&app, "GET", &format!("?limit=2&cursor={cursor}")).send().await;
    assert_eq!((slugs(&rest.json), &rest.json["next_cursor"]), (vec!["first".to_owned()], &Value::Null));
}
