//! Jobs as organisers write them.

use ibw::notifications::pace::Lane;
use ibw::users::grants::{AccessRole, Grant};
use ibw::users::model::{User, Visibility};
use serde_json::{Value, json};

use super::{fields, organise, template, with_tag, written};
use crate::delivery::world::World;
use crate::support::app::TestApp;
use crate::support::crowd;
use crate::support::telegram::Person;
use ibw::random::Random;

fn job(audience: Value) -> Value {
    json!({"title": "Doors", "template": "doors", "arguments": {"hall": "A"}, "audience": audience})
}

/// Some hundred users; one is private, one is about to leave.
fn crowd_of(app: &TestApp, count: usize) -> Vec<User> {
    let mut users: Vec<User> = (0..count).map(|n| crowd::member(n, app.now(), &Random::seeded(3))).collect();
    users[0].visibility = Visibility::Private;
    users[1].erase_after = Some(app.now());
    crowd::load(&app.database, &users);
    users
}

#[tokio::test]
async fn preview_counts_each_kind_of_audience_exactly() {
    let app = TestApp::start().await;
    let users = crowd_of(&app, 300);
    let id = |n: usize| users[n].id.to_string();
    let matching = |which: &dyn Fn(usize) -> bool| (0..300).filter(|n| *n != 1 && which(n.to_owned())).count();
    for (audience, expected) in [
        (json!("everyone"), 299),
        (json!({"role": "founder"}), matching(&|n| n % 4 == 1)),
        (json!({"ecosystem": "solana"}), matching(&|n| n % 5 == 0)),
        (json!({"topic": "privacy"}), 1),
        (json!({"users": [id(0), id(1), id(2), "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"]}), 2),
        (json!({"all": [{"role": "founder"}, {"ecosystem": "solana"}]}), matching(&|n| n % 4 == 1 && n % 5 == 0)),
        (json!({"any": [{"role": "founder"}, {"users": [id(0)]}]}), matching(&|n| n % 4 == 1 || n == 0)),
        (json!({"not": {"role": "founder"}}), matching(&|n| n % 4 != 1)),
        (json!({"all": [{"users": [id(2), id(3), id(5)]}, {"not": {"role": "founder"}}]}), 2),
    ] {
        let created = written(&app, job(audience.clone())).await;
        assert_eq!(created.status, 201, "{}", created.text);
        let path = format!("/jobs/{}/preview", created.json["id"].as_str().expect("an id"));
        let preview = organise(&app, "POST", &path).send().await;
        assert_eq!(preview.json["count"], expected, "{audience}");
        assert_eq!(preview.json["sample"].as_array().map(Vec::len), Some(expected.min(5)), "{audience}");
    }
}

#[tokio::test]
async fn job_that_could_not_be_sent_is_refused_with_its_field() {
    let app = TestApp::start().await;
    organise(&app, "POST", "/templates").json(&template("doors", &["hall"])).send().await;
    let with = |field: &str, value: Value| {
        let mut job = job(json!("everyone"));
        job[field] = value;
        job
    };
    let many: Vec<String> =
        (0..2_001).map(|n| ibw::id::UserId::derive(app.now(), &[&n.to_string()]).to_string()).collect();
    for (bad, field) in [
        (with("template", json!("nothing")), "template"),
        (with("arguments", json!({})), "arguments.hall"),
        (with("arguments", json!({"hall": "A", "stage": "B"})), "arguments.stage"),
        (with("arguments", json!({"hall": "x".repeat(4096)})), "locales.en"),
        (with("audience", json!({"any": []})), "audience"),
        (with("audience", json!({"users": many})), "audience"),
        (with("announce", json!(true)), "announce"),
    ] {
        let response = organise(&app, "POST", "/jobs").json(&bad).send().await;
        assert_eq!((response.error(), fields(&response)), ((422, "MESSAGE_INVALID"), vec![field]), "{field}");
    }
    let mut caption = with("photo_url", json!("https://cdn.example.org/a.png"));
    caption["arguments"] = json!({"hall": "x".repeat(1000)});
    assert_eq!(fields(&organise(&app, "POST", "/jobs").json(&caption).send().await), ["locales.en"]);
    for bad in [
        json!({}),
        with("audience", json!({"role": "!!"})),
        with("photo_url", json!("http://x.org/a")),
        with("state", json!("sending")),
    ] {
        assert_eq!(organise(&app, "POST", "/jobs").json(&bad).send().await.error(), (400, "INVALID_BODY"), "{bad}");
    }
    assert_eq!(organise(&app, "GET", "/jobs").send().await.json["items"], json!([]));
}

#[tokio::test]
async fn job_is_read_listed_changed_and_deleted_while_it_is_a_draft() {
    let app = TestApp::start().await;
    let created = written(&app, job(json!("everyone"))).await;
    let id = created.json["id"].as_str().expect("an id").to_owned();
    let path = format!("/jobs/{id}");
    assert_eq!((created.status, created.header("etag"), &created.json["state"]), (201, "\"1\"", &json!("draft")));
    assert_eq!(created.json["content"]["locales"]["en"]["title"], "News");
    assert_eq!(organise(&app, "GET", &path).send().await.json, created.json);
    assert_eq!(organise(&app, "GET", &path).header(("if-none-match", "\"1\"")).send().await.status, 304);

    let patch = |body: Value| organise(&app, "PATCH", &path).json(&body);
    assert_eq!(patch(json!({"title": "x"})).send().await.error(), (428, "PRECONDITION_REQUIRED"));
    assert_eq!(patch(json!({"title": "x"})).header(("if-match", "\"9\"")).send().await.status, 412);
    let changed = patch(
        json!({"title": "Gates", "audience": {"role": "founder"}, "link": {"label": "Map", "url": "https://x.org/"}}),
    );
    let changed = changed.header(("if-match", "\"1\"")).send().await;
    assert_eq!((changed.status, &changed.json["title"], &changed.json["version"]), (200, &json!("Gates"), &json!(2)));
    assert_eq!(changed.json["arguments"], json!({"hall": "A"}), "what is absent stays");
    let cleared = patch(json!({"link": null})).header(("if-match", "\"2\"")).send().await;
    assert_eq!(cleared.json["link"], Value::Null);
    let wrong = patch(json!({"arguments": {}})).header(("if-match", "\"3\"")).send().await;
    assert_eq!(wrong.error(), (422, "MESSAGE_INVALID"));

    let second = written(&app, job(json!("everyone"))).await;
    let page = organise(&app, "GET", "/jobs?limit=1").send().await;
    let first = page.json["items"][0]["id"].as_str().expect("an id").to_owned();
    let cursor = page.json["next_cursor"].as_str().expect("a cursor");
    let next = organise(&app, "GET", &format!("/jobs?limit=1&cursor={cursor}")).send().await;
    let mut listed = [first, next.json["items"][0]["id"].as_str().expect("an id").to_owned()];
    let mut expected = [id, second.json["id"].as_str().expect("an id").to_owned()];
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);

    assert_eq!(organise(&app, "DELETE", &path).send().await.status, 428);
    assert_eq!(organise(&app, "DELETE", &path).header(("if-match", "\"3\"")).send().await.status, 204);
    assert_eq!(organise(&app, "GET", &path).send().await.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn organisers_and_keys_with_the_scope_may_and_nobody_else() {
    let app = TestApp::start().await;
    let created = written(&app, job(json!("everyone"))).await;
    let path = format!("/api/v1/notifications/jobs/{}", created.json["id"].as_str().expect("an id"));
    let login = app.login(&Person::new(1)).await;
    let api = app.notifications();
    assert_eq!(api.get(&path).send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
    assert_eq!(api.get(&path).header(login.bearer()).send().await.error(), (403, "FORBIDDEN"));
    let test = format!("{path}/test");
    let by_key = api.post(&test).header(("x-api-key", crate::support::app::ADMIN_API_KEY)).send().await;
    assert_eq!(by_key.error(), (403, "FORBIDDEN"), "a key has no Telegram");

    let before = app.backstage().users.service.get(login.user_id.parse().expect("an id")).await.expect("the user");
    let mut organiser = before.clone();
    organiser.standing.grants.insert(Grant::everywhere(AccessRole::Organizer));
    organiser.version += 1;
    let users = ibw::users::repository::UserRepository::new(&app.backstage().platform);
    users.save(&before, &organiser).await.expect("a role");
    let header = app.signed(&Person::new(1));
    assert_eq!(api.get(&path).header(header.clone()).send().await.status, 200);
    assert_eq!(api.post(&test).header(header).send().await.status, 202);
    let items = app.database.items("notifications");
    let payloads: Vec<Value> = items
        .iter()
        .filter(|item| item["topic"]["S"] == "notification_urgent")
        .map(|item| serde_json::from_str(item["payload"]["S"].as_str().expect("a payload")).expect("JSON"))
        .collect();
    assert_eq!(payloads, [json!({"type": "test", "v": 1, "job_id": created.json["id"], "user_id": login.user_id})]);
}

#[tokio::test]
async fn lane_of_a_job_is_that_of_critical_messages_while_it_is_one() {
    let world = World::obliging().await;
    for (first, then) in [(false, true), (true, false)] {
        let lane = |critical: bool| if critical { Lane::Reminders } else { Lane::Bulk };
        let id = world.job(json!("everyone"), json!({"critical": first})).await;
        assert_eq!(world.read_job(id).await.lane, lane(first));
        let patch = organise(&world.app, "PATCH", &format!("/jobs/{id}"));
        let patched = with_tag(patch, 1).json(&json!({"critical": then})).send().await;
        assert_eq!(patched.status, 200, "{}", patched.text);
        assert_eq!(world.read_job(id).await.lane, lane(then));
    }
}
