//! What organisers do with a job that has started. Each action is possible in some states only; in others the answer is
//! 409. Pausing and cancelling stop something, so they need no version.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, Path, RequiredIfMatch};
use ibw::notifications::job::Job;
use ibw::notifications::model::JobId;
use ibw::notifications::view::JobView;

use crate::sender::JobSender;

fn changed(job: Job) -> ETagged<JobView> {
    ETagged::new(job.version, job.into())
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
    actor: Actor,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().pause(&actor, id).await?))
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
    actor: Actor,
    Path(id): Path<JobId>,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().cancel(&actor, id).await?))
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
    actor: Actor,
    Path(id): Path<JobId>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<ETagged<JobView>, ApiError> {
    Ok(changed(app.notifications.service.actions().retry_failed(&actor, id, &expected).await?))
}
