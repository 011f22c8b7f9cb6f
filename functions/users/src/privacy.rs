//! A user's rights over their data.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::IntoResponse;
use ibw::app::App;
use ibw::attendees::privacy::AttendeeExport;
use ibw::auth::privacy::SessionExport;
use ibw::calendar::privacy::PlanSection;
use ibw::error::ApiError;
use ibw::events::privacy::EventSection;
use ibw::http::{CurrentUser, Json};
use ibw::media::privacy::MediaExport;
use ibw::notifications::privacy::NotificationExport;
use ibw::speakers::privacy::SpeakerExport;
use ibw::telegram::privacy::TelegramExport;
use ibw::time::Time;
use ibw::users::privacy::UserExport;
use ibw::users::view::OwnUser;
use serde::Serialize;
use utoipa::ToSchema;

/// All personal data of a user.
// It only describes the answer, which `privacy` makes of the sections of all domains. A section that is missing here
// fails the test that asks for an export.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonalDataExport {
    /// Time of the export.
    exported_at: Time,
    #[serde(flatten)]
    users: UserExport,
    #[serde(flatten)]
    sessions: SessionExport,
    #[serde(flatten)]
    notifications: NotificationExport,
    #[serde(flatten)]
    telegram: TelegramExport,
    #[serde(flatten)]
    attendees: AttendeeExport,
    #[serde(flatten)]
    events: EventSection,
    #[serde(flatten)]
    speakers: SpeakerExport,
    #[serde(flatten)]
    calendar: PlanSection,
    #[serde(flatten)]
    media: MediaExport,
}

/// Export your personal data.
///
/// The answer has everything that the API stores about you.
#[utoipa::path(
    get, path = "/api/v1/users/me/export", operation_id = "export_me", tag = "privacy",
    responses((
        status = 200, body = PersonalDataExport,
        headers(("Content-Disposition" = String, description = "File name: `attachment; filename=\"ibw-export.json\"`.")),
    )),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<impl IntoResponse, ApiError> {
    let export = app.privacy.service.export(user.id).await?;
    Ok(([(CONTENT_DISPOSITION, "attachment; filename=\"ibw-export.json\"")], Json(export)))
}

/// Request the erasure of your account.
///
/// Other users stop seeing you at once, and all your login sessions end. After 7 days your data is deleted. If you log
/// in before, the erasure is cancelled.
#[utoipa::path(
    delete, path = "/api/v1/users/me", operation_id = "erase_me", tag = "privacy",
    responses((status = 202, body = OwnUser, description = "Erasure is scheduled for `erase_after`.")),
)]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<(StatusCode, Json<OwnUser>), ApiError> {
    let user = app.privacy.service.schedule_erasure(user.id).await?;
    Ok((StatusCode::ACCEPTED, Json(user.into())))
}
