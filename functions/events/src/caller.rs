//! Who a caller is to events: a user, who may be the host, or an admin for what is asked.

use ibw::auth::model::Principal;
use ibw::events::actor::Actor;
use ibw::http::Scope;

/// The caller of a route that is open to admins with the scope.
pub(crate) fn actor<S: Scope>(principal: Option<&Principal>) -> Actor {
    let user = match principal {
        Some(Principal::User(user)) => Some(user.id),
        _ => None,
    };
    Actor { user, admin: principal.is_some_and(|principal| principal.may(S::NAME)) }
}
