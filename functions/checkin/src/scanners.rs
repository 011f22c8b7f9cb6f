//! What scanners and whoever leads them need to know: how a list stands, which tickets there are, by which keys codes are verified.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::attendees::qr::TicketKey;
use ibw::checkin::service::SNAPSHOT_PAGE;
use ibw::checkin::view::{ListStatus, Snapshot};
use ibw::error::{ApiError, Code};
use ibw::http::{Json, Path, Paths, Query, Staff, scope};
use ibw::id::CheckinListId;
use ibw::page::PageRequest;
use ibw::text::Slug;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which part of the tickets to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SnapshotQuery {
    /// `cursor` of the part before; absent at first.
    since: Option<String>,
    /// Tickets of the part.
    #[param(minimum = 1, maximum = 500, default = 500)]
    limit: Option<usize>,
}

/// Keys of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketKeySet {
    /// The keys, the one that signs now first; none where tickets have no QR codes.
    items: Vec<TicketKey>,
}

/// See how many tickets a list lets in, has let in, and are inside.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/status", operation_id = "get_checkin_status",
    tag = "checkin",
    responses((status = 200, body = ListStatus)),
)]
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    _: Staff<scope::CheckinRead>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
) -> Result<Json<ListStatus>, ApiError> {
    Ok(Json(app.checkin.service.status(&slug, id).await?))
}

/// Read the tickets that a scanner without network needs: all at first, then what changed.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/snapshot",
    operation_id = "get_checkin_snapshot", tag = "checkin",
    responses((status = 200, body = Snapshot)),
)]
pub(crate) async fn snapshot(
    State(app): State<Arc<App>>,
    _: Staff<scope::CheckinRead>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    Query(query): Query<SnapshotQuery>,
) -> Result<Json<Snapshot>, ApiError> {
    let limit = query.limit.unwrap_or(SNAPSHOT_PAGE);
    if !(1..=SNAPSHOT_PAGE).contains(&limit) {
        let error = ApiError::new(Code::InvalidRequest, "A query parameter is invalid.");
        return Err(error.detail("limit", format!("must be from 1 to {SNAPSHOT_PAGE}")));
    }
    let page = PageRequest::new(limit, query.since, app.cursors.clone());
    Ok(Json(app.checkin.service.snapshot(&slug, id, &page).await?))
}

/// Get the public keys that the QR codes on tickets are verified with.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/keys", operation_id = "get_ticket_keys", tag = "checkin",
    responses((status = 200, body = TicketKeySet)),
)]
pub(crate) async fn keys(
    State(app): State<Arc<App>>,
    _: Staff<scope::CheckinRead>,
    Path(slug): Path<Slug>,
) -> Result<Json<TicketKeySet>, ApiError> {
    Ok(Json(TicketKeySet { items: app.checkin.service.keys(&slug).await? }))
}
