//! What users do.

use serde_json::{Value, json};

use super::unharmed;
use crate::calendar::{self, bookmark, released, three_sessions, unbookmark};
use crate::events::{self, event, people, published, register};
use crate::support::app::{Login, TestApp};
use crate::support::telegram::Person;
use crate::users::ME;

async fn somebody() -> (TestApp, Login) {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    (app, login)
}

#[tokio::test]
async fn logins_and_sessions_survive() {
    let login =
        async |app: &TestApp| app.auth().post("/api/v1/auth/login").header(app.signed(&Person::new(1))).send().await;
    unharmed("login.first", TestApp::start, login).await;
    unharmed("login.again", somebody, async |(app, _)| login(app).await).await;
    unharmed("login.renamed", somebody, async |(app, _)| {
        let person = Person::new(1).with("first_name", "Maya");
        app.auth().post("/api/v1/auth/login").header(app.signed(&person)).send().await
    })
    .await;
    unharmed("session.refresh", somebody, async |(app, login)| {
        let token = json!({"refresh_token": login.refresh_token});
        app.auth().post("/api/v1/auth/refresh").json(&token).send().await
    })
    .await;
    unharmed("session.logout", somebody, async |(app, login)| {
        app.auth().post("/api/v1/auth/logout").header(login.bearer()).send().await
    })
    .await;
    let listed = async || {
        let (app, login) = somebody().await;
        let list = app.auth().get("/api/v1/auth/sessions").header(login.bearer()).send().await;
        let path = format!("/api/v1/auth/sessions/{}", list.json["items"][0]["id"].as_str().unwrap());
        (app, (login, path))
    };
    unharmed("session.close", listed, async |(app, (login, path))| {
        app.auth().delete(path).header(login.bearer()).send().await
    })
    .await;
}

#[tokio::test]
async fn profiles_are_changed_once() {
    for (name, method, path, body) in [
        ("user.update", "PATCH", ME.to_owned(), json!({"job_title": "CTO", "visibility": "public"})),
        ("user.socials", "PUT", format!("{ME}/socials"), json!({"twitter_username": "asha_rao"})),
        ("user.onboard", "POST", format!("{ME}/onboarding"), json!({"roles": ["developer"]})),
        ("user.email", "POST", format!("{ME}/email"), json!({"email": "asha@example.org"})),
        ("user.leave", "DELETE", ME.to_owned(), Value::Null),
        ("user.preferences", "PUT", "/api/v1/notifications/preferences".to_owned(), json!({"muted": true})),
        ("user.calendar_token", "POST", "/api/v1/calendar/token".to_owned(), Value::Null),
    ] {
        unharmed(name, somebody, async |(app, login)| {
            let function = match path.as_str() {
                path if path.starts_with("/api/v1/notifications") => app.notifications(),
                path if path.starts_with("/api/v1/calendar") => app.agenda(),
                _ => app.users(),
            };
            // Fresh proof, which leaving takes.
            let credential = if method == "DELETE" { app.signed(&Person::new(1)) } else { login.bearer() };
            let request = function.request(method.parse().unwrap(), &path).header(credential);
            if body.is_null() { request.send().await } else { request.json(&body).send().await }
        })
        .await;
    }
}

#[tokio::test]
async fn bookmarks_are_put_and_taken_away_once() {
    let agenda = async || {
        let app = TestApp::start().await;
        released(&app, &three_sessions()).await;
        let login = calendar::somebody(&app, 1).await;
        (app, login)
    };
    unharmed("bookmark.put", agenda, async |(app, login)| bookmark(app, login, 2).await).await;
    let bookmarked = async || {
        let world = agenda().await;
        assert_eq!(bookmark(&world.0, &world.1, 2).await.status, 204);
        world
    };
    unharmed("bookmark.delete", bookmarked, async |(app, login)| unbookmark(app, login, 2).await).await;
}

/// A party of one seat, which somebody has; another waits, and a third does nothing yet.
async fn full() -> (TestApp, (Vec<Login>, String)) {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 4).await;
    let id = published(&app, &logins[0], json!({"capacity": 1})).await;
    for guest in &logins[1..3] {
        let registered = register(&app, guest, &id, "register").await;
        assert!((200..300).contains(&registered.status), "{}", registered.text);
    }
    (app, (logins, id))
}

#[tokio::test]
async fn side_events_are_written_once() {
    unharmed("event.create", somebody, async |(app, login)| {
        events::ask(app, login, "POST", "").json(&event("Party")).send().await
    })
    .await;
    let second = ("if-match", "\"2\"");
    unharmed("event.update", full, async |(app, (logins, id))| {
        let more = json!({"title": "Dinner", "capacity": 2});
        events::ask(app, &logins[0], "PATCH", &format!("/{id}")).header(second).json(&more).send().await
    })
    .await;
    unharmed("event.revise", full, async |(app, (logins, id))| {
        let more = json!({"title": "Dinner", "description": "Good"});
        events::ask(app, &logins[0], "PATCH", &format!("/{id}")).header(second).json(&more).send().await
    })
    .await;
    unharmed("event.move", full, async |(app, (logins, id))| {
        let more = json!({"title": "Dinner", "location": {"name": "Hall 5"}});
        events::ask(app, &logins[0], "PATCH", &format!("/{id}")).header(second).json(&more).send().await
    })
    .await;
    unharmed("event.cancel", full, async |(app, (logins, id))| {
        events::ask(app, &logins[0], "DELETE", &format!("/{id}")).header(second).send().await
    })
    .await;
}

#[tokio::test]
async fn seats_are_taken_and_given_back_once() {
    unharmed("seat.wait", full, async |(app, (logins, id))| register(app, &logins[3], id, "register").await).await;
    unharmed("seat.cancel", full, async |(app, (logins, id))| register(app, &logins[1], id, "cancel").await).await;
    let offered = async || {
        let (app, (logins, id)) = full().await;
        assert!((200..300).contains(&register(&app, &logins[1], &id, "cancel").await.status));
        (app, (logins, id))
    };
    for answer in ["accept", "decline"] {
        unharmed(&format!("seat.{answer}"), offered, async |(app, (logins, id))| {
            register(app, &logins[2], id, answer).await
        })
        .await;
    }
}
