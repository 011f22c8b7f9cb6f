//! A job: from the organiser's template through EventBridge, streams and queues to Telegram, the feeds and the CSV.

use std::time::Duration;

use ibw::time::Clock;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::cloud::{Cloud, eventually, json as answer, within};

/// A scheduled job starts at the schedule's next run, which may be a minute away, and then is sent.
const THREE_MINUTES: Duration = Duration::from_secs(180);

/// Somebody new: what they sign in with, who they are on Telegram and here.
struct Somebody {
    header: String,
    telegram_id: String,
    user_id: String,
    first_name: String,
}

/// Logs somebody in who lets the bot write, or does not.
async fn somebody(cloud: &Cloud, reachable: bool) -> Somebody {
    let person = cloud.somebody().0.with("allows_write_to_pm", reachable);
    let header = cloud.header_of(&person);
    let login = cloud.request(Method::POST, "/api/v1/auth/login").header("X-Telegram-Auth", &header);
    let (status, login) = answer(login).await;
    assert_eq!(status, 200, "{login}");
    let user_id = login["user"]["id"].as_str().expect("an id").to_owned();
    let first_name = person.user["first_name"].as_str().expect("a name").to_owned();
    Somebody { header, telegram_id: person.user["id"].to_string(), user_id, first_name }
}

/// What an organiser asks.
async fn organise(cloud: &Cloud, method: Method, path: &str, body: Value) -> (u16, Value) {
    answer(asked(cloud, method, path, body)).await
}

fn asked(cloud: &Cloud, method: Method, path: &str, body: Value) -> RequestBuilder {
    let request = cloud.request(method, &format!("/api/v1/notifications{path}"));
    let request = request.header("X-API-Key", cloud.variable("ADMIN_API_KEY"));
    if body.is_null() { request } else { request.json(&body) }
}

/// Starts or schedules a job that nobody has changed.
async fn begin(cloud: &Cloud, path: &str, body: Value) -> (u16, Value) {
    answer(asked(cloud, Method::POST, path, body).header("If-Match", "\"1\"")).await
}

/// What somebody sees of their notifications.
async fn look(cloud: &Cloud, who: &Somebody, path: &str) -> Value {
    let request = cloud.request(Method::GET, &format!("/api/v1/notifications{path}"));
    let (status, seen) = answer(request.header("X-Telegram-Auth", &who.header)).await;
    assert_eq!(status, 200, "{seen}");
    seen
}

/// Writes a template and a job for these people, and answers the job's path.
async fn written_for(cloud: &Cloud, people: &[&Somebody], extra: Value) -> String {
    let name = format!("doors-{}", people[0].telegram_id);
    let wording = json!({"title": "Hello {first_name}", "body": "Doors of <b>{hall}</b> open."});
    let template = json!({
        "name": name, "category": "announcement", "arguments": ["hall"],
        "content": {"default_locale": "en", "locales": {"en": wording}},
    });
    let (status, body) = organise(cloud, Method::POST, "/templates", template).await;
    assert_eq!(status, 201, "{body}");
    let users: Vec<&str> = people.iter().map(|one| one.user_id.as_str()).collect();
    let mut draft =
        json!({"title": "Doors", "template": name, "arguments": {"hall": "R&D"}, "audience": {"users": users}});
    draft.as_object_mut().expect("an object").extend(extra.as_object().cloned().unwrap_or_default());
    let (status, job) = organise(cloud, Method::POST, "/jobs", draft).await;
    assert_eq!((status, job["state"].as_str()), (201, Some("draft")), "{job}");
    format!("/jobs/{}", job["id"].as_str().expect("an id"))
}

/// The job once it is over.
async fn ended(cloud: &Cloud, job: &str) -> Value {
    within(THREE_MINUTES, "the end of the job", || async {
        let (_, found) = organise(cloud, Method::GET, job, Value::Null).await;
        found["finished_at"].is_string().then_some(found)
    })
    .await
}

/// What the bot writes to somebody.
fn html(one: &Somebody) -> String {
    format!("<b>Hello {}</b>\n\nDoors of <b>R&amp;D</b> open.", one.first_name)
}

/// Fails unless the job's preview has these people.
async fn assert_previewed(cloud: &Cloud, job: &str, people: &[&Somebody]) {
    let (_, preview) = organise(cloud, Method::POST, &format!("{job}/preview"), Value::Null).await;
    let mut shown: Vec<String> =
        preview["sample"].as_array().expect("a sample").iter().map(|one| text(&one["html"])).collect();
    let mut expected: Vec<String> = people.iter().map(|one| html(one)).collect();
    shown.sort();
    expected.sort();
    assert_eq!((preview["count"].as_u64(), shown), (Some(4), expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn scheduled_job_reaches_everybody_once_and_accounts_for_each() {
    let cloud = Cloud::running();
    let told = [somebody(&cloud, true).await, somebody(&cloud, true).await, somebody(&cloud, true).await];
    let unreachable = somebody(&cloud, false).await;
    let everybody: Vec<&Somebody> = told.iter().chain([&unreachable]).collect();
    let job = written_for(&cloud, &everybody, json!({})).await;

    assert_previewed(&cloud, &job, &everybody).await;

    let at = Clock::System.now().plus_seconds(5).to_string();
    let (_, scheduled) = begin(&cloud, &format!("{job}/schedule"), json!({"at": at, "expected_recipients": 4})).await;
    assert_eq!(scheduled["state"], "scheduled", "{scheduled}");
    let end = ended(&cloud, &job).await;
    let counts = json!({
        "total": 4, "pending": 0, "leased": 0, "sent": 3, "skipped": 1, "failed": 0, "unknown": 0, "cancelled": 0, "faults": 0,
    });
    assert_eq!((&end["state"], &end["counts"]), (&json!("finished"), &counts), "{end}");
    assert!(text(&end["started_at"]) >= at, "{end}");

    deliver_again(&cloud, &job).await;
    for one in &told {
        let sent = cloud.told_telegram(&one.telegram_id).await;
        let bodies: Vec<Value> =
            sent.iter().map(|request| serde_json::from_str(&text(&request["body"])).expect("JSON")).collect();
        assert_eq!(bodies.iter().map(|body| text(&body["text"])).collect::<Vec<_>>(), [html(one)]);
        assert_eq!(bodies[0]["chat_id"].to_string(), one.telegram_id);
    }
    assert_eq!(cloud.told_telegram(&unreachable.telegram_id).await, Vec::<Value>::new());

    for one in &everybody {
        let is_told = one.user_id != unreachable.user_id;
        let feed = look(&cloud, one, "").await;
        let items = feed["items"].as_array().expect("items");
        assert_eq!(items.len(), 1, "{feed}");
        assert_eq!(items[0]["title"], format!("Hello {}", one.first_name));
        assert_eq!(items[0]["body"], "Doors of R&D open.");
        let (state, reason) = if is_told { ("sent", Value::Null) } else { ("skipped", json!("unreachable")) };
        assert_eq!((&items[0]["telegram"]["state"], &items[0]["telegram"]["reason"]), (&json!(state), &reason));
        assert_eq!(look(&cloud, one, "/unread-count").await, json!({"unread": 1}));
    }

    let (_, csv) = organise(&cloud, Method::GET, &format!("{job}/export"), Value::Null).await;
    // The time, which is last, is another one each time.
    let lines = text(&csv);
    let rows: Vec<&str> = lines.lines().filter_map(|line| line.rsplit_once(',')).map(|(row, _)| row).collect();
    let row = |one: &&Somebody| {
        let became = if one.user_id == unreachable.user_id { "skipped,unreachable" } else { "sent," };
        format!("{},,{became}", one.user_id)
    };
    let mut expected: Vec<String> = everybody.iter().map(row).collect();
    expected.sort();
    expected.insert(0, "user_id,group,state,reason".to_owned());
    assert_eq!(rows, expected);
}

/// Has the queue deliver the job's chunk twice more.
async fn deliver_again(cloud: &Cloud, job: &str) {
    let queue = cloud.queue("notification-bulk").await;
    let chunk = json!({"type": "chunk", "v": 1, "job_id": job.trim_start_matches("/jobs/"), "number": 0}).to_string();
    for _ in 0..2 {
        cloud.sqs.send_message().queue_url(&queue).message_body(&chunk).send().await.expect("the queue takes it");
    }
    eventually("an empty queue", || async { (cloud.depth(&queue).await == (0, 0)).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn started_job_with_a_photo_and_a_button_arrives_as_such() {
    let cloud = Cloud::running();
    let reader = somebody(&cloud, true).await;
    let extra = json!({
        "photo_url": "https://ibw.example/hall.jpg", "link": {"label": "Agenda", "url": "https://ibw.example/agenda"},
    });
    let job = written_for(&cloud, &[&reader], extra).await;
    let (status, body) = begin(&cloud, &format!("{job}/start"), json!({"expected_recipients": 1})).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(ended(&cloud, &job).await["counts"]["sent"], 1);
    let sent = cloud.told_telegram(&reader.telegram_id).await;
    assert_eq!(sent.len(), 1);
    assert!(text(&sent[0]["path"]).ends_with("/sendPhoto"));
    let body: Value = serde_json::from_str(&text(&sent[0]["body"])).expect("JSON");
    assert_eq!(body["photo"], "https://ibw.example/hall.jpg");
    assert_eq!(
        body["reply_markup"],
        json!({"inline_keyboard": [[{"text": "Agenda", "url": "https://ibw.example/agenda"}]]})
    );
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
