//! One's own registration: coming, not coming, waiting, being offered a seat.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::events::service::Wish;
use ibw::events::view::RegistrationView;
use ibw::http::{CurrentUser, Json, Path};
use ibw::id::EventId;
use serde::Serialize;
use utoipa::ToSchema;

/// What is shown at the door, as a QR code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckinCode {
    /// The code. It stays the same as long as you have a seat.
    code: String,
}

/// Register for an event.
///
/// `approved`: you have a seat. `pending_approval`: the host decides. `waitlisted`: all seats are taken, and you will be offered one that
/// becomes free. Who is registered stays as they are: 200 instead of 201.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations", operation_id = "register_for_event",
    tag = "event registrations",
    responses((status = 201, body = RegistrationView), (status = 200, body = RegistrationView)),
)]
pub(crate) async fn register(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<EventId>,
) -> Result<(StatusCode, Json<RegistrationView>), ApiError> {
    let settled = app.events.service.settle(Wish::Register, id, user.id).await?;
    let status = if settled.changed { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(settled.registration.into())))
}

/// Get your registration.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/registrations/me", operation_id = "get_my_event_registration",
    tag = "event registrations",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<EventId>,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.own_registration(id, user.id).await?))
}

/// Cancel your registration. A seat that you had is offered to the next who waits.
#[utoipa::path(
    delete, path = "/api/v1/events/{id}/registrations/me", operation_id = "cancel_my_event_registration",
    tag = "event registrations",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<EventId>,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.settle(Wish::Cancel, id, user.id).await?.registration.into()))
}

/// Accept the seat that you are offered, before the offer lapses.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/me/accept", operation_id = "accept_event_seat",
    tag = "event registrations",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<EventId>,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.settle(Wish::Accept, id, user.id).await?.registration.into()))
}

/// Decline the seat that you are offered: it is offered to the next who waits.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/registrations/me/decline", operation_id = "decline_event_seat",
    tag = "event registrations",
    responses((status = 200, body = RegistrationView)),
)]
pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<EventId>,
) -> Result<Json<RegistrationView>, ApiError> {
    Ok(Json(app.events.service.settle(Wish::DeclineOffer, id, user.id).await?.registration.into()))
}

/// Get the code that you show at the door. You need a seat.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/registrations/me/code", operation_id = "get_my_event_checkin_code",
    tag = "event registrations",
    responses((status = 200, body = CheckinCode)),
)]
pub(crate) async fn code(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<EventId>,
) -> Result<Json<CheckinCode>, ApiError> {
    Ok(Json(CheckinCode { code: app.events.service.checkin_code(id, user.id, &app.checkin_codes).await? }))
}
