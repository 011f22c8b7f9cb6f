//! Who may send a job: critical messages reach users who turned notifications off, so they need a right of their own, and
//! fresh proof.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ibw::app::App;
use ibw::auth::model::Principal;
use ibw::auth::rights::{NotificationsCritical, NotificationsWrite};
use ibw::error::ApiError;
use ibw::http::{Allowed, Describe, Described, FreshProof, Path, lacks};
use ibw::notifications::error::NotificationError;
use ibw::notifications::model::JobId;

/// A caller who may change and send the job of the path, as critical or not as it is.
#[derive(Clone, Debug)]
pub(crate) struct JobSender(pub(crate) Principal);

impl FromRequestParts<Arc<App>> for JobSender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Allowed { principal, .. } = Allowed::<NotificationsWrite>::from_request_parts(parts, app).await?;
        let Path(id) = Path::<JobId>::from_request_parts(parts, app).await?;
        match app.notifications.service.job(id).await {
            Ok((job, _)) => permit(app, &principal, job.critical).await?,
            // The handler says so.
            Err(NotificationError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Self(principal))
    }
}

impl Describe for JobSender {
    fn describe(described: &mut Described) {
        Allowed::<NotificationsWrite>::describe(described);
        FreshProof::describe(described);
    }
}

/// Refuses a caller who may not send critical messages, or gives no fresh proof, if a message is critical.
pub(crate) async fn permit(app: &App, principal: &Principal, is_critical: bool) -> Result<(), ApiError> {
    if !is_critical {
        return Ok(());
    }
    if !principal.may::<NotificationsCritical>() {
        return Err(lacks::<NotificationsCritical>());
    }
    Ok(app.auth.service.require_fresh_proof(principal).await?)
}
