//! What organisers decide, and copies by hosts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::events::service::Copy;
use ibw::events::view::EventView;
use ibw::http::{Admin, CurrentUser, ETagged, Json, Path, RequiredIfMatch, scope};
use ibw::id::EventId;
use ibw::text::Text;
use serde::Deserialize;
use utoipa::ToSchema;

/// What the host is told with an approval.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EventApproval {
    /// Why, if there is something to say.
    reason: Option<Text<500>>,
}

/// What the host is told with a rejection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventRejection {
    /// Why.
    reason: Text<500>,
}

/// Approve an event: everybody sees it and can register.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/approve", operation_id = "approve_event", tag = "events",
    request_body = Option<EventApproval>,
    responses((status = 200, body = EventView, headers(("ETag", description = "The event's new version.")))),
)]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    _: Admin<scope::EventsWrite>,
    Path(id): Path<EventId>,
    RequiredIfMatch(version): RequiredIfMatch,
    body: Option<Json<EventApproval>>,
) -> Result<ETagged<EventView>, ApiError> {
    let reason = body.and_then(|Json(approval)| approval.reason);
    let event = app.events.service.approve(id, reason, version).await?;
    Ok(ETagged::new(event.version, event))
}

/// Reject an event. One that was approved is cancelled instead, as people may have registered.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/reject", operation_id = "reject_event", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag", description = "The event's new version.")))),
)]
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    _: Admin<scope::EventsWrite>,
    Path(id): Path<EventId>,
    RequiredIfMatch(version): RequiredIfMatch,
    Json(EventRejection { reason }): Json<EventRejection>,
) -> Result<ETagged<EventView>, ApiError> {
    let event = app.events.service.reject(id, reason, version).await?;
    Ok(ETagged::new(event.version, event))
}

/// Copy an event of yours, without its registrations. The copy waits for approval.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/duplicate", operation_id = "duplicate_event", tag = "events",
    request_body = Option<Copy>,
    responses((status = 201, body = EventView, headers(("ETag", description = "The copy's version.")))),
)]
pub(crate) async fn duplicate(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<EventId>,
    body: Option<Json<Copy>>,
) -> Result<(StatusCode, ETagged<EventView>), ApiError> {
    let copy = body.map(|Json(copy)| copy).unwrap_or_default();
    let event = app.events.service.duplicate(id, user.id, copy).await?;
    Ok((StatusCode::CREATED, ETagged::new(event.version, event)))
}
