//! Uploading: a signed address to upload to, then a check of what arrived.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Json, Path};
use ibw::media::model::MediaId;
use ibw::media::service::NewUpload;
use ibw::media::view::{BegunUpload, MediaView};

use crate::caller::UploadCaller;

/// Begin an upload.
///
/// Send the file with the request in `upload` within 15 minutes. Then complete the upload.
#[utoipa::path(
    post, path = "/api/v1/media/uploads", operation_id = "begin_media_upload", tag = "media",
    responses((status = 201, body = BegunUpload)),
)]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    UploadCaller(uploader): UploadCaller,
    Json(new): Json<NewUpload>,
) -> Result<(StatusCode, Json<BegunUpload>), ApiError> {
    let begun = app.media.service.begin(&uploader, &new).await?;
    Ok((StatusCode::CREATED, Json(begun)))
}

/// Complete an upload.
///
/// Checks the uploaded file. The upload becomes `ready` or `rejected`. A repeated request has the same answer.
#[utoipa::path(
    post, path = "/api/v1/media/{id}/complete", operation_id = "complete_media_upload", tag = "media",
    responses((status = 200, body = MediaView)),
)]
pub(crate) async fn complete(
    State(app): State<Arc<App>>,
    UploadCaller(uploader): UploadCaller,
    Path(id): Path<MediaId>,
) -> Result<Json<MediaView>, ApiError> {
    Ok(Json(app.media.service.complete(&uploader, id).await?))
}
