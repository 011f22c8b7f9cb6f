//! What organisers do with a job. Each action says in which states it can be done; in others it is 409.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Admin, ETagged, Json, Path, scope};
use ibw::id::JobId;
use ibw::notifications::job::{Job, JobState};
use ibw::notifications::view::JobView;
use ibw::time::Time;
use serde::Deserialize;
use utoipa::ToSchema;

/// When to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    /// The time; one that is past is now.
    at: Time,
}

fn changed(job: Job) -> ETagged<JobView> {
    ETagged::new(job.version, job.into())
}

/// Have a job start by itself at a time. A draft, or one that is scheduled.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/schedule", operation_id = "schedule_notification_job",
    tag = "notification jobs",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn schedule(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(id): Path<JobId>,
    Json(schedule): Json<Schedule>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().schedule(id, schedule.at).await?))
}

/// Start a job now. A draft, or one that is scheduled.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/start", operation_id = "start_notification_job",
    tag = "notification jobs",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().start(id, JobState::Draft).await?))
}

/// Stop a running job. What is being sent at this moment is the last.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/pause", operation_id = "pause_notification_job",
    tag = "notification jobs",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn pause(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().pause(id).await?))
}

/// Go on with a paused job where it stopped.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/resume", operation_id = "resume_notification_job",
    tag = "notification jobs",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().resume(id).await?))
}

/// Call a job off, for good. Any that is not over; whoever was not sent to by then is not.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/cancel", operation_id = "cancel_notification_job",
    tag = "notification jobs",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().cancel(id).await?))
}

/// Send once more to those who could not be sent to. A job that finished with errors.
///
/// Messages of which Telegram's answer did not come (`unconfirmed`) may have arrived, and are not sent again.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/retry-failed",
    operation_id = "retry_failed_of_notification_job", tag = "notification jobs",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn retry_failed(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().retry_failed(id).await?))
}
