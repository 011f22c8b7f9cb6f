//! How organisers start a job: at once or later, and with a second person if it has many recipients. Also how they
//! resume one, as it may have many by then.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::error::ApiError;
use ibw::http::{ETagged, Json, Path, RequiredIfMatch};
use ibw::notifications::approval::Approval;
use ibw::notifications::job::Job;
use ibw::notifications::model::JobId;
use ibw::notifications::service::Start;
use ibw::notifications::view::JobView;
use ibw::time::Time;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::sender::JobSender;

/// A start now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationJobStart, example = json!({"expected_recipients": 1250}))]
pub(crate) struct StartRequest {
    /// The number of recipients that the preview showed. There may be 5 % more or fewer now.
    expected_recipients: u64,
}

/// A start at a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationJobSchedule, example = json!({"at": "2026-12-01T03:30:00Z", "expected_recipients": 1250}))]
pub(crate) struct ScheduleRequest {
    /// Start time. A past time starts the job now.
    at: Time,
    /// The number of recipients that the preview showed. There may be 5 % more or fewer now.
    expected_recipients: u64,
}

/// 202 if a second person has to approve the job.
fn answer(job: Job) -> (StatusCode, ETagged<JobView>) {
    let is_awaited = job.approval.as_ref().is_some_and(Approval::is_awaited);
    let status = if is_awaited { StatusCode::ACCEPTED } else { StatusCode::OK };
    (status, ETagged::new(job.version, job.into()))
}

/// Start a job now.
///
/// The job must be a draft or scheduled. If it has more than 5,000 recipients or is posted in the Telegram groups, this
/// asks for an approval: another user has to approve the job, which then starts. An API key cannot ask.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/start", operation_id = "start_notification_job",
    tag = "notifications",
    responses(
        (status = 200, body = JobView, headers(("ETag", description = "The job's new version."))),
        (status = 202, description = "The job waits for the approval of a second person.", body = JobView,
            headers(("ETag", description = "The job's new version."))),
    ),
)]
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    JobSender(caller): JobSender,
    actor: Actor,
    Path(id): Path<JobId>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(request): Json<StartRequest>,
) -> Result<(StatusCode, ETagged<JobView>), ApiError> {
    let wish = Start { at: None, expected_recipients: request.expected_recipients, by: caller.user_id() };
    Ok(answer(app.notifications.service.start_job(&actor, id, wish, &expected).await?))
}

/// Schedule a job.
///
/// The job must be a draft or scheduled. If it has more than 5,000 recipients or is posted in the Telegram groups, this
/// asks for an approval: another user has to approve the job before its time. Otherwise it does not start, and is a
/// draft again. Another time needs another approval. An API key cannot ask.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/schedule", operation_id = "schedule_notification_job",
    tag = "notifications",
    responses(
        (status = 200, body = JobView, headers(("ETag", description = "The job's new version."))),
        (status = 202, description = "The job waits for the approval of a second person.", body = JobView,
            headers(("ETag", description = "The job's new version."))),
    ),
)]
pub(crate) async fn schedule(
    State(app): State<Arc<App>>,
    JobSender(caller): JobSender,
    actor: Actor,
    Path(id): Path<JobId>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(request): Json<ScheduleRequest>,
) -> Result<(StatusCode, ETagged<JobView>), ApiError> {
    let wish = Start { at: Some(request.at), expected_recipients: request.expected_recipients, by: caller.user_id() };
    Ok(answer(app.notifications.service.start_job(&actor, id, wish, &expected).await?))
}

/// Approve a job to many recipients.
///
/// You must be a user, and not the one who asked. The job starts now, or at its time if it is scheduled. A job that was
/// paused for its recipients goes on.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/approve", operation_id = "approve_notification_job",
    tag = "notifications",
    responses((status = 200, body = JobView, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    JobSender(caller): JobSender,
    actor: Actor,
    Path(id): Path<JobId>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<ETagged<JobView>, ApiError> {
    let job = app.notifications.service.approve_job(&actor, id, caller.user_id(), &expected).await?;
    Ok(ETagged::new(job.version, job.into()))
}

/// Resume a paused job.
///
/// The job continues where it stopped. If it is paused by `recipients` and they are still too many, this asks for an
/// approval of their number: another user has to approve the job, which then continues. An API key cannot ask.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/resume", operation_id = "resume_notification_job",
    tag = "notifications",
    responses(
        (status = 200, body = JobView, headers(("ETag", description = "The job's new version."))),
        (status = 202, description = "The job waits for the approval of a second person.", body = JobView,
            headers(("ETag", description = "The job's new version."))),
    ),
)]
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    JobSender(caller): JobSender,
    actor: Actor,
    Path(id): Path<JobId>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<(StatusCode, ETagged<JobView>), ApiError> {
    Ok(answer(app.notifications.service.resume_job(&actor, id, caller.user_id(), &expected).await?))
}
