//! Tickets, for organisers.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::attendees::model::{Ticket, TicketCode, TicketCount, TicketState, TicketType};
use ibw::attendees::service::{TicketPatch, TicketQuery};
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, Json, Paged, Path, Paths, RequiredIfMatch};
use ibw::page::Page;
use ibw::text::Slug;
use ibw::users::contact::EmailAddress;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Filters of the list of tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Filter by ticket code.
    code: Option<TicketCode>,
    /// Filter by the email address that the ticket was sent to.
    email: Option<EmailAddress>,
    /// Filter by ticket type. Default: all.
    #[serde(rename = "type")]
    #[param(inline)]
    ticket_type: Option<TicketType>,
    /// Filter by state. Default: all, including cancelled.
    #[param(inline)]
    state: Option<TicketState>,
}

/// List the tickets of a conference.
///
/// The order is arbitrary. A page may have fewer tickets than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/tickets", operation_id = "list_tickets",
    tag = "attendees",
    responses((status = 200, body = Page<Ticket>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Allowed<rights::TicketsRead>,
    Path(slug): Path<Slug>,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<Ticket>>, ApiError> {
    let (ticket_type, state) = (query.ticket_type, query.state);
    let query = TicketQuery { code: query.code, email: query.email, ticket_type, state };
    Ok(Json(app.attendees.tickets.list(&slug, &query, &page).await?))
}

/// Numbers of tickets of a conference.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketCounts)]
pub(crate) struct Counts {
    /// Numbers by ticket type and status.
    items: Vec<TicketCount>,
}

/// Count the tickets of a conference by type and status.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/counts", operation_id = "count_tickets",
    tag = "attendees",
    responses((status = 200, body = Counts)),
)]
pub(crate) async fn counts(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AttendeesRead>,
    Path(slug): Path<Slug>,
) -> Result<Json<Counts>, ApiError> {
    Ok(Json(Counts { items: app.attendees.tickets.counts(&slug).await? }))
}

/// Change a ticket.
///
/// Block, approve, cancel or transfer it, or mark it as paid. Earlier data of the ticketing system does not undo a new
/// state or a transfer, later data does.
#[utoipa::path(
    patch, path = "/api/v1/conferences/{slug}/attendees/tickets/{code}", operation_id = "update_ticket",
    tag = "attendees",
    responses((status = 200, body = Ticket, headers(("ETag" = String, description = "The ticket's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AttendeesWrite>,
    actor: Actor,
    Paths(slug, code): Paths<Slug, TicketCode>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(patch): Json<TicketPatch>,
) -> Result<ETagged<Ticket>, ApiError> {
    let ticket = app.attendees.tickets.update(&actor, &app.code_hashes, &slug, &code, patch, &expected).await?;
    Ok(ETagged::new(ticket.version, ticket))
}
