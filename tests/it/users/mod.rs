//! Profiles, claims, the directory, email verification, erasure.

mod derived;
mod directory;
mod email;
mod erasure;
mod flood;
mod names;
mod patch;
mod profile;
mod socials;
mod visibility;

use std::collections::BTreeSet;

use ibw::users::grants::{AccessRole, Grant};
use ibw::users::model::User;
use ibw::users::repository::UserRepository;
use serde_json::Value;

use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;

/// One's own profile.
pub(crate) const ME: &str = "/api/v1/users/me";
/// The directory.
pub(crate) const USERS: &str = "/api/v1/users";

/// Changes one's own profile, which has to work.
pub(crate) async fn patch(app: &TestApp, login: &Login, changes: &Value) -> Value {
    let response = app.users().patch(ME).header(login.bearer()).json(changes).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    response.json
}

/// One's own profile as it is.
pub(crate) async fn me(app: &TestApp, login: &Login) -> Value {
    let response = app.users().get(ME).header(login.bearer()).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    response.json
}

/// The users in the tables, past the API.
pub(crate) fn repository(app: &TestApp) -> UserRepository {
    UserRepository::new(&app.backstage().platform)
}

/// The stored profile, past the API.
pub(crate) async fn stored(app: &TestApp, login: &Login) -> Option<User> {
    repository(app).by_id(login.user_id.parse().unwrap()).await.unwrap()
}

/// Logs a person in who has an access role. There is no route yet that gives one.
pub(crate) async fn login_with_role(app: &TestApp, person: &Person, role: AccessRole) -> Login {
    let before = stored(app, &app.login(person).await).await.unwrap();
    let mut user = before.clone();
    user.standing.grants = BTreeSet::from([Grant::everywhere(role)]);
    user.stamp(app.now());
    repository(app).save(&before, &user).await.unwrap();
    app.login(person).await
}

/// The items of an entity in a table, as DynamoDB's JSON.
pub(crate) fn entities(app: &TestApp, table: &str, entity: &str) -> Vec<Value> {
    app.database.items(table).into_iter().filter(|item| item["entity"]["S"] == entity).collect()
}

/// The names of a JSON object's fields, sorted.
pub(crate) fn fields(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The places that an error's details name.
pub(crate) fn places(response: &TestResponse) -> Vec<&str> {
    let details = response.json["details"].as_array().unwrap();
    details.iter().map(|detail| detail["field"].as_str().unwrap()).collect()
}

/// The ids of a page.
pub(crate) fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}
