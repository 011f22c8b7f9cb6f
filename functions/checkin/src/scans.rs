//! Scans of tickets: redeem, list, undo.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::model::Principal;
use ibw::auth::rights::{self, CheckinCorrect};
use ibw::checkin::model::Nonce;
use ibw::checkin::service::{BatchRequest, Operator};
use ibw::checkin::view::{BatchRedeemed, Redeemed, Redemptions, ScanRequest};
use ibw::error::ApiError;
use ibw::http::{Allowed, Json, Paths, Query};
use ibw::id::CheckinListId;
use ibw::text::{Line, Slug};
use ibw::users::grants::Resource;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Ticket whose scans to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TicketQuery {
    /// Ticket code, or the text of the QR code.
    code: Line<200>,
}

/// Scan to undo.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckinUndoRequest, example = json!({"code": "k7xq2mv9tz4w", "nonce": "Zk3nX0d2Qm9vB1"}))]
pub(crate) struct UndoRequest {
    /// Ticket code, or the text of the QR code.
    code: Line<200>,
    /// Nonce of the scan.
    nonce: Nonce,
}

fn operator(principal: &Principal, slug: &Slug, list: CheckinListId) -> Operator {
    let list = Resource::CheckinList(slug.clone(), list);
    Operator { name: principal.name(), may_force: principal.reach::<CheckinCorrect>().covers(&list) }
}

/// Scan a ticket.
///
/// The answer says whether the ticket holder may pass. A refused scan is answered with 200, too: see `status` and
/// `reason`.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/redeem", operation_id = "redeem_ticket",
    tag = "checkin",
    responses((status = 200, body = Redeemed)),
)]
pub(crate) async fn redeem(
    State(app): State<Arc<App>>,
    staff: Allowed<rights::CheckinScan>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    Json(request): Json<ScanRequest>,
) -> Result<Json<Redeemed>, ApiError> {
    Ok(Json(
        app.checkin
            .service
            .redeem(&slug, id, request, &operator(&staff.principal, &slug, id), &app.code_hashes)
            .await?,
    ))
}

/// Upload up to 500 scans made offline.
///
/// The results are in the order of the request.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/redeem/batch", operation_id = "redeem_ticket_batch",
    tag = "checkin",
    responses((status = 200, body = BatchRedeemed)),
)]
pub(crate) async fn redeem_batch(
    State(app): State<Arc<App>>,
    staff: Allowed<rights::CheckinScan>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    Json(batch): Json<BatchRequest>,
) -> Result<Json<BatchRedeemed>, ApiError> {
    Ok(Json(
        app.checkin
            .service
            .redeem_batch(&slug, id, batch, &operator(&staff.principal, &slug, id), &app.code_hashes)
            .await?,
    ))
}

/// Undo an accepted scan.
///
/// For supervisors. A second undo of the scan changes nothing.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/undo", operation_id = "undo_ticket_redemption",
    tag = "checkin",
    responses((status = 200, body = Redeemed)),
)]
pub(crate) async fn undo(
    State(app): State<Arc<App>>,
    supervisor: Allowed<rights::CheckinCorrect>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    Json(request): Json<UndoRequest>,
) -> Result<Json<Redeemed>, ApiError> {
    let scan = (request.code.as_str(), &request.nonce);
    Ok(Json(app.checkin.service.undo(&slug, id, scan, &operator(&supervisor.principal, &slug, id)).await?))
}

/// List the scans of a ticket at a check-in list.
///
/// For supervisors.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/lists/{id}/redemptions", operation_id = "list_ticket_redemptions",
    tag = "checkin",
    responses((status = 200, body = Redemptions)),
)]
pub(crate) async fn redemptions(
    State(app): State<Arc<App>>,
    _: Allowed<rights::CheckinCorrect>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    Query(query): Query<TicketQuery>,
) -> Result<Json<Redemptions>, ApiError> {
    Ok(Json(app.checkin.service.redemptions(&slug, id, query.code.as_str()).await?))
}
