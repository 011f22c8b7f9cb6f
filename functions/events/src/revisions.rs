//! Changes of approved events by their hosts, which organisers review.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::rights::{EventsModerate, EventsRead};
use ibw::error::ApiError;
use ibw::events::view::EventView;
use ibw::http::{Allowed, ETagged, Json, RequiredIfMatch};
use ibw::page::{Page, PageRequest};

use crate::caller::Organiser;
use crate::events::tagged;
use crate::moderation::{EventApproval, EventRejection};
use crate::named::Named;

/// List the side events whose changes wait for a review.
///
/// The longest wait is first. `pending_revision` has changes that are not public: approve or reject the revision.
/// With `unreviewed_since`, changes are public already: approve the event again, or cancel it.
#[utoipa::path(
    get, path = "/api/v1/events/reviews", operation_id = "list_event_reviews", tag = "events",
    responses((status = 200, body = Page<EventView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Allowed<EventsRead>,
    page: PageRequest,
) -> Result<Json<Page<EventView>>, ApiError> {
    Ok(Json(app.events.service.reviews(&page).await?))
}

/// Approve the pending revision of a side event.
///
/// The revision applies to the event as it is now, and everybody sees it. `If-Match` has `pending_revision.version`.
/// The host is notified.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/revision/approve", operation_id = "approve_event_revision", tag = "events",
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
    let event = app.events.service.approve_revision(id, reason, &expected).await?;
    Ok(tagged(event))
}

/// Reject the pending revision of a side event.
///
/// The event stays as it is. `If-Match` has `pending_revision.version`. The host is notified of the reason.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/revision/reject", operation_id = "reject_event_revision", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag" = String, description = "The event's version, with a digest of the answer.")))),
)]
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    _: Organiser<EventsModerate>,
    Named(id): Named,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(EventRejection { reason }): Json<EventRejection>,
) -> Result<ETagged<EventView>, ApiError> {
    let event = app.events.service.reject_revision(id, reason, &expected).await?;
    Ok(tagged(event))
}
