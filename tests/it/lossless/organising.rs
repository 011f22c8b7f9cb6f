//! What organisers write.

use std::sync::Arc;

use ibw::id::UserId;
use ibw::notifications::approval::Approval;
use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::unharmed;
use crate::agenda::{self, publish, session, with_conference, write_session};
use crate::conferences::{conference, organise as organise_conferences};
use crate::delivery::world::World;
use crate::events;
use crate::notifications::{self, template};
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::crowd;
use crate::support::request::{TestRequest, TestResponse};
use crate::support::telegram::Person;
use crate::users::login_with_role;

const FIRST: (&str, &str) = ("if-match", "\"1\"");

/// Sends a change of the first version, with this body or none.
async fn sent(request: TestRequest, body: &Value) -> TestResponse {
    let request = request.header(FIRST);
    if body.is_null() { request.send().await } else { request.json(body).send().await }
}

fn by_admin(request: TestRequest) -> TestRequest {
    request.header(("x-api-key", ADMIN_API_KEY))
}

#[tokio::test]
async fn conferences_are_written_once() {
    let send = async |app: &TestApp, method: &str, path: &str, body: Value| {
        sent(organise_conferences(app, method, path), &body).await
    };
    unharmed("conference.create", TestApp::start, async |app| send(app, "POST", "", conference("ibw-2026")).await)
        .await;
    let patch = json!({"name": "IBW"});
    unharmed("conference.update", with_conference, async |app| send(app, "PATCH", "/ibw-2026", patch.clone()).await)
        .await;
    unharmed("conference.delete", with_conference, async |app| send(app, "DELETE", "/ibw-2026", Value::Null).await)
        .await;
    let deleted = async || {
        let app = with_conference().await;
        assert_eq!(send(&app, "DELETE", "/ibw-2026", Value::Null).await.status, 204);
        app
    };
    unharmed("conference.create_again", deleted, async |app| send(app, "POST", "", conference("ibw-2026")).await).await;
}

#[tokio::test]
async fn speakers_are_written_once() {
    let path = format!("{}/speakers", agenda::CONFERENCE);
    let create = async |app: &TestApp| by_admin(app.speakers().post(&path)).json(&json!({"name": "Asha"})).send().await;
    unharmed("speaker.create", with_conference, create).await;
    let created = async || {
        let app = with_conference().await;
        let id = create(&app).await.json["id"].as_str().unwrap().to_owned();
        (app, format!("/api/v1/speakers/{id}"))
    };
    unharmed("speaker.update", created, async |(app, path)| {
        by_admin(app.speakers().patch(path)).header(FIRST).json(&json!({"name": "Tara"})).send().await
    })
    .await;
    unharmed("speaker.delete", created, async |(app, path)| {
        by_admin(app.speakers().delete(path)).header(FIRST).send().await
    })
    .await;
    let with_user = async || {
        let (app, path) = created().await;
        let user_id = app.login(&Person::new(1)).await.user_id;
        (app, (format!("{path}/user"), json!({"user_id": user_id})))
    };
    unharmed("speaker.link", with_user, async |(app, (path, body))| {
        by_admin(app.speakers().put(path)).json(body).send().await
    })
    .await;
}

#[tokio::test]
async fn agendas_are_written_and_released_once() {
    let keynote = session("Keynote", "09:00", "Main");
    let create = async |app: &TestApp| agenda::organise(app, "POST", "/sessions").json(&keynote).send().await;
    unharmed("agenda.create_session", with_conference, create).await;
    let drafted = async || {
        let app = with_conference().await;
        let id = write_session(&app, &keynote).await["id"].as_str().unwrap().to_owned();
        (app, format!("/sessions/{id}"))
    };
    unharmed("agenda.delete_session", drafted, async |(app, path)| {
        agenda::organise(app, "DELETE", path).header(FIRST).send().await
    })
    .await;
    unharmed("agenda.release", drafted, async |(app, _)| {
        agenda::organise(app, "POST", "/release").header(FIRST).send().await
    })
    .await;
    let released = async || {
        let (app, path) = drafted().await;
        publish(&app).await;
        (app, path)
    };
    unharmed("agenda.update_session", released, async |(app, path)| {
        agenda::organise(app, "PATCH", path).header(FIRST).json(&json!({"title": "Opening"})).send().await
    })
    .await;
}

#[tokio::test]
async fn revisions_are_decided_once() {
    let revised = async || {
        let app = TestApp::start().await;
        let host = events::people(&app, 1, 1).await.remove(0);
        let id = events::published(&app, &host, json!({})).await;
        let edit = events::ask(&app, &host, "PATCH", &format!("/{id}")).header(("if-match", "\"2\""));
        assert_eq!(edit.json(&json!({"title": "Dinner"})).send().await.status, 200);
        (app, id)
    };
    for decision in ["approve", "reject"] {
        unharmed(&format!("revision.{decision}"), revised, async |(app, id)| {
            let path = format!("/{id}/revision/{decision}");
            events::organise(app, "POST", &path).header(FIRST).json(&json!({"reason": "Because"})).send().await
        })
        .await;
    }
}

#[tokio::test]
async fn side_events_are_decided_once() {
    let written = async || {
        let app = TestApp::start().await;
        let host = events::people(&app, 1, 1).await.remove(0);
        let event = events::written(&app, &host, "Party", json!({"capacity": 1})).await;
        (app, event["id"].as_str().unwrap().to_owned())
    };
    unharmed("event.approve", written, async |(app, id)| {
        events::organise(app, "POST", &format!("/{id}/approve")).header(FIRST).send().await
    })
    .await;
    unharmed("event.reject", written, async |(app, id)| {
        let path = format!("/{id}/reject");
        events::organise(app, "POST", &path).header(FIRST).json(&json!({"reason": "Full"})).send().await
    })
    .await;
}

#[tokio::test]
async fn side_events_are_changed_by_staff_once() {
    let published = async || {
        let app = TestApp::start().await;
        let logins = events::people(&app, 1, 2).await;
        let id = events::published(&app, &logins[0], json!({"requires_approval": true})).await;
        events::register(&app, &logins[1], &id, "register").await;
        (app, (logins, id))
    };
    let second = ("if-match", "\"2\"");
    unharmed("event.update_by_staff", published, async |(app, (_, id))| {
        events::organise(app, "PATCH", &format!("/{id}")).header(second).json(&json!({"capacity": 5})).send().await
    })
    .await;
    unharmed("event.cancel_by_staff", published, async |(app, (_, id))| {
        events::organise(app, "DELETE", &format!("/{id}")).header(second).send().await
    })
    .await;
    for decision in ["approve", "decline"] {
        unharmed(&format!("registration.{decision}"), published, async |(app, (logins, id))| {
            let path = format!("/{id}/registrations/{}/{decision}", logins[1].user_id);
            events::ask(app, &logins[0], "POST", &path).send().await
        })
        .await;
    }
}

#[tokio::test]
async fn templates_are_written_once() {
    let news = template("news", &[]);
    let create = async |app: &TestApp| notifications::organise(app, "POST", "/templates").json(&news).send().await;
    unharmed("template.create", TestApp::start, create).await;
    let created = async || {
        let app = TestApp::start().await;
        assert_eq!(create(&app).await.status, 201);
        app
    };
    let mut draft = news.clone();
    draft.as_object_mut().unwrap().remove("name");
    unharmed("template.update", created, async |app| {
        notifications::organise(app, "PUT", "/templates/news").header(FIRST).json(&draft).send().await
    })
    .await;
    unharmed("template.delete", created, async |app| {
        notifications::organise(app, "DELETE", "/templates/news").header(FIRST).send().await
    })
    .await;
}

#[tokio::test]
async fn jobs_are_written_and_started_once() {
    let job = json!({"template": "news", "title": "News", "audience": "everyone", "arguments": {}});
    let create = async |app: &TestApp| notifications::organise(app, "POST", "/jobs").json(&job).send().await;
    let with_template = async || {
        let app = TestApp::start().await;
        let news = notifications::organise(&app, "POST", "/templates").json(&template("news", &[])).send().await;
        assert_eq!(news.status, 201, "{}", news.text);
        app
    };
    unharmed("job.create", with_template, create).await;
    let created = async || {
        let app = with_template().await;
        let id = create(&app).await.json["id"].as_str().unwrap().to_owned();
        (app, format!("/jobs/{id}"))
    };
    let at = async |app: &TestApp, method: &str, path: String, body: Value| {
        sent(notifications::organise(app, method, &path), &body).await
    };
    let renamed = json!({"title": "Old news"});
    unharmed("job.update", created, async |(app, path)| at(app, "PATCH", path.clone(), renamed.clone()).await).await;
    unharmed("job.delete", created, async |(app, path)| at(app, "DELETE", path.clone(), Value::Null).await).await;
    for (action, body) in [
        ("start", json!({"expected_recipients": 0})),
        ("schedule", json!({"expected_recipients": 0, "at": "2027-01-01T00:00:00Z"})),
        ("cancel", Value::Null),
    ] {
        unharmed(&format!("job.{action}"), created, async |(app, path)| {
            at(app, "POST", format!("{path}/{action}"), body.clone()).await
        })
        .await;
    }
}

#[tokio::test]
async fn job_to_many_is_approved_once() {
    let asked = async || {
        let world = World::obliging().await;
        let second = login_with_role(&world.app, &Person::new(2), AccessRole::Organizer).await;
        let id = world.job(json!({"users": []}), json!({})).await;
        let mut job = world.read_job(id).await;
        let approval = Approval::ask(UserId::derive(world.app.now(), &["one"]), world.app.now());
        (job.approval, job.expected_recipients) = (Some(approval), Some(0));
        crowd::put_in(&world.app.database, "notifications", &job);
        let app = Arc::into_inner(world).expect("the only one").app;
        (app, (second, format!("/api/v1/notifications/jobs/{id}/approve")))
    };
    unharmed("job.approve", asked, async |(app, (second, path))| {
        app.notifications().post(path).header(second.bearer()).header(FIRST).send().await
    })
    .await;
}
