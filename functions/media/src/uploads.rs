//! Uploading: an address to upload to, then a look at what came.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Authenticated, Json, Path};
use ibw::id::MediaId;
use ibw::media::service::NewUpload;
use ibw::media::view::{BegunUpload, MediaView};

use crate::media::uploader;

/// Begin an upload. Send the file with `upload`, within 15 minutes, then complete it.
#[utoipa::path(
    post, path = "/api/v1/media/uploads", operation_id = "begin_upload", tag = "media",
    responses((status = 201, body = BegunUpload)),
)]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Authenticated(principal): Authenticated,
    Json(new): Json<NewUpload>,
) -> Result<(StatusCode, Json<BegunUpload>), ApiError> {
    let begun = app.media.service.begin(&uploader(&principal)?, &new).await?;
    Ok((StatusCode::CREATED, Json(begun)))
}

/// Complete an upload: it is looked at, and is ready or was not taken. Done again, it answers the same.
#[utoipa::path(
    post, path = "/api/v1/media/{id}/complete", operation_id = "complete_upload", tag = "media",
    responses((status = 200, body = MediaView)),
)]
pub(crate) async fn complete(
    State(app): State<Arc<App>>,
    Authenticated(principal): Authenticated,
    Path(id): Path<MediaId>,
) -> Result<Json<MediaView>, ApiError> {
    Ok(Json(app.media.service.complete(&uploader(&principal)?.name, id).await?))
}
