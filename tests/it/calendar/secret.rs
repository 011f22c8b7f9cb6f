//! The secret address of a calendar, after its owner was banned or has logged out everywhere.

use serde_json::json;

use super::feed::{address, get};
use super::somebody;
use crate::support::app::{Login, TestApp};
use crate::users::stored;

async fn status(app: &TestApp, address: &str) -> (u16, String, String) {
    let response = app.agenda().get(address).send().await;
    (response.status, response.json["code"].to_string(), response.json["error"].to_string())
}

/// What an address that nobody has made is answered.
async fn unknown(app: &TestApp) -> (u16, String, String) {
    status(app, &format!("/api/v1/calendar/{}.ics", "A".repeat(43))).await
}

async fn log_out_elsewhere(app: &TestApp, login: &Login) {
    app.clock.advance(1);
    let answer = app.auth().delete("/api/v1/auth/sessions").header(login.bearer()).send().await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    app.clock.advance(1);
}

#[tokio::test]
async fn address_of_a_banned_user_is_as_unknown_as_any_while_the_ban_lasts() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let address = address(&app, &login).await;
    get(&app, &address).await;
    let users = app.backstage().users.service.clone();
    let until = app.now().plus_seconds(600);
    users.ban(login.user_id.parse().unwrap(), Some(until), None).await.unwrap();
    assert_eq!(status(&app, &address).await, unknown(&app).await);
    assert_eq!(status(&app, &address).await.0, 404);
    app.clock.advance(600);
    get(&app, &address).await;
}

#[tokio::test]
async fn logout_everywhere_ends_the_address_and_a_new_one_works() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let (stolen, others) = (address(&app, &login).await, address(&app, &somebody(&app, 2).await).await);
    log_out_elsewhere(&app, &login).await;
    assert_eq!(status(&app, &stolen).await, unknown(&app).await);
    get(&app, &others).await;
    let new = address(&app, &login).await;
    get(&app, &new).await;
    // Logging out of this device alone is nothing to it.
    assert_eq!(app.auth().post("/api/v1/auth/logout").header(login.bearer()).send().await.status, 204);
    get(&app, &new).await;
}

#[tokio::test]
async fn address_of_an_earlier_version_works_until_a_logout_everywhere() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let address = address(&app, &login).await;
    let mut item = app.database.items("conferences").into_iter().find(|item| item["sk"]["S"] == "TOKEN").unwrap();
    item.as_object_mut().unwrap().remove("created_at").unwrap();
    let request = json!({"TableName": "ibw-test-conferences", "Item": item});
    app.database.engine.put_item(serde_json::from_value(request).unwrap()).unwrap();
    get(&app, &address).await;
    log_out_elsewhere(&app, &login).await;
    assert_eq!(status(&app, &address).await.0, 404);
}

#[tokio::test]
async fn address_of_a_user_who_is_erased_opens_nothing() {
    let app = TestApp::start().await;
    let login = somebody(&app, 1).await;
    let address = address(&app, &login).await;
    let before = stored(&app, &login).await.unwrap();
    let mut user = before.clone();
    user.erased = true;
    user.stamp(app.now());
    crate::users::repository(&app).save(&before, &user).await.unwrap();
    assert_eq!(status(&app, &address).await, unknown(&app).await);
}
