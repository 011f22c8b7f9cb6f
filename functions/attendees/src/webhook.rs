//! The webhook of the ticketing system.

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

/// Result of a ticketing event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketEventStatus)]
pub(crate) enum EventStatus {
    /// The event was applied.
    Applied,
    /// The event was received before.
    Repeated,
    /// Later events of all its tickets were received before.
    Outdated,
}

/// Answer to a ticketing event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketEventReceipt)]
pub(crate) struct EventReceipt {
    /// Result of the event.
    status: EventStatus,
}

/// Receive a ticketing event.
///
/// Only for the ticketing system. `X-Ticketing-Signature` is `t=<seconds since 1970>,v1=<hex>`, at most 5 minutes old.
/// The hex is the HMAC-SHA256 of `<seconds>.<body>` under the shared secret. Events may come several times and in any
/// order.
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
