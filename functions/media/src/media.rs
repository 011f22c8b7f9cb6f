//! What was uploaded: find it, delete it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::Path;
use ibw::media::model::MediaId;

use crate::caller::UploadCaller;

/// Get an image or a video.
///
/// The answer is a redirect to the file on the CDN. Uploads of the kind `import` are never shown.
#[utoipa::path(
    get, path = "/api/v1/media/{id}", operation_id = "get_media", tag = "media",
    responses((
        status = 307, description = "Redirect to the file.",
        headers(("Location" = String, description = "URL of the file.")),
    )),
)]
pub(crate) async fn show(State(app): State<Arc<App>>, Path(id): Path<MediaId>) -> Result<Redirect, ApiError> {
    Ok(Redirect::temporary(&app.media.service.public_url(id).await?))
}

/// Delete an upload.
///
/// Users can delete their own uploads. Admins can delete all uploads.
#[utoipa::path(
    delete, path = "/api/v1/media/{id}", operation_id = "delete_media", tag = "media",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    UploadCaller(uploader): UploadCaller,
    Path(id): Path<MediaId>,
) -> Result<StatusCode, ApiError> {
    app.media.service.delete(&uploader, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
