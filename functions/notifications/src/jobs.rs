//! Jobs: organisers write, change, preview and test them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::model::Principal;
use ibw::auth::rights;
use ibw::error::{ApiError, Code};
use ibw::http::{Allowed, ETagged, IfNoneMatch, Json, Path, RequiredIfMatch};
use ibw::notifications::model::JobId;
use ibw::notifications::service::{JobDraft, JobPatch};
use ibw::notifications::view::{FullJob, JobView, Preview};
use ibw::page::{Page, PageRequest};

use crate::sender::{JobSender, permit};

fn full(job: FullJob) -> ETagged<FullJob> {
    ETagged::new(job.job.version, job)
}

/// List all jobs, newest first.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs", operation_id = "list_notification_jobs",
    tag = "notifications",
    responses((status = 200, body = Page<JobView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    page: PageRequest,
) -> Result<Json<Page<JobView>>, ApiError> {
    let found = app.notifications.service.jobs(&page).await?;
    Ok(Json(found.map(JobView::from)))
}

/// Create a job from a template.
///
/// The job is a draft. Nothing is sent until you start or schedule it.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs", operation_id = "create_notification_job",
    tag = "notifications",
    responses((status = 201, body = FullJob, headers(("ETag", description = "The job's version.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    admin: Allowed<rights::NotificationsWrite>,
    actor: Actor,
    Json(draft): Json<JobDraft>,
) -> Result<(StatusCode, ETagged<FullJob>), ApiError> {
    permit(&app, &admin.principal, draft.critical).await?;
    let (job, brief) = app.notifications.service.create_job(&actor, draft).await?;
    Ok((StatusCode::CREATED, full(FullJob::new(job, brief))))
}

/// Get a job with its progress and its message.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs/{id}", operation_id = "get_notification_job",
    tag = "notifications",
    responses((status = 200, body = FullJob, headers(("ETag", description = "The job's version."))), (status = 304, headers(("ETag", description = "The job's version.")))),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    Path(id): Path<JobId>,
    known: IfNoneMatch,
) -> Result<ETagged<FullJob>, ApiError> {
    let (job, brief) = app.notifications.service.job(id).await?;
    Ok(full(FullJob::new(job, brief)).unless(known))
}

/// Change a job that has not started.
///
/// A field that is not sent stays as it is. If the audience changes, or somebody has asked for an approval, the job is
/// a draft again, and has to be started or scheduled anew.
#[utoipa::path(
    patch, path = "/api/v1/notifications/jobs/{id}", operation_id = "update_notification_job",
    tag = "notifications",
    responses((status = 200, body = FullJob, headers(("ETag", description = "The job's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    JobSender(caller): JobSender,
    actor: Actor,
    Path(id): Path<JobId>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(patch): Json<JobPatch>,
) -> Result<ETagged<FullJob>, ApiError> {
    permit(&app, &caller, patch.critical == Some(true)).await?;
    let (job, brief) = app.notifications.service.update_job(&actor, id, patch, &expected).await?;
    Ok(full(FullJob::new(job, brief)))
}

/// Delete a job that is a draft.
#[utoipa::path(
    delete, path = "/api/v1/notifications/jobs/{id}", operation_id = "delete_notification_job",
    tag = "notifications",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
    actor: Actor,
    Path(id): Path<JobId>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.notifications.service.delete_job(&actor, id, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Preview a job without sending it.
///
/// The answer has the number of recipients as of now, which a start needs, and the messages of some of them.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/preview", operation_id = "preview_notification_job",
    tag = "notifications",
    responses((status = 200, body = Preview)),
)]
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    Path(id): Path<JobId>,
) -> Result<Json<Preview>, ApiError> {
    Ok(Json(app.notifications.service.preview_job(id).await?))
}

/// Send a job's message to yourself.
///
/// The message goes to your Telegram account, so the caller must be a user and not an API key.
#[utoipa::path(
    post, path = "/api/v1/notifications/jobs/{id}/test", operation_id = "test_notification_job",
    tag = "notifications",
    responses((status = 202, description = "The message is being sent.")),
)]
pub(crate) async fn test(
    State(app): State<Arc<App>>,
    admin: Allowed<rights::NotificationsWrite>,
    actor: Actor,
    Path(id): Path<JobId>,
) -> Result<StatusCode, ApiError> {
    let Principal::User(user) = admin.principal else {
        return Err(ApiError::new(
            Code::FORBIDDEN,
            "A test message goes to the caller's Telegram account, and an API key has none. Log in as an organiser.",
        ));
    };
    app.notifications.service.test_job(&actor, id, user.id).await?;
    Ok(StatusCode::ACCEPTED)
}
