//! Events elsewhere: in calendars and in posts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::events::share::Share;
use ibw::http::{IfNoneMatch, Json, content};
use ibw::ical::MEDIA_TYPE;

use crate::named::Named;

/// Get a side event as a calendar file.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/calendar.ics", operation_id = "get_event_calendar", tag = "events",
    responses(
        (
            status = 200, body = String, content_type = "text/calendar",
            headers(
                ("ETag" = String, description = "Hash of the file."),
                ("Content-Disposition" = String, description = "The name of the file, from the id of the event."),
            ),
        ),
        (status = 304, headers(("ETag" = String, description = "Hash of the file."))),
    ),
)]
pub(crate) async fn calendar(
    State(app): State<Arc<App>>,
    Named(id): Named,
    known: IfNoneMatch,
) -> Result<impl IntoResponse, ApiError> {
    let calendar = app.events.service.calendar(id, &app.app_url).await?;
    let name = format!("attachment; filename=\"{id}.ics\"");
    let headers = [(CONTENT_TYPE, MEDIA_TYPE.to_owned()), (CONTENT_DISPOSITION, name)];
    Ok(content(calendar.to_string(), headers, &known))
}

/// Get text and links for posts about a side event.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/share", operation_id = "get_event_share", tag = "events",
    responses((status = 200, body = Share)),
)]
pub(crate) async fn share(State(app): State<Arc<App>>, Named(id): Named) -> Result<Json<Share>, ApiError> {
    Ok(Json(app.events.service.share(id, &app.app_url).await?))
}
