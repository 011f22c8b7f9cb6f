//! Data for scanners and supervisors: counts of a list, snapshots of tickets, keys of QR codes.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::attendees::qr::TicketKey;
use ibw::auth::rights;
use ibw::checkin::service::SNAPSHOT_PAGE;
use ibw::checkin::view::{ListStatus, Snapshot};
use ibw::error::{ApiError, Code};
use ibw::http::{Allowed, AllowedWithin, Json, Path, Paths, Query};
use ibw::id::CheckinListId;
use ibw::page::PageRequest;
use ibw::text::Slug;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Part of a snapshot.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SnapshotQuery {
    /// `cursor` of the part before. Default: the first part.
    since: Option<String>,
    /// Most tickets of the part.
    #[param(minimum = 1, maximum = 500, default = 500)]
    limit: Option<usize>,
}

/// Public keys of the QR codes on tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketKeySet {
    /// The keys, the current one first. Empty if tickets have no QR codes.
    items: Vec<TicketKey>,
}

/// Get the counts of a check-in list.
///
/// How many tickets the list lets in, how many have entered, and how many are inside.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/status", operation_id = "get_checkin_status",
    tag = "checkin",
    responses((status = 200, body = ListStatus)),
)]
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    _: Allowed<rights::CheckinRead>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
) -> Result<Json<ListStatus>, ApiError> {
    Ok(Json(app.checkin.service.status(&slug, id).await?))
}

/// Read the tickets that an offline scanner needs.
///
/// The first round has all tickets, later rounds have changes. Send the `cursor` of each answer as `since`. After a
/// change of the check-in list, a cursor is invalid, and the scanner starts again without `since`.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/snapshot",
    operation_id = "get_checkin_snapshot", tag = "checkin",
    responses((status = 200, body = Snapshot)),
)]
pub(crate) async fn snapshot(
    State(app): State<Arc<App>>,
    _: Allowed<rights::CheckinRead>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    Query(query): Query<SnapshotQuery>,
) -> Result<Json<Snapshot>, ApiError> {
    let limit = query.limit.unwrap_or(SNAPSHOT_PAGE);
    if !(1..=SNAPSHOT_PAGE).contains(&limit) {
        let error = ApiError::new(Code::INVALID_REQUEST, "A query parameter is invalid.");
        return Err(error.detail("limit", format!("must be from 1 to {SNAPSHOT_PAGE}")));
    }
    let page = PageRequest::new(limit, query.since, app.cursors.clone());
    Ok(Json(app.checkin.service.snapshot(&slug, id, &page, &app.code_hashes).await?))
}

/// Get the public keys of ticket QR codes.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/keys", operation_id = "get_ticket_keys", tag = "checkin",
    responses((status = 200, body = TicketKeySet)),
)]
pub(crate) async fn keys(
    State(app): State<Arc<App>>,
    _: AllowedWithin<rights::CheckinRead>,
    Path(slug): Path<Slug>,
) -> Result<Json<TicketKeySet>, ApiError> {
    Ok(Json(TicketKeySet { items: app.checkin.service.keys(&slug).await? }))
}
