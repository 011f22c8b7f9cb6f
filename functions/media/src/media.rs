//! What was uploaded.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use ibw::app::App;
use ibw::auth::model::Principal;
use ibw::error::{ApiError, Code};
use ibw::http::{Authenticated, Path, Scope, scope};
use ibw::id::MediaId;
use ibw::media::service::Uploader;

/// Who uploads: any user, and a key that has the scope.
pub(crate) fn uploader(principal: &Principal) -> Result<Uploader, ApiError> {
    let is_admin = principal.may(scope::MediaWrite::NAME);
    if matches!(principal, Principal::Key(_)) && !is_admin {
        let error = ApiError::new(Code::Forbidden, "The API key lacks the scope.");
        return Err(error.detail("scope", scope::MediaWrite::NAME));
    }
    Ok(Uploader { name: principal.name(), is_admin })
}

/// Find an image or a video: a redirect to where it is.
#[utoipa::path(
    get, path = "/api/v1/media/{id}", operation_id = "get_media", tag = "media",
    responses(
        (status = 307, description = "It is at `Location`.", headers(("Location", description = "Its address."))),
    ),
)]
pub(crate) async fn show(State(app): State<Arc<App>>, Path(id): Path<MediaId>) -> Result<Redirect, ApiError> {
    Ok(Redirect::temporary(&app.media.service.public_url(id).await?))
}

/// Delete an upload of one's own; admins, anybody's.
#[utoipa::path(
    delete, path = "/api/v1/media/{id}", operation_id = "delete_media", tag = "media",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Authenticated(principal): Authenticated,
    Path(id): Path<MediaId>,
) -> Result<StatusCode, ApiError> {
    app.media.service.delete(&uploader(&principal)?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
