//! The recipients of a job, and the result of each delivery.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use ibw::app::App;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, Json, Paged, Path, csv_file};
use ibw::notifications::model::{DeliveryState, JobId};
use ibw::notifications::view::Recipient;
use ibw::page::Page;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which recipients to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Filter by delivery state. Default: all.
    #[param(inline)]
    state: Option<DeliveryState>,
}

/// List the recipients of a job.
///
/// With `state`, a page can have fewer items than `limit` although there are more pages.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs/{id}/recipients",
    operation_id = "list_notification_job_recipients", tag = "notifications",
    responses((status = 200, body = Page<Recipient>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    Path(id): Path<JobId>,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<Recipient>>, ApiError> {
    Ok(Json(app.notifications.service.recipients(id, query.state, &page).await?))
}

/// Export the recipients of a job as CSV.
///
/// The columns are `user_id,group,state,reason,at`. For a large job, send `Accept-Encoding: gzip`.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs/{id}/export", operation_id = "export_notification_job_recipients",
    tag = "notifications",
    responses((
        status = 200, body = String, content_type = "text/csv",
        headers(("Content-Disposition" = String, description = "The file name: the job's id with `.csv`.")),
    )),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    Path(id): Path<JobId>,
) -> Result<Response, ApiError> {
    Ok(csv_file(&id.to_string(), app.notifications.service.export(id).await?.0))
}
