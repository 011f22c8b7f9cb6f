//! Tickets, for organisers.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::attendees::model::{Ticket, TicketCode, TicketCount, TicketState, TicketType};
use ibw::attendees::service::{TicketPatch, TicketQuery};
use ibw::error::ApiError;
use ibw::http::{Admin, ETagged, Json, Paged, Path, Paths, RequiredIfMatch, scope};
use ibw::page::Page;
use ibw::text::Slug;
use ibw::users::contact::EmailAddress;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which tickets to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// The one of this code.
    code: Option<TicketCode>,
    /// Those sent to this address.
    email: Option<EmailAddress>,
    /// Only of this kind.
    #[serde(rename = "type")]
    #[param(inline)]
    ticket_type: Option<TicketType>,
    /// Only in this state.
    #[param(inline)]
    state: Option<TicketState>,
}

/// List tickets, in no order that means anything. A page may have fewer than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/tickets", operation_id = "list_tickets",
    tag = "attendees",
    responses((status = 200, body = Page<Ticket>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Admin<scope::AttendeesRead>,
    Path(slug): Path<Slug>,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<Ticket>>, ApiError> {
    let (ticket_type, state) = (query.ticket_type, query.state);
    let query = TicketQuery { code: query.code, email: query.email, ticket_type, state };
    Ok(Json(app.attendees.tickets.list(&slug, &query, &page).await?))
}

/// How many tickets there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketCounts)]
pub(crate) struct Counts {
    /// By kind and by what they are good for.
    items: Vec<TicketCount>,
}

/// Count a conference's tickets by kind and by what they are good for.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/counts", operation_id = "count_tickets",
    tag = "attendees",
    responses((status = 200, body = Counts)),
)]
pub(crate) async fn counts(
    State(app): State<Arc<App>>,
    _: Admin<scope::AttendeesRead>,
    Path(slug): Path<Slug>,
) -> Result<Json<Counts>, ApiError> {
    Ok(Json(Counts { items: app.attendees.tickets.counts(&slug).await? }))
}

/// Block, approve, pay, cancel or transfer a ticket.
///
/// What the ticketing system said before does not undo a state or a transfer; what it says later does.
#[utoipa::path(
    patch, path = "/api/v1/conferences/{slug}/attendees/tickets/{code}", operation_id = "update_ticket",
    tag = "attendees",
    responses((status = 200, body = Ticket, headers(("ETag", description = "The ticket's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Admin<scope::AttendeesWrite>,
    Paths(slug, code): Paths<Slug, TicketCode>,
    RequiredIfMatch(version): RequiredIfMatch,
    Json(patch): Json<TicketPatch>,
) -> Result<ETagged<Ticket>, ApiError> {
    let ticket = app.attendees.tickets.update(&slug, &code, patch, version).await?;
    Ok(ETagged::new(ticket.version, ticket))
}
