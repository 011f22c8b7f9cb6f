//! Decisions of the organisers, and copies by hosts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::auth::rights::EventsModerate;
use ibw::error::ApiError;
use ibw::events::service::Copy;
use ibw::events::view::EventView;
use ibw::http::{CurrentUser, ETagged, Json, RequiredIfMatch};
use ibw::text::Text;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Organiser;
use crate::events::tagged;
use crate::named::Named;

/// Approval of a side event.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SideEventApproval, example = json!({"reason": "Great fit for the Rust track."}))]
pub(crate) struct EventApproval {
    /// Reason, which the host sees. Default: none.
    pub(crate) reason: Option<Text<500>>,
}

/// Rejection of a side event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SideEventRejection, example = json!({"reason": "Please add the address of the venue."}))]
pub(crate) struct EventRejection {
    /// Reason, which the host sees and is notified of.
    pub(crate) reason: Text<500>,
}

/// Approve a side event.
///
/// Everybody sees an approved event and can register. The host is notified. Approving an approved event ends the wait
/// for a review of its public changes (`unreviewed_since`).
#[utoipa::path(
    post, path = "/api/v1/events/{id}/approve", operation_id = "approve_event", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag" = String, description = "The event's new version, with a digest of the answer.")))),
)]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    _: Organiser<EventsModerate>,
    Named(id): Named,
    RequiredIfMatch(expected): RequiredIfMatch,
    body: Option<Json<EventApproval>>,
) -> Result<ETagged<EventView>, ApiError> {
    let reason = body.and_then(|Json(approval)| approval.reason);
    let event = app.events.service.approve(id, reason, &expected).await?;
    Ok(tagged(event))
}

/// Reject a side event.
///
/// The host is notified of the reason. An approved event may have guests: cancel it instead.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/reject", operation_id = "reject_event", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag" = String, description = "The event's new version, with a digest of the answer.")))),
)]
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    _: Organiser<EventsModerate>,
    Named(id): Named,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(EventRejection { reason }): Json<EventRejection>,
) -> Result<ETagged<EventView>, ApiError> {
    let event = app.events.service.reject(id, reason, &expected).await?;
    Ok(tagged(event))
}

/// Copy a side event you host, without its registrations.
///
/// The copy waits for approval.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/duplicate", operation_id = "duplicate_event", tag = "events",
    responses((status = 201, body = EventView, headers(("ETag" = String, description = "The copy's version, with a digest of the answer.")))),
)]
pub(crate) async fn duplicate(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Named(id): Named,
    body: Option<Json<Copy>>,
) -> Result<(StatusCode, ETagged<EventView>), ApiError> {
    let copy = body.map(|Json(copy)| copy).unwrap_or_default();
    let event = app.events.service.duplicate(id, user.id, copy).await?;
    Ok((StatusCode::CREATED, tagged(event)))
}
