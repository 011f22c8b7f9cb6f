//! What organisers do with a job. Each action is possible in some states only; in others the answer is 409.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, Json, Path};
use ibw::notifications::job::{Job, JobState};
use ibw::notifications::model::JobId;
use ibw::notifications::view::JobView;
use ibw::time::Time;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::sender::JobSender;

/// When a job starts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationJobSchedule, example = json!({"at": "2026-12-01T03:30:00Z"}))]
pub(crate) struct Schedule {
    /// Start time. A past time starts the job now.
    at: Time,
}

fn changed(job: Job) -> ETagged<JobView> {
    ETagged::new(job.version, job.into())
}

/// Schedule a job.
///
/// The job must be a draft or scheduled.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/schedule", operation_id = "schedule_notification_job",
    tag = "notifications",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn schedule(
    State(app): State<Arc<App>>,
    _: JobSender,
    Path(id): Path<JobId>,
    Json(schedule): Json<Schedule>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().schedule(id, schedule.at).await?))
}

/// Start a job now.
///
/// The job must be a draft or scheduled.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/start", operation_id = "start_notification_job",
    tag = "notifications",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    _: JobSender,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().start(id, JobState::Draft).await?))
}

/// Pause a running job.
///
/// The job must be `expanding` or `sending`. Messages that are being sent at this moment still arrive.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/pause", operation_id = "pause_notification_job",
    tag = "notifications",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn pause(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().pause(id).await?))
}

/// Resume a paused job.
///
/// The job continues where it stopped.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/resume", operation_id = "resume_notification_job",
    tag = "notifications",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    _: JobSender,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().resume(id).await?))
}

/// Cancel a job.
///
/// The job must not have finished. It cannot be resumed. Recipients that have not got the message do not get it.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/cancel", operation_id = "cancel_notification_job",
    tag = "notifications",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().cancel(id).await?))
}

/// Send failed messages of a job again.
///
/// The job must have finished with errors. Messages that Telegram did not confirm (`unconfirmed`) may have arrived, so
/// they are not sent again.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/retry-failed",
    operation_id = "retry_failed_notification_job", tag = "notifications",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn retry_failed(
    State(app): State<Arc<App>>,
    _: JobSender,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().retry_failed(id).await?))
}
