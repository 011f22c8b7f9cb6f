//! What the ticketing system tells.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::attendees::service::Reception;
use ibw::attendees::webhook::TicketEvent;
use ibw::error::ApiError;
use ibw::http::{Body, Json, Path, TicketingSignature};
use ibw::text::Slug;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of an event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketEventStatus)]
pub(crate) enum EventStatus {
    /// What it says is so now.
    Applied,
    /// It was told before.
    Repeated,
    /// Later events of all its tickets were told before.
    Outdated,
}

/// The answer to an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventReceipt {
    /// What became of it.
    status: EventStatus,
}

/// Receive an event of the ticketing system.
///
/// For the ticketing system only: `X-Ticketing-Signature` is `t=<seconds since 1970>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>`
/// under the shared secret, at most 5 minutes old. Events may come again and in any order.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/attendees/webhook", operation_id = "receive_ticket_event",
    tag = "attendees",
    request_body = TicketEvent,
    responses((status = 200, body = EventReceipt)),
)]
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    Path(slug): Path<Slug>,
    TicketingSignature(signature): TicketingSignature,
    Body(body): Body,
) -> Result<Json<EventReceipt>, ApiError> {
    let status = match app.attendees.ticketing.receive(&slug, &signature, &body).await? {
        Reception::Applied => EventStatus::Applied,
        Reception::Repeated => EventStatus::Repeated,
        Reception::Outdated => EventStatus::Outdated,
    };
    Ok(Json(EventReceipt { status }))
}
