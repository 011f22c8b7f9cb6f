//! Decisions of the organisers about side events, and about changes of approved ones by their hosts.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::rights::EventsRead;
use ibw::error::ApiError;
use ibw::events::service::Verdict;
use ibw::events::view::EventView;
use ibw::http::{Allowed, ETagged, Json};
use ibw::page::{Page, PageRequest};
use ibw::text::Text;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Moderator;
use crate::events::tagged;

/// Approval of a side event.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SideEventApproval, example = json!({"reason": "Great fit for the Rust track."}))]
pub(crate) struct EventApproval {
    /// Reason, which the host sees. Default: none.
    reason: Option<Text<500>>,
}

/// An approval; without a body it has no reason.
fn approved(body: Option<Json<EventApproval>>) -> Verdict {
    Verdict::Approved(body.and_then(|Json(approval)| approval.reason))
}

/// Rejection of a side event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SideEventRejection, example = json!({"reason": "Please add the address of the venue."}))]
pub(crate) struct EventRejection {
    /// Reason, which the host sees and is notified of.
    reason: Text<500>,
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
    by: Moderator,
    body: Option<Json<EventApproval>>,
) -> Result<ETagged<EventView>, ApiError> {
    Ok(tagged(app.events.service.decide(&by.actor, by.event, &approved(body), &by.expected).await?))
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
    by: Moderator,
    Json(EventRejection { reason }): Json<EventRejection>,
) -> Result<ETagged<EventView>, ApiError> {
    let verdict = Verdict::Rejected(reason);
    Ok(tagged(app.events.service.decide(&by.actor, by.event, &verdict, &by.expected).await?))
}

/// List the side events whose changes wait for a review.
///
/// The longest wait is first. `pending_revision` has changes that are not public: approve or reject the revision.
/// With `unreviewed_since`, changes are public already: approve the event again, or cancel it.
#[utoipa::path(
    get, path = "/api/v1/events/reviews", operation_id = "list_event_reviews", tag = "events",
    responses((status = 200, body = Page<EventView>)),
)]
pub(crate) async fn reviews(
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
pub(crate) async fn approve_revision(
    State(app): State<Arc<App>>,
    by: Moderator,
    body: Option<Json<EventApproval>>,
) -> Result<ETagged<EventView>, ApiError> {
    Ok(tagged(app.events.service.decide_revision(&by.actor, by.event, &approved(body), &by.expected).await?))
}

/// Reject the pending revision of a side event.
///
/// The event stays as it is. `If-Match` has `pending_revision.version`. The host is notified of the reason.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/revision/reject", operation_id = "reject_event_revision", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag" = String, description = "The event's version, with a digest of the answer.")))),
)]
pub(crate) async fn reject_revision(
    State(app): State<Arc<App>>,
    by: Moderator,
    Json(EventRejection { reason }): Json<EventRejection>,
) -> Result<ETagged<EventView>, ApiError> {
    let verdict = Verdict::Rejected(reason);
    Ok(tagged(app.events.service.decide_revision(&by.actor, by.event, &verdict, &by.expected).await?))
}
