//! The user's own registration: register, cancel, accept or decline an offered seat.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::events::service::RegistrationCommand;
use ibw::events::view::RegistrationView;
use ibw::http::{CurrentUser, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::named::Named;

/// Code that a guest shows on arrival, as a QR code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SideEventCheckinCode)]
pub(crate) struct CheckinCode {
    /// The code. It does not change while you have a seat.
    code: String,
}

/// Register for a side event.
///
/// `approved`: you have a seat. `pending_approval`: the host decides. `waitlisted`: all seats are taken, and you get an
/// offer when a seat becomes free. If you are already registered, nothing changes and the answer is 200.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations", operation_id = "register_for_event",
    tag = "events",
    responses(
        (status = 201, description = "You are registered.", body = RegistrationView),
        (status = 200, description = "You were already registered.", body = RegistrationView),
    ),
)]
pub(crate) async fn register(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Named(id): Named,
) -> Result<(StatusCode, Json<RegistrationView>), ApiError> {
    let outcome = app.events.service.apply(RegistrationCommand::Register, id, user.id).await?;
    let status = if outcome.changed { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(outcome.registration.into())))
}

/// Get your registration for a side event.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/registrations/me", operation_id = "get_my_event_registration",
    tag = "events",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Named(id): Named,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.own_registration(id, user.id).await?))
}

/// Cancel your registration for a side event.
///
/// Your seat is offered to the next user on the waitlist.
#[utoipa::path(
    delete, path = "/api/v1/events/{id}/registrations/me", operation_id = "cancel_my_event_registration",
    tag = "events",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Named(id): Named,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.apply(RegistrationCommand::Cancel, id, user.id).await?.registration.into()))
}

/// Accept the seat you are offered.
///
/// Accept it before `offer_expires_at`.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/me/accept", operation_id = "accept_event_seat",
    tag = "events",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Named(id): Named,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.apply(RegistrationCommand::Accept, id, user.id).await?.registration.into()))
}

/// Decline the seat you are offered.
///
/// The seat is offered to the next user on the waitlist.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/me/decline", operation_id = "decline_event_seat",
    tag = "events",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Named(id): Named,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.apply(RegistrationCommand::DeclineOffer, id, user.id).await?.registration.into()))
}

/// Get the code you show on arrival.
///
/// You need a seat.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/registrations/me/code", operation_id = "get_my_event_checkin_code",
    tag = "events",
    responses((status = 200, body = CheckinCode)),
)]
pub(crate) async fn code(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Named(id): Named,
) -> Result<Json<CheckinCode>, ApiError> {
    Ok(Json(CheckinCode { code: app.events.service.checkin_code(id, user.id, &app.checkin_codes).await? }))
}
