//! The caller of a request about events: a user, who may be the host, or an admin for this request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ibw::app::App;
use ibw::auth::model::Principal;
use ibw::error::ApiError;
use ibw::events::actor::Actor;
use ibw::http::{CurrentUser, Describe, Described, Scope};

/// The caller of a route that is open to hosts, and to admins with the scope.
pub(crate) fn actor<S: Scope>(principal: Option<&Principal>) -> Actor {
    let user = match principal {
        Some(Principal::User(user)) => Some(user.id),
        _ => None,
    };
    Actor { user, admin: principal.is_some_and(|principal| principal.may(S::NAME)) }
}

/// A user who checks guests in: staff at any event, other users at the events they host.
#[derive(Clone, Debug)]
pub(crate) struct DoorStaff(pub(crate) Actor);

impl FromRequestParts<Arc<App>> for DoorStaff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let CurrentUser(user) = CurrentUser::from_request_parts(parts, app).await?;
        Ok(Self(Actor { user: Some(user.id), admin: !user.access_roles.is_empty() }))
    }
}

impl Describe for DoorStaff {
    fn describe(described: &mut Described) {
        CurrentUser::describe(described);
    }
}
