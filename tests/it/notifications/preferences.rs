//! What one wants to be told.

use serde_json::{Value, json};

use super::fields;
use crate::delivery::world::World;
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;

const PATH: &str = "/api/v1/notifications/preferences";

async fn put(app: &TestApp, login: &Login, choices: &Value) -> TestResponse {
    app.notifications().put(PATH).header(login.bearer()).json(choices).send().await
}

#[tokio::test]
async fn preferences_are_everything_until_they_are_set_and_then_as_set() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let get = || app.notifications().get(PATH).header(login.bearer()).send();
    let all = json!({"muted": false, "categories": {}, "quiet_hours": null, "reminder_minutes": 15});
    assert_eq!(get().await.json, all);
    let choices = json!({
        "muted": true, "categories": {"quest": {"in_app": false, "telegram": true}},
        "quiet_hours": {"from": "22:00", "until": "07:30", "timezone": "Asia/Kolkata"},
        "reminder_minutes": 60,
    });
    assert_eq!(put(&app, &login, &choices).await.json, choices);
    assert_eq!(get().await.json, choices);
    assert_eq!(put(&app, &login, &json!({})).await.json, all, "what is absent goes back");
    assert_eq!(get().await.json, all);
}

#[tokio::test]
async fn preferences_that_cannot_be_are_refused_by_their_field() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let hours = |from: &str, zone: &str| json!({"quiet_hours": {"from": from, "until": "07:00", "timezone": zone}});
    for (bad, field) in [
        (hours("25:00", "UTC"), "quiet_hours.from"),
        (hours("22:00", "Mars/Olympus"), "quiet_hours.timezone"),
        (json!({"quiet_hours": {"from": "22:00"}}), "quiet_hours"),
        (json!({"categories": {"weather": {"in_app": true, "telegram": true}}}), "categories"),
        (json!({"categories": {"quest": {"in_app": "yes"}}}), "categories.quest.in_app"),
        (json!({"reminder_minutes": 4}), "reminder_minutes"),
        (json!({"reminder_minutes": 1441}), "reminder_minutes"),
        (json!({"reminder_minutes": -15}), "reminder_minutes"),
        (json!({"loud": true}), "loud"),
    ] {
        let response = put(&app, &login, &bad).await;
        assert_eq!(response.error(), (400, "INVALID_BODY"), "{bad}");
        assert!(fields(&response)[0].starts_with(field.split('.').next().expect("a part")), "{bad}: {}", response.text);
    }
    let stored = app.notifications().get(PATH).header(login.bearer()).send().await;
    assert_eq!(stored.json["muted"], false);
}

#[tokio::test]
async fn category_that_is_not_wanted_in_the_app_is_neither_shown_nor_counted() {
    let world = World::obliging().await;
    let login = world.app.login(&Person::new(1).with("allows_write_to_pm", true)).await;
    put(&world.app, &login, &json!({"categories": {"announcement": {"in_app": false, "telegram": true}}})).await;
    for (critical, expected) in [(false, 0), (true, 1)] {
        let id = world.job(json!("everyone"), json!({"critical": critical})).await;
        world.start_job(id).await;
        assert_eq!(world.run_until_over(id).await.counts.sent, 1, "Telegram has it all the same");
        let feed = world.app.notifications().get("/api/v1/notifications").header(login.bearer()).send().await;
        assert_eq!(feed.json["items"].as_array().map(Vec::len), Some(expected));
        let path = "/api/v1/notifications/unread-count";
        let count = world.app.notifications().get(path).header(login.bearer()).send().await;
        assert_eq!(count.json["unread"], expected);
    }
    put(&world.app, &login, &json!({})).await;
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.run_until_over(id).await;
    let feed = world.app.notifications().get("/api/v1/notifications").header(login.bearer()).send().await;
    assert_eq!(feed.json["items"].as_array().map(Vec::len), Some(2), "wanted again");
}
