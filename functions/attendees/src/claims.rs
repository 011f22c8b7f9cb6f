//! Claims of tickets, and the caller's tickets.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use ibw::app::App;
use ibw::attendees::model::TicketCode;
use ibw::attendees::view::{OwnTicket, OwnTickets};
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json, Path, RequestInfo};
use ibw::text::Slug;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Claim of tickets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketClaim, example = json!({"code": "k7xq2mv9tz4w"}))]
pub(crate) struct Claim {
    /// Code of the ticket. Default: all tickets that were sent to your verified email address.
    code: Option<TicketCode>,
}

/// Claimed tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimedTickets)]
pub(crate) struct Claimed {
    /// Tickets that belong to you now.
    tickets: Vec<OwnTicket>,
}

/// Claim tickets by code or by verified email address.
///
/// A claim of your own ticket answers it again. A ticket whose email address is another user's verified one cannot be
/// claimed by code. Claiming by address also takes over tickets that others claimed by code; both are notified. After 5
/// wrong codes in 10 minutes, or 60 from your network, wrong codes are answered with 429. Right codes are accepted.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/attendees/claim", operation_id = "claim_tickets",
    tag = "attendees",
    responses((status = 200, body = Claimed)),
)]
pub(crate) async fn claim(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(slug): Path<Slug>,
    Extension(info): Extension<RequestInfo>,
    Json(claim): Json<Claim>,
) -> Result<Json<Claimed>, ApiError> {
    let tickets = match claim.code {
        Some(code) => vec![app.attendees.service.claim(user.id, &slug, &code, info.subnet().as_deref()).await?],
        None => app.attendees.service.claim_by_email(user.id, &slug).await?,
    };
    Ok(Json(Claimed { tickets }))
}

/// Get your tickets of a conference.
///
/// Each ticket has the text of a QR code that offline scanners can verify.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/me", operation_id = "get_own_tickets", tag = "attendees",
    responses((status = 200, body = OwnTickets)),
)]
pub(crate) async fn own(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(slug): Path<Slug>,
) -> Result<Json<OwnTickets>, ApiError> {
    Ok(Json(app.attendees.service.own(user.id, &slug).await?))
}
