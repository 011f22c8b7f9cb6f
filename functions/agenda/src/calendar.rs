//! A user's calendar feed. Calendar programs cannot log in, so the URL contains a secret token.

use std::str::FromStr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use ibw::app::App;
use ibw::calendar::error::CalendarError;
use ibw::calendar::model::Token;
use ibw::error::ApiError;
use ibw::http::{ApiAddress, BASE_PATH, Caller, CurrentUser, IfNoneMatch, Json, Path, RequestInfo, content};
use ibw::ical::MEDIA_TYPE;
use ibw::rate_limit::RateClass;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The URL of a calendar ends with this.
const SUFFIX: &str = ".ics";

/// The URL of a calendar. It is shown only once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarAddress {
    /// Secret token of the calendar.
    token: String,
    /// URL of the calendar, to subscribe to in a calendar program.
    url: String,
}

/// The last segment of a calendar's URL. Gateways match whole segments, so the ending is checked here.
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
        text.description(Some("Token of the calendar, followed by `.ics`.")).into()
    }
}

/// Create a new URL for your calendar.
///
/// The previous URL stops working. So does this one when you log out on all other devices.
/// The calendar has the sessions you bookmarked and the side events you have a seat at.
/// Anyone who knows the URL can read the calendar.
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

/// Get a calendar in iCalendar format (RFC 5545).
///
/// The rate limit counts the requests for one user's calendar, from all IP addresses together.
#[utoipa::path(
    get, path = "/api/v1/calendar/{token}", operation_id = "get_calendar", tag = "agenda",
    responses(
        (
            status = 200, body = String, content_type = "text/calendar",
            headers(
                ("ETag" = String, description = "Hash of the calendar."),
                ("Content-Disposition" = String, description = "Suggested file name: `calendar.ics`."),
            ),
        ),
        (status = 304, headers(("ETag" = String, description = "Hash of the calendar."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(info): Extension<RequestInfo>,
    Path(FileName(token)): Path<FileName>,
    known: IfNoneMatch,
) -> Result<impl IntoResponse, ApiError> {
    // Calendar services read the calendars of many users from few addresses, so requests are counted by the owner.
    let owner = app.calendar.service.owner(&token).await;
    let (class, caller) = match &owner {
        Ok(owner) => (RateClass::Read, owner.to_string()),
        Err(_) => (RateClass::Anonymous, info.network()),
    };
    let remaining = app.limiter.take(class, "GET /calendar", &caller).await?;
    // A network is not who it is.
    let reader = owner.is_ok().then_some(Caller(caller));
    let feed = async { app.calendar.service.feed(owner?, &app.app_url).await };
    let feed = feed.await.map_err(|error: CalendarError| ApiError::from(error));
    let headers = [(CONTENT_TYPE, MEDIA_TYPE), (CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\"")];
    Ok((remaining, reader, feed.map(|feed| content(feed.to_string(), headers, &known))))
}
