//! How a job starts: with as many recipients as somebody expects, and with two people if these are many.

use std::sync::Arc;

use ibw::notifications::approval::Approval;
use ibw::notifications::job::JobState;
use ibw::notifications::model::JobId;
use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{organise, with_tag};
use crate::delivery::queues::Queue;
use crate::delivery::world::World;
use crate::support::app::Login;
use crate::support::crowd;
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::login_with_role;

/// Two organisers, and a job to everybody but them.
pub(super) struct Office {
    /// The functions.
    pub(super) world: Arc<World>,
    /// Who starts the job.
    pub(super) one: Login,
    /// Who approves it.
    pub(super) another: Login,
    /// The job.
    pub(super) job: JobId,
}

/// An office with so many people to write to.
pub(super) async fn office(people: usize) -> Office {
    let world = World::obliging().await;
    world.crowd(people);
    let one = login_with_role(&world.app, &Person::new(1), AccessRole::Organizer).await;
    let another = login_with_role(&world.app, &Person::new(2), AccessRole::Organizer).await;
    let audience = json!({"not": {"users": [one.user_id, another.user_id]}});
    let job = world.job(audience, json!({})).await;
    Office { world, one, another, job }
}

impl Office {
    /// What one of the organisers asks of the job as it is.
    pub(super) async fn ask(&self, who: &Login, action: &str, body: Value) -> TestResponse {
        let version = self.world.read_job(self.job).await.version;
        let path = format!("/api/v1/notifications/jobs/{}{action}", self.job);
        let api = self.world.app.notifications();
        let request = if action.is_empty() { api.patch(&path) } else { api.post(&path) };
        let request = with_tag(request.header(who.bearer()), version);
        if body.is_null() { request.send().await } else { request.json(&body).send().await }
    }

    /// Starts it now.
    pub(super) async fn start(&self, who: &Login, expected: u64) -> TestResponse {
        self.ask(who, "/start", json!({"expected_recipients": expected})).await
    }

    /// Schedules it in so many seconds.
    pub(super) async fn schedule(&self, who: &Login, seconds: i64, expected: u64) -> TestResponse {
        let at = self.world.app.now().plus_seconds(seconds).to_string();
        self.ask(who, "/schedule", json!({"at": at, "expected_recipients": expected})).await
    }

    /// Approves it.
    pub(super) async fn approve(&self, who: &Login) -> TestResponse {
        self.ask(who, "/approve", Value::Null).await
    }

    /// The job's state, and that of its approval.
    pub(super) async fn states(&self) -> (JobState, Value) {
        let job = self.world.read_job(self.job).await;
        (job.state, json!(job.approval.map(|approval| approval.state)))
    }

    /// Starts that workers have been told of.
    pub(super) fn started(&self) -> usize {
        self.world.take(Queue::Jobs).len()
    }
}

#[tokio::test]
async fn start_with_other_recipients_than_expected_is_refused_with_their_number() {
    let office = office(100).await;
    let before = office.world.read_job(office.job).await;
    for (expected, is_about) in [(0, false), (94, false), (107, false), (95, true), (106, true)] {
        let started = office.start(&office.one, expected).await;
        if is_about {
            assert_eq!((started.status, &started.json["expected_recipients"]), (200, &json!(100)), "{expected}");
            assert_eq!(office.started(), 1);
            crowd::put_in(&office.world.app.database, "notifications", &before);
            continue;
        }
        assert_eq!(started.error(), (409, "RECIPIENTS_CHANGED"), "{expected}");
        assert_eq!(started.json["details"], json!([{"field": "recipients", "message": "100"}]));
        assert_eq!(office.schedule(&office.one, 60, expected).await.error(), (409, "RECIPIENTS_CHANGED"));
        assert_eq!((office.world.read_job(office.job).await, office.started()), (before.clone(), 0), "{expected}");
    }
    assert_eq!(office.ask(&office.one, "/start", json!({})).await.error(), (400, "INVALID_BODY"));
    assert_eq!(office.ask(&office.one, "/schedule", json!({"at": "soon"})).await.error(), (400, "INVALID_BODY"));
    let late = json!({"at": office.world.app.now().to_string()});
    assert_eq!(office.ask(&office.one, "/schedule", late).await.error(), (400, "INVALID_BODY"));
}

#[tokio::test]
async fn job_to_many_starts_when_a_second_person_approves_it() {
    let office = office(5_001).await;
    let key = organise(&office.world.app, "POST", &format!("/jobs/{}/start", office.job));
    let key = with_tag(key, 1).json(&json!({"expected_recipients": 5_001})).send().await;
    assert_eq!(key.error(), (403, "TWO_PEOPLE_REQUIRED"), "nobody knows whose a key is");
    assert_eq!(office.approve(&office.another).await.error(), (409, "JOB_STATE_CONFLICT"), "nobody has asked");

    let asked = office.start(&office.one, 5_001).await;
    assert_eq!((asked.status, &asked.json["state"]), (202, &json!("draft")), "{}", asked.text);
    let approval = &asked.json["approval"];
    assert_eq!((&approval["state"], &approval["asked_by"]), (&json!("awaited"), &json!(office.one.user_id)));
    assert_eq!(office.started(), 0);

    assert_eq!(office.approve(&office.one).await.error(), (403, "TWO_PEOPLE_REQUIRED"), "it is the same person");
    let path = format!("/jobs/{}/approve", office.job);
    let by_key = with_tag(organise(&office.world.app, "POST", &path), 2).send().await;
    assert_eq!(by_key.error(), (403, "TWO_PEOPLE_REQUIRED"));
    let path = format!("/api/v1/notifications{path}");
    let api = office.world.app.notifications();
    let approve = || api.post(&path).header(office.another.bearer());
    assert_eq!(approve().send().await.error(), (428, "PRECONDITION_REQUIRED"));
    assert_eq!(with_tag(approve(), 1).send().await.error(), (412, "PRECONDITION_FAILED"));
    assert_eq!((office.states().await, office.started()), ((JobState::Draft, json!("awaited")), 0));

    // So that the entries have an order.
    office.world.clock().advance(1);
    let approved = office.approve(&office.another).await;
    assert_eq!((approved.status, &approved.json["state"]), (200, &json!("expanding")), "{}", approved.text);
    let approval = &approved.json["approval"];
    assert_eq!((&approval["state"], &approval["approved_by"]), (&json!("given"), &json!(office.another.user_id)));
    assert_eq!(office.started(), 1);
    assert_eq!(office.approve(&office.another).await.error(), (409, "JOB_STATE_CONFLICT"));
    let actions = audited(&office);
    assert_eq!(actions, ["notification_job.ask", "notification_job.approve"]);
}

/// The actions on the job that the audit has, but for its creation.
fn audited(office: &Office) -> Vec<String> {
    let mut entries = office.world.app.database.items("audit");
    entries.retain(|entry| entry["object"]["S"] == format!("notifications/jobs/{}", office.job));
    entries.sort_by_key(|entry| entry["sk"]["S"].as_str().expect("an id").to_owned());
    let actions = entries.iter().map(|entry| entry["action"]["S"].as_str().expect("a name").to_owned());
    actions.filter(|action| action != "notification_job.create").collect()
}

#[tokio::test]
async fn job_to_5_000_needs_one_person_and_an_edit_drops_what_was_approved_for_more() {
    let office = office(5_001).await;
    assert_eq!(office.start(&office.one, 5_001).await.status, 202);
    // Whoever edits could approve their own text, if the question stood.
    let edited = office.ask(&office.another, "", json!({"title": "Other"})).await;
    assert_eq!((edited.status, &edited.json["approval"]), (200, &Value::Null), "{}", edited.text);
    assert_eq!(office.approve(&office.another).await.error(), (409, "JOB_STATE_CONFLICT"));

    assert_eq!(office.schedule(&office.one, 600, 5_001).await.status, 202);
    assert_eq!(office.approve(&office.another).await.json["state"], "scheduled");
    let same = office.schedule(&office.one, 600, 5_001).await;
    assert_eq!((same.status, &same.json["approval"]["state"]), (200, &json!("given")), "{}", same.text);
    let edited = office.ask(&office.one, "", json!({"title": "Another"})).await;
    assert_eq!((&edited.json["state"], &edited.json["approval"]), (&json!("draft"), &Value::Null));
    assert_eq!(edited.json["scheduled_at"], Value::Null);

    let one_less = office.world.crowd(1)[0].id;
    let users = json!([office.one.user_id, office.another.user_id, one_less]);
    let edited = office.ask(&office.one, "", json!({"audience": {"not": {"users": users}}})).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let alone = office.start(&office.one, 5_000).await;
    assert_eq!((alone.status, &alone.json["approval"]), (200, &Value::Null), "{}", alone.text);
    assert_eq!(office.started(), 1);
}

#[tokio::test]
async fn approval_is_for_its_time_and_any_other_is_asked_for_anew() {
    let office = office(5_001).await;
    for other in [Some(900), Some(300), None] {
        assert_eq!(office.schedule(&office.one, 600, 5_001).await.status, 202);
        assert_eq!(office.approve(&office.another).await.json["state"], "scheduled");
        let asked = match other {
            Some(seconds) => office.schedule(&office.one, seconds, 5_001).await,
            None => office.start(&office.one, 5_001).await,
        };
        assert_eq!((asked.status, &asked.json["approval"]["state"]), (202, &json!("awaited")), "{}", asked.text);
    }
    assert_eq!((office.states().await.0, office.started()), (JobState::Draft, 0));
}

#[tokio::test]
async fn scheduled_job_that_nobody_approves_in_time_is_a_draft_again_and_can_be_asked_for_anew() {
    let office = office(5_001).await;
    assert_eq!(office.schedule(&office.one, 60, 5_001).await.status, 202);
    assert_eq!(office.states().await, (JobState::Scheduled, json!("awaited")));
    office.world.clock().advance(60);
    office.world.tick().await;
    assert_eq!((office.states().await, office.started()), ((JobState::Draft, json!("missed")), 0));
    let late = office.approve(&office.another).await;
    assert_eq!(late.error(), (409, "JOB_STATE_CONFLICT"), "it would come late");
    assert_eq!(late.json["details"], json!([{"field": "state", "message": "draft"}]));

    assert_eq!(office.schedule(&office.one, 60, 5_001).await.status, 202);
    assert_eq!(office.approve(&office.another).await.status, 200);
    assert_eq!((office.states().await, office.started()), ((JobState::Scheduled, json!("given")), 0));
    office.world.clock().advance(60);
    office.world.tick().await;
    assert_eq!((office.states().await.0, office.started()), (JobState::Expanding, 1));
}

#[tokio::test]
async fn approval_is_for_about_as_many_as_it_was_asked_for() {
    let office = office(20).await;
    let mut job = office.world.read_job(office.job).await;
    let asked_by = office.one.user_id.parse().expect("an id");
    job.approval = Some(Approval::ask(asked_by, office.world.app.now()));
    for (expected, number) in [(23, 409), (21, 200)] {
        job.expected_recipients = Some(expected);
        crowd::put_in(&office.world.app.database, "notifications", &job);
        let approved = office.approve(&office.another).await;
        assert_eq!(approved.status, number, "{expected}: {}", approved.text);
    }
}

#[tokio::test]
async fn scheduled_job_with_another_audience_is_a_draft_and_with_another_title_is_not() {
    let office = office(2).await;
    assert_eq!(office.schedule(&office.one, 60, 2).await.json["state"], "scheduled");
    assert_eq!(office.ask(&office.one, "", json!({"title": "Other"})).await.json["state"], "scheduled");
    let wider = office.ask(&office.one, "", json!({"audience": "everyone"})).await;
    assert_eq!((&wider.json["state"], &wider.json["scheduled_at"]), (&json!("draft"), &Value::Null));
    office.world.clock().advance(60);
    office.world.tick().await;
    assert_eq!(office.started(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn job_that_8_people_approve_and_edit_at_once_is_started_once_or_edited() {
    let office = Arc::new(office(20).await);
    let mut job = office.world.read_job(office.job).await;
    let asked_by = office.one.user_id.parse().expect("an id");
    (job.approval, job.expected_recipients) = (Some(Approval::ask(asked_by, office.world.app.now())), Some(20));
    crowd::put_in(&office.world.app.database, "notifications", &job);
    let requests: Vec<_> = (0..8)
        .map(|n| {
            let office = Arc::clone(&office);
            tokio::spawn(async move {
                let path = format!("/api/v1/notifications/jobs/{}", office.job);
                let api = office.world.app.notifications();
                let request = match n % 2 {
                    0 => api.post(&format!("{path}/approve")),
                    _ => api.patch(&path).json(&json!({"title": "Other"})),
                };
                with_tag(request.header(office.another.bearer()), 1).send().await
            })
        })
        .collect();
    let mut won = Vec::new();
    for request in requests {
        let answer = request.await.expect("no panic");
        match answer.status {
            200 => won.push(answer.json["state"].clone()),
            _ => assert!([409, 412].contains(&answer.status), "{}", answer.text),
        }
    }
    let is_started = won == [json!("expanding")];
    assert!(is_started || won == [json!("draft")], "{won:?}");
    assert_eq!(office.started(), usize::from(is_started));
}
