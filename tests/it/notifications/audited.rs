//! What organisers do with templates and jobs is in the audit: once, and without a word that they wrote.

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{template, with_tag};
use crate::support::app::{Login, TestApp};
use crate::support::request::{TestRequest, TestResponse};
use crate::support::telegram::Person;
use crate::users::login_with_role;

/// Words that must not be in an entry: of texts, of names, and of a person in an audience.
const PRIVATE: [&str; 6] = ["Asha", "asha_", "Rao", "Kaveri", "Hello", "News"];

/// A request of an organiser.
fn ask(app: &TestApp, who: &Login, method: &str, path: &str) -> TestRequest {
    let method = method.parse().expect("a method");
    app.notifications().request(method, &format!("/api/v1/notifications{path}")).header(who.bearer())
}

/// The entries of the audit, as action, object and actor with what changed, in order.
fn entries(app: &TestApp) -> Vec<Value> {
    let mut entries = app.database.items("audit");
    entries.sort_by_key(|entry| entry["sk"]["S"].as_str().expect("an id").to_owned());
    let plain = |value: &Value| -> Value {
        let shown = value["M"].as_object().into_iter().flatten();
        shown
            .map(|(name, value)| (name.clone(), value.as_object().expect("a value").values().next().cloned()))
            .collect()
    };
    let entry = |entry: &Value| {
        let names = entry["fields"]["L"].as_array().into_iter().flatten().map(|name| name["S"].clone());
        json!([
            entry["action"]["S"],
            entry["object"]["S"],
            entry["actor"]["S"],
            names.collect::<Vec<_>>(),
            plain(&entry["old"]),
            plain(&entry["new"])
        ])
    };
    entries.iter().map(entry).collect()
}

/// Sends a request, after which the clock goes on, so that entries have an order.
async fn done(app: &TestApp, request: TestRequest, status: u16) -> TestResponse {
    let answer = request.send().await;
    assert_eq!(answer.status, status, "{}", answer.text);
    app.clock.advance(1);
    answer
}

#[tokio::test]
async fn templates_are_audited_once_and_refused_or_repeated_requests_are_not() {
    let app = TestApp::start().await;
    let login = login_with_role(&app, &Person::new(1), AccessRole::Organizer).await;
    let create = || ask(&app, &login, "POST", "/templates").json(&template("news", &["kaveri"]));
    let once = || create().header(("idempotency-key", "one"));
    assert_eq!(
        (done(&app, once(), 201).await.status, once().send().await.header("idempotency-replayed")),
        (201, "true")
    );
    done(&app, create(), 409).await;
    let mut draft = template("news", &["kaveri"]);
    draft.as_object_mut().expect("an object").remove("name");
    draft["category"] = json!("agenda");
    let update = |version| with_tag(ask(&app, &login, "PUT", "/templates/news"), version).json(&draft);
    done(&app, update(1), 200).await;
    done(&app, update(1), 412).await;
    let delete = |version| with_tag(ask(&app, &login, "DELETE", "/templates/news"), version);
    done(&app, delete(1), 412).await;
    done(&app, delete(2), 204).await;
    let (object, who) = ("notifications/templates/news", &login.user_id);
    let all = ["arguments", "category", "content", "name"];
    assert_eq!(
        entries(&app),
        [
            json!(["notification_template.create", object, who, all, {}, {"category": "announcement"}]),
            json!(["notification_template.update", object, who, ["category"], {"category": "announcement"},
                {"category": "agenda"}]),
            json!(["notification_template.delete", object, who, all, {"category": "agenda"}, {}]),
        ]
    );
}

#[tokio::test]
async fn jobs_are_audited_at_each_step_without_private_words() {
    let app = TestApp::start().await;
    let login = login_with_role(&app, &Person::new(1), AccessRole::Organizer).await;
    done(&app, ask(&app, &login, "POST", "/templates").json(&template("doors", &["guest"])), 201).await;
    let job = json!({"title": "News for Asha", "template": "doors", "arguments": {"guest": "Kaveri"},
        "audience": {"users": [login.user_id]}, "link": {"label": "Asha Rao", "url": "https://x.org/Rao"}});
    let created = done(&app, ask(&app, &login, "POST", "/jobs").json(&job), 201).await;
    let path = format!("/jobs/{}", created.json["id"].as_str().expect("an id"));
    let act = |action: &str| ask(&app, &login, "POST", &format!("{path}/{action}"));
    let at = app.now().plus_seconds(3600).to_string();
    done(&app, with_tag(ask(&app, &login, "PATCH", &path), 1).json(&json!({"title": "Kaveri"})), 200).await;
    done(&app, act("test"), 202).await;
    let schedule = |version| with_tag(act("schedule"), version).json(&json!({"at": at, "expected_recipients": 1}));
    done(&app, schedule(1), 412).await;
    done(&app, schedule(2), 200).await;
    done(&app, with_tag(act("start"), 3).json(&json!({"expected_recipients": 9})), 409).await;
    done(&app, with_tag(act("start"), 3).json(&json!({"expected_recipients": 1})), 200).await;
    done(&app, act("pause"), 200).await;
    done(&app, act("pause"), 409).await;
    done(&app, with_tag(act("resume"), 5), 200).await;
    done(&app, act("cancel"), 200).await;
    done(&app, act("cancel"), 409).await;

    let entries = entries(&app);
    let of = |action: &str| -> Vec<&Value> {
        let name = format!("notification_job.{action}");
        entries.iter().filter(|entry| entry[0] == *name).collect()
    };
    let actions: Vec<_> = entries.iter().skip(1).map(|entry| entry[0].as_str().expect("a name")).collect();
    let steps = ["create", "update", "test", "schedule", "start", "pause", "resume", "cancel"];
    assert_eq!(actions, steps.map(|step| format!("notification_job.{step}")));
    let object = format!("notifications{path}");
    assert!(entries.iter().skip(1).all(|entry| entry[1] == *object && entry[2] == *login.user_id));
    assert_eq!(of("update")[0][3], json!(["title"]));
    assert_eq!((&of("test")[0][3], &of("test")[0][5]), (&json!([]), &json!({})));
    assert_eq!(of("schedule")[0][5], json!({"state": "scheduled", "scheduled_at": at, "expected_recipients": "1"}));
    assert_eq!(
        (&of("start")[0][4]["state"], &of("start")[0][5]),
        (&json!("scheduled"), &json!({"state": "expanding"}))
    );
    assert_eq!(of("pause")[0][5], json!({"state": "paused", "paused_by": "organiser"}));
    assert_eq!(of("cancel")[0][5], json!({"state": "cancelled"}));
    let text = json!(entries).to_string();
    for word in PRIVATE {
        assert!(!text.contains(word), "{word} is in {text}");
    }
}

#[tokio::test]
async fn deleted_job_is_audited() {
    let app = TestApp::start().await;
    let login = login_with_role(&app, &Person::new(1), AccessRole::Organizer).await;
    done(&app, ask(&app, &login, "POST", "/templates").json(&template("news", &[])), 201).await;
    let job = json!({"title": "News", "template": "news", "audience": {"users": []}});
    let created = done(&app, ask(&app, &login, "POST", "/jobs").json(&job), 201).await;
    let path = format!("/jobs/{}", created.json["id"].as_str().expect("an id"));
    done(&app, with_tag(ask(&app, &login, "DELETE", &path), 2), 412).await;
    done(&app, with_tag(ask(&app, &login, "DELETE", &path), 1), 204).await;
    let entries = entries(&app);
    let last = entries.last().expect("an entry");
    assert_eq!((&last[0], &last[4]["state"]), (&json!("notification_job.delete"), &json!("draft")));
    assert_eq!((entries.len(), &last[5]), (3, &json!({})));
}
