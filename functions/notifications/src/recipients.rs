//! Who a job went to, and what became of it.

use std::io::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use ibw::app::App;
use ibw::error::{ApiError, Code};
use ibw::http::{Admin, Errors, Json, PageQuery, Path, Query, scope};
use ibw::id::JobId;
use ibw::notifications::model::DeliveryState;
use ibw::notifications::service::Recipient;
use ibw::page::Page;
use serde::Deserialize;
use utoipa::IntoParams;

/// Bytes of an answer: Lambda takes 6 MB, of which base64 and the envelope need a part.
const MAX_ANSWER: usize = 4_300_000;

/// Which recipients to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<DeliveryState>,
    /// Recipients of the page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List a job's recipients. With `state` a page may have fewer than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs/{id}/recipients", operation_id = "list_recipients_of_notification_job",
    tag = "notification jobs",
    params(("id" = JobId, Path, description = "The job."), ListQuery), security(("bearer" = []), ("api_key" = [])),
    responses((status = 200, body = Page<Recipient>), Errors),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsRead>,
    Path(id): Path<JobId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Recipient>>, ApiError> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor }.checked()?;
    Ok(Json(app.notifications.recipients(id, query.state, &page).await?))
}

/// Get all recipients of a job as a CSV file: `user_id,group,state,reason,at`.
///
/// 100,000 of them fit into an answer only when it is compressed: send `Accept-Encoding: gzip`.
#[utoipa::path(
    get, path = "/api/v1/notifications/jobs/{id}/export", operation_id = "export_notification_job",
    tag = "notification jobs",
    params(("id" = JobId, Path, description = "The job.")), security(("bearer" = []), ("api_key" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), Errors),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsRead>,
    Path(id): Path<JobId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let csv = app.notifications.export(id).await?.0;
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let gzip = accepted.split([',', ';']).any(|one| matches!(one.trim(), "gzip" | "*"));
    let body = if gzip { compressed(&csv).map_err(ApiError::internal)? } else { csv };
    if body.len() > MAX_ANSWER {
        return Err(ApiError::new(Code::NotAcceptable, "The file is too large to be sent uncompressed."));
    }
    let name = format!("attachment; filename=\"{id}.csv\"");
    let mut response =
        ([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, &name)], body).into_response();
    if gzip {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn compressed(csv: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(csv)?;
    encoder.finish()
}
