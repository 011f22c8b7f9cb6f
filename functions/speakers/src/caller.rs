//! The caller of a route that changes a speaker: the path names the speaker, and the right may be on its conference.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ibw::app::App;
use ibw::auth::rights::SpeakersWrite;
use ibw::error::ApiError;
use ibw::http::{Allowed, AllowedSomewhere, Describe, Described, Path, lacks};
use ibw::speakers::model::SpeakerId;
use ibw::users::grants::Resource;

/// A caller with the right to change the speaker of the path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Editor;

impl FromRequestParts<Arc<App>> for Editor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = AllowedSomewhere::<SpeakersWrite>::from_request_parts(parts, app).await?;
        if caller.reach.covers(&Resource::Everything) {
            return Ok(Self);
        }
        let Path(id) = Path::<SpeakerId>::from_request_parts(parts, app).await?;
        let conference = app.speakers.service.get(id).await?.conference;
        if caller.reach.covers(&Resource::Conference(conference)) { Ok(Self) } else { Err(lacks::<SpeakersWrite>()) }
    }
}

impl Describe for Editor {
    fn describe(described: &mut Described) {
        Allowed::<SpeakersWrite>::describe(described);
    }
}
