//! One's own calendar, for programs that cannot log in: whoever knows its address may read it.

use std::str::FromStr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use ibw::app::App;
use ibw::calendar::error::CalendarError;
use ibw::calendar::model::Token;
use ibw::error::ApiError;
use ibw::http::{ApiAddress, BASE_PATH, Caller, CurrentUser, IfNoneMatch, Json, Path, RequestInfo, content_tag};
use ibw::ical::MEDIA_TYPE;
use ibw::rate_limit::RateClass;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

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

impl PartialSchema for FileName {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^.+\\.ics$"));
        text.description(Some("The calendar's token, followed by `.ics`.")).into()
    }
}

/// Make an address for your calendar. The one before is good no more.
///
/// The calendar has the sessions you bookmarked and the side events you have a seat for. Whoever knows the address can read it.
#[utoipa::path(
    post, path = "/api/v1/calendar/token", operation_id = "create_calendar_token", tag = "agenda",
    responses((status = 201, body = CalendarAddress)),
)]
pub(crate) async fn create_token(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    ApiAddress(address): ApiAddress,
) -> Result<impl IntoResponse, ApiError> {
    let token = app.calendar.service.new_token(user.id).await?.reveal();
    let url = format!("{address}{BASE_PATH}/calendar/{token}{SUFFIX}");
    Ok((StatusCode::CREATED, Json(CalendarAddress { token, url })))
}

/// Read a calendar (RFC 5545).
///
/// It is counted by its owner and not by address: calendar services ask for many people's from few addresses.
#[utoipa::path(
    get, path = "/api/v1/calendar/{token}", operation_id = "get_calendar", tag = "agenda",
    responses(
        (status = 200, body = String, content_type = "text/calendar", headers(("ETag", description = "Of the content."))),
        (status = 304),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(info): Extension<RequestInfo>,
    Path(FileName(token)): Path<FileName>,
    known: IfNoneMatch,
) -> Result<impl IntoResponse, ApiError> {
    let owner = app.calendar.service.owner(&token).await;
    let caller = owner.as_ref().map_or_else(|_| info.address(), ToString::to_string);
    let remaining = app.limiter.take(RateClass::Read, "GET /calendar", &caller).await?;
    let feed =
        app.calendar.service.feed(owner.map_err(|error: CalendarError| ApiError::from(error))?, &app.app_url).await?;
    Ok((remaining, Caller(caller), answer(&feed.to_string(), &known)))
}

/// The calendar, or that it is as it was.
fn answer(calendar: &str, known: &IfNoneMatch) -> Response {
    let tag = content_tag(calendar);
    let common = [(ETAG, tag.clone())];
    if known.has(&tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let inline = "inline; filename=\"calendar.ics\"";
    (common, [(CONTENT_TYPE, MEDIA_TYPE), (CONTENT_DISPOSITION, inline)], calendar.to_owned()).into_response()
}
