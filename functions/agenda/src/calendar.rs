//! One's own calendar, for programs that cannot log in: whoever knows its address may read it.

use std::str::FromStr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use ibw::app::App;
use ibw::calendar::error::CalendarError;
use ibw::calendar::model::Token;
use ibw::error::ApiError;
use ibw::http::{BASE_PATH, Caller, CurrentUser, Errors, Json, Path, RateClass, RequestInfo, content_tag, has_tag};
use ibw::ical::MEDIA_TYPE;
use serde::Serialize;
use utoipa::ToSchema;

/// What a calendar's address ends with.
const SUFFIX: &str = ".ics";

/// Where a calendar is. It is told once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarAddress {
    /// What nobody else may know.
    token: String,
    /// The calendar's address, to be given to a calendar program.
    url: String,
}

/// The last segment of a calendar's address: gateways match whole segments, so the ending is looked for here.
pub(crate) struct FileName(Token);

impl FromStr for FileName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let token = text.strip_suffix(SUFFIX).ok_or(())?;
        token.parse().map(Self).map_err(|_| ())
    }
}

/// Make an address for your calendar. The one before is good no more.
///
/// The calendar has the sessions you bookmarked and the side events you have a seat for. Whoever knows the address can read it.
#[utoipa::path(
    post, path = "/api/v1/calendar/token", operation_id = "create_calendar_token", tag = "agenda",
    security(("bearer" = []), ("telegram" = [])),
    responses((status = 201, body = CalendarAddress), Errors),
)]
pub(crate) async fn create_token(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let token = app.calendars.new_token(user.id).await?.reveal();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let origin = match (text("x-forwarded-proto"), text(HOST.as_str())) {
        (_, "") => String::new(),
        ("http", host) => format!("http://{host}"),
        (_, host) => format!("https://{host}"),
    };
    let url = format!("{origin}{BASE_PATH}/calendar/{token}{SUFFIX}");
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(CalendarAddress { token, url })))
}

/// Read a calendar (RFC 5545).
///
/// It is counted by its owner and not by address: calendar services ask for many people's from few addresses.
#[utoipa::path(
    get, path = "/api/v1/calendar/{token}", operation_id = "get_calendar", tag = "agenda",
    params(("token" = String, Path, description = "The token, followed by `.ics`.")), security(()),
    responses(
        (status = 200, body = String, content_type = "text/calendar", headers(("ETag", description = "Of the content."))),
        (status = 304), Errors,
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(info): Extension<RequestInfo>,
    Path(FileName(token)): Path<FileName>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let owner = app.calendars.owner(&token).await;
    let caller = owner.as_ref().map_or_else(|_| info.address(), ToString::to_string);
    let remaining = app.limiter.take(RateClass::Read, "GET /calendar", &caller).await?;
    let feed = app.calendars.feed(owner.map_err(|error: CalendarError| ApiError::from(error))?).await?;
    Ok((remaining, Caller(caller), answer(&feed.to_string(), &headers)))
}

/// The calendar, or that it is as it was.
fn answer(calendar: &str, headers: &HeaderMap) -> Response {
    let tag = content_tag(calendar);
    let common = [(ETAG, tag.clone()), (CACHE_CONTROL, "private, no-cache".to_owned())];
    if has_tag(&tag, headers) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let inline = "inline; filename=\"calendar.ics\"";
    (common, [(CONTENT_TYPE, MEDIA_TYPE), (CONTENT_DISPOSITION, inline)], calendar.to_owned()).into_response()
}
