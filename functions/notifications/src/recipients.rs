//! Who a job went to, and what became of it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Admin, Json, Paged, Path, csv_file, scope};
use ibw::id::JobId;
use ibw::notifications::model::DeliveryState;
use ibw::notifications::view::Recipient;
use ibw::page::Page;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which recipients to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<DeliveryState>,
}

/// List a job's recipients. With `state` a page may have fewer than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs/{id}/recipients",
    operation_id = "list_recipients_of_notification_job", tag = "notification jobs",
    responses((status = 200, body = Page<Recipient>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsRead>,
    Path(id): Path<JobId>,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<Recipient>>, ApiError> {
    Ok(Json(app.notifications.service.recipients(id, query.state, &page).await?))
}

/// Get all recipients of a job as a CSV file: `user_id,group,state,reason,at`.
///
/// 100,000 of them fit into an answer only when it is compressed.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs/{id}/export", operation_id = "export_notification_job",
    tag = "notification jobs",
    responses((status = 200, body = String, content_type = "text/csv")),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsRead>,
    Path(id): Path<JobId>,
) -> Result<Response, ApiError> {
    Ok(csv_file(&id.to_string(), app.notifications.service.export(id).await?.0))
}
