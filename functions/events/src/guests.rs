//! Registrations, for the host.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::rights::{EventsGuests, EventsWrite};
use ibw::error::ApiError;

use crate::caller::{DoorStaff, HostOr};
use crate::named::{Named, NamedWith};
use ibw::events::registration::RegistrationState;
use ibw::events::service::RegistrationCommand;
use ibw::events::view::{Guest, RegistrationView};
use ibw::http::{Json, Paged};
use ibw::id::UserId;
use ibw::page::Page;
use ibw::text::Line;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter of the list of registrations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Filter by state. Default: all.
    #[param(inline)]
    state: Option<RegistrationState>,
}

/// Check-in of a guest at a side event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SideEventCheckin, example = json!({
    "code": "evt_01J9ZQ4Y6V3T8K2M5N7P0R1S3W.usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W.c2lnbmF0dXJlIG9mIHRoZQ",
}))]
pub(crate) struct GuestCheckin {
    /// Code that the guest shows.
    code: Line<200>,
}

/// List the registrations of a side event.
///
/// For the host and admins (scope `events:guests`). Who registered first is first, even after registering again. With `state`, a page may have fewer
/// registrations than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/registrations", operation_id = "list_event_registrations",
    tag = "events",
    responses((status = 200, body = Page<Guest>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    HostOr(caller, ..): HostOr<EventsGuests>,
    Named(id): Named,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<Guest>>, ApiError> {
    Ok(Json(app.events.service.guests(id, query.state, &caller.access, &page).await?))
}

/// Approve a registration.
///
/// For the host and admins (scope `events:write`). The user gets a seat if one is free, or else a place in the
/// waitlist.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/{user_id}/approve",
    operation_id = "approve_event_registration", tag = "events",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    HostOr(caller, ..): HostOr<EventsWrite>,
    NamedWith(id, user): NamedWith<UserId>,
) -> Result<Json<RegistrationView>, ApiError> {
    let command = RegistrationCommand::Approve(&caller);
    Ok(Json(app.events.service.apply(command, id, user).await?.registration.into()))
}

/// Decline a registration.
///
/// For the host and admins (scope `events:write`). A seat of the user is offered to the next user on the waitlist.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/{user_id}/decline",
    operation_id = "decline_event_registration", tag = "events",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    HostOr(caller, ..): HostOr<EventsWrite>,
    NamedWith(id, user): NamedWith<UserId>,
) -> Result<Json<RegistrationView>, ApiError> {
    let command = RegistrationCommand::Decline(&caller);
    Ok(Json(app.events.service.apply(command, id, user).await?.registration.into()))
}

/// Check in a guest by the code they show.
///
/// For the host and staff. A guest is checked in once.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/checkin", operation_id = "check_in_at_event",
    tag = "events",
    responses((status = 200, body = Guest)),
)]
pub(crate) async fn check_in(
    State(app): State<Arc<App>>,
    DoorStaff(caller): DoorStaff,
    Named(id): Named,
    Json(checkin): Json<GuestCheckin>,
) -> Result<Json<Guest>, ApiError> {
    Ok(Json(app.events.service.check_in(&caller, id, checkin.code.as_str(), &app.checkin_codes).await?))
}
