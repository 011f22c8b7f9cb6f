//! Events: everybody reads those that are approved, users write their own.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::events::model::{Approval, Details, Format, Status};
use ibw::events::service::{EventFilter, EventName, EventPatch, MyRole};
use ibw::events::view::EventView;
use ibw::http::{Authenticated, CurrentUser, ETagged, Json, MaybeUser, Paged, Path, RequiredIfMatch, scope};
use ibw::id::EventId;
use ibw::page::Page;
use ibw::text::{Line, Slug};
use ibw::time::Time;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::caller::actor;

/// Which events to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// In the week of this conference.
    conference: Option<Slug>,
    /// That stand so; without it all, cancelled ones too.
    #[param(inline)]
    status: Option<Status>,
    /// That take place so.
    #[param(inline)]
    format: Option<Format>,
    /// That begin then or later.
    from: Option<Time>,
    /// That begin then or earlier.
    to: Option<Time>,
    /// Beginnings of words of title, host, place and sponsors; all must match.
    q: Option<Line<100>>,
    /// Of which organisers think so: `approved` if it is not said. Others are for admins (`events:read`).
    #[param(inline)]
    approval_status: Option<Approval>,
}

/// Which of one's own events to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MineQuery {
    /// `registered`: those you registered for, the newest registration first. `host`: those you host, the last to begin first.
    #[serde(default)]
    #[param(inline)]
    role: MyRole,
}

/// List events in the order in which they begin.
///
/// With criteria a page may have fewer events than `limit` and still a `next_cursor`. All pages of a list are of the moment at which the
/// first was asked for.
#[utoipa::path(
    get, path = "/api/v1/events", operation_id = "list_events", tag = "events",
    responses((status = 200, body = Page<EventView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    MaybeUser(caller): MaybeUser,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<EventView>>, ApiError> {
    let filter = EventFilter {
        conference: query.conference,
        approval_status: query.approval_status,
        status: query.status,
        format: query.format,
        from: query.from,
        to: query.to,
        q: query.q.map(|line| line.to_string()),
    };
    Ok(Json(app.events.service.list(filter, &actor::<scope::EventsRead>(caller.as_ref()), &page).await?))
}

/// List your own events: those you host, or those you registered for.
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

/// Write an event. It waits for the organisers' approval.
#[utoipa::path(
    post, path = "/api/v1/events", operation_id = "create_event", tag = "events",
    responses((status = 201, body = EventView, headers(("ETag", description = "The event's version.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(details): Json<Details>,
) -> Result<(StatusCode, ETagged<EventView>), ApiError> {
    let event = app.events.service.create(details, user.id).await?;
    Ok((StatusCode::CREATED, ETagged::new(event.version, event)))
}

/// Get an event, with your own registration if you are known.
///
/// Its `ETag` is for `If-Match`. It does not tell of registrations, so a read is always answered in full.
#[utoipa::path(
    get, path = "/api/v1/events/{id}", operation_id = "get_event", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag", description = "The event's version.")))),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    MaybeUser(caller): MaybeUser,
    Path(name): Path<EventName>,
) -> Result<ETagged<EventView>, ApiError> {
    let event = app.events.service.show(&name, &actor::<scope::EventsRead>(caller.as_ref())).await?;
    Ok(ETagged::new(event.version, event))
}

/// Change an event: what is absent stays, `null` clears. For its host and admins (`events:write`).
///
/// Those who take part are told of another time or place. When seats become free, those who wait are offered them. A rejected event that
/// its host changes waits for approval again.
#[utoipa::path(
    patch, path = "/api/v1/events/{id}", operation_id = "update_event", tag = "events",
    responses((status = 200, body = EventView, headers(("ETag", description = "The event's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Authenticated(caller): Authenticated,
    Path(id): Path<EventId>,
    RequiredIfMatch(version): RequiredIfMatch,
    Json(patch): Json<EventPatch>,
) -> Result<ETagged<EventView>, ApiError> {
    let event = app.events.service.update(id, patch, version, &actor::<scope::EventsWrite>(Some(&caller))).await?;
    Ok(ETagged::new(event.version, event))
}

/// Cancel an event, and tell all who take part. For its host and admins (`events:write`).
#[utoipa::path(
    delete, path = "/api/v1/events/{id}", operation_id = "cancel_event", tag = "events",
    responses((status = 204)),
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    Authenticated(caller): Authenticated,
    Path(id): Path<EventId>,
    RequiredIfMatch(version): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.events.service.cancel(id, version, &actor::<scope::EventsWrite>(Some(&caller))).await?;
    Ok(StatusCode::NO_CONTENT)
}
