//! Side events: everybody reads approved ones, users create, copy and change their own.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::auth::rights::{EventsRead, EventsWrite};
use ibw::error::ApiError;
use ibw::events::details::{Details, Format};
use ibw::events::model::{Approval, Status};
use ibw::events::patch::EventPatch;
use ibw::events::service::{Copy, EventFilter, MyRole};
use ibw::events::view::EventView;
use ibw::http::{CurrentUser, ETagged, IfNoneMatch, Json, MaybeUser, Paged, RequiredIfMatch};
use ibw::page::Page;
use ibw::text::{Line, Slug};
use ibw::time::Time;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::caller::{HostOr, Reader, reader};
use crate::named::Named;

/// An event with its tag: seats and the caller's registration have no part in its version.
pub(crate) fn tagged(event: EventView) -> ETagged<EventView> {
    ETagged::varying(event.version, event)
}

/// Filters of the list of events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Filter by conference slug.
    conference: Option<Slug>,
    /// Filter by status. Default: all, including cancelled.
    #[param(inline)]
    status: Option<Status>,
    /// Filter by format. Default: all.
    #[param(inline)]
    format: Option<Format>,
    /// Earliest start.
    from: Option<Time>,
    /// Latest start.
    to: Option<Time>,
    /// Search for beginnings of words of title, host, place and sponsors. All must match.
    q: Option<Line<100>>,
    /// Filter by decision of the organisers. Default: `approved`. Other values are for admins (scope `events:read`).
    #[param(inline)]
    approval_status: Option<Approval>,
}

/// Filter of the list of the caller's events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MineQuery {
    /// `registered`: events you registered for, the newest registration first. `host`: events you host, the latest
    /// start first.
    #[serde(default)]
    #[param(inline)]
    role: MyRole,
}

/// List side events in the order of their starts.
///
/// With filters, a page may have fewer events than `limit` and still a `next_cursor`. `status` is evaluated at the time
/// of the first page, for all pages of a list.
#[utoipa::path(
    get, path = "/api/v1/events", operation_id = "list_events", tag = "events",
    responses((status = 200, body = Page<EventView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    MaybeUser(caller): MaybeUser,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<EventView>>, ApiError> {
    let access = reader(caller.as_ref(), query.conference.as_ref());
    let filter = EventFilter {
        conference: query.conference,
        approval_status: query.approval_status,
        status: query.status,
        format: query.format,
        from: query.from,
        to: query.to,
        q: query.q.map(|line| line.to_string()),
    };
    Ok(Json(app.events.service.list(filter, &access, &page).await?))
}

/// List the side events you host or registered for.
#[utoipa::path(
    get, path = "/api/v1/events/mine", operation_id = "list_my_events", tag = "events",
    responses((status = 200, body = Page<EventView>)),
)]
pub(crate) async fn mine(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Paged(query, page): Paged<MineQuery>,
) -> Result<Json<Page<EventView>>, ApiError> {
    Ok(Json(app.events.service.mine(user.id, query.role, &page).await?))
}

/// Create a side event.
///
/// Organisers approve it before everybody sees it.
#[utoipa::path(
    post, path = "/api/v1/events", operation_id = "create_event", tag = "events",
    responses((status = 201, body = EventView, headers(("ETag" = String, description = "The event's version, with a digest of the answer.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(details): Json<Details>,
) -> Result<(StatusCode, ETagged<EventView>), ApiError> {
    let event = app.events.service.create(details, user.id).await?;
    Ok((StatusCode::CREATED, tagged(event)))
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

/// Get a side event.
///
/// The answer includes your registration if you are logged in. Send the `ETag` in `If-Match` to change the event.
#[utoipa::path(
    get, path = "/api/v1/events/{id}", operation_id = "get_event", tag = "events",
    responses(
        (status = 200, body = EventView, headers(("ETag" = String, description = "The event's version, with a digest of the answer."))),
        (status = 304, headers(("ETag" = String, description = "The `ETag` that you have."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Reader(access, ..): Reader<EventsRead>,
    Named(id): Named,
    known: IfNoneMatch,
) -> Result<ETagged<EventView>, ApiError> {
    let event = app.events.service.show(id, &access).await?;
    Ok(tagged(event).unless(known))
}

/// Change a side event.
///
/// For the host and admins (scope `events:write`). An absent field stays, `null` clears it. Guests and the waitlist are
/// notified of another time or place, at most every 10 minutes. Seats that become free are offered to the waitlist. If
/// the host changes a rejected event, it waits for approval again. If the host changes an approved event, times,
/// `timezone`, `capacity`, `requires_approval`, and `format` and `location` without links apply at once. The other
/// fields become the `pending_revision`, which organisers approve. The version does not change for these.
#[utoipa::path(
    patch, path = "/api/v1/events/{id}", operation_id = "update_event", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag" = String, description = "The event's new version, with a digest of the answer.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    HostOr(caller, ..): HostOr<EventsWrite>,
    Named(id): Named,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(patch): Json<EventPatch>,
) -> Result<ETagged<EventView>, ApiError> {
    let event = app.events.service.update(&caller, id, patch, &expected).await?;
    Ok(tagged(event))
}

/// Cancel a side event.
///
/// For the host and admins (scope `events:write`). Guests and the waitlist are notified.
#[utoipa::path(
    delete, path = "/api/v1/events/{id}", operation_id = "cancel_event", tag = "events",
    responses((status = 204)),
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    HostOr(caller, ..): HostOr<EventsWrite>,
    Named(id): Named,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.events.service.cancel(&caller, id, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
