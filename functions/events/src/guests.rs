//! What a host does with registrations.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;

use crate::caller::{DoorStaff, actor};
use ibw::events::registration::RegistrationState;
use ibw::events::service::Wish;
use ibw::events::view::{Guest, RegistrationView};
use ibw::http::{Authenticated, Json, Paged, Path, Paths, scope};
use ibw::id::{EventId, UserId};
use ibw::page::Page;
use ibw::text::Line;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which registrations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<RegistrationState>,
}

/// What was scanned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GuestScan)]
pub(crate) struct Scan {
    /// The code that the guest shows.
    code: Line<200>,
}

/// List an event's registrations in the order in which they were made. For its host and admins (`events:read`).
///
/// With `state` a page may have fewer than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/registrations", operation_id = "list_event_registrations",
    tag = "event registrations",
    responses((status = 200, body = Page<Guest>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Authenticated(caller): Authenticated,
    Path(id): Path<EventId>,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<Guest>>, ApiError> {
    let actor = actor::<scope::EventsRead>(Some(&caller));
    Ok(Json(app.events.service.guests(id, query.state, &actor, &page).await?))
}

/// Approve a registration: a seat if one is free, else a place in the waitlist. For the host and admins (`events:write`).
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/{user_id}/approve",
    operation_id = "approve_event_registration", tag = "event registrations",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    Authenticated(caller): Authenticated,
    Paths(id, user): Paths<EventId, UserId>,
) -> Result<Json<RegistrationView>, ApiError> {
    let actor = actor::<scope::EventsWrite>(Some(&caller));
    Ok(Json(app.events.service.settle(Wish::Approve(actor), id, user).await?.registration.into()))
}

/// Decline a registration, in whatever state: a seat goes to the next who waits. For the host and admins (`events:write`).
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/{user_id}/decline",
    operation_id = "decline_event_registration", tag = "event registrations",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    Authenticated(caller): Authenticated,
    Paths(id, user): Paths<EventId, UserId>,
) -> Result<Json<RegistrationView>, ApiError> {
    let actor = actor::<scope::EventsWrite>(Some(&caller));
    Ok(Json(app.events.service.settle(Wish::Decline(actor), id, user).await?.registration.into()))
}

/// Check a guest in by the code they show, once. For the host and staff.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/checkin", operation_id = "check_in_at_event",
    tag = "event registrations",
    responses((status = 200, body = Guest)),
)]
pub(crate) async fn check_in(
    State(app): State<Arc<App>>,
    DoorStaff(actor): DoorStaff,
    Path(id): Path<EventId>,
    Json(scan): Json<Scan>,
) -> Result<Json<Guest>, ApiError> {
    Ok(Json(app.events.service.check_in(id, scan.code.as_str(), &app.checkin_codes, actor).await?))
}
