//! Rights: who may do what, how fast that changes, and what sensitive acts ask for.

mod changes;
mod confirm;
mod critical;
mod grants;
mod listed;
mod logout;
mod matrix;
mod replay;
mod world;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ibw::expected::Expected;
use ibw::id::SessionId;
use ibw::users::grants::{Grant, Grants};
use serde_json::Value;

use crate::support::app::{Login, TestApp};
use crate::support::telegram::Person;

/// Where a right is needed that only admins have.
const BY_TELEGRAM: &str = "/api/v1/users/by-telegram/1";

/// A grant as `role resource`.
fn grant(text: &str) -> Grant {
    let (role, resource) = text.split_once(' ').unwrap();
    serde_json::from_value(serde_json::json!({"role": role, "resource": resource})).unwrap()
}

/// Replaces the grants of a user who has logged in.
pub(crate) async fn give(app: &TestApp, login: &Login, grants: &[&str]) {
    let grants: Grants = grants.iter().map(|text| grant(text)).collect();
    let users = &app.backstage().users.service;
    users.set_grants(login.user_id.parse().unwrap(), grants, &Expected::Any).await.unwrap();
}

/// Logs a person in who has grants.
pub(crate) async fn login_with(app: &TestApp, person: &Person, grants: &[&str]) -> Login {
    give(app, &app.login(person).await, grants).await;
    app.login(person).await
}

/// The login session of an access token.
fn session_of(login: &Login) -> SessionId {
    let body = login.access_token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
    claims["sid"].as_str().unwrap().parse().unwrap()
}
