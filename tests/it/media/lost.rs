//! Uploads where an answer of DynamoDB is lost.

use ibw::users::grants::AccessRole;

use super::audit::import;
use super::{begin, complete, delete, png, ready, somebody, start, uploaded};
use crate::lossless::unharmed;
use crate::support::telegram::Person;
use crate::users::login_with_role;

#[tokio::test]
async fn uploads_are_begun_completed_and_deleted_once() {
    let begun = async || {
        let (app, s3) = start().await;
        let login = somebody(&app).await;
        (app, (s3, login))
    };
    unharmed("media.begin", begun, async |(app, (_, login))| begin(app, login, &png()).await).await;
    let stored = async || {
        let (app, (s3, login)) = begun().await;
        let id = uploaded(&app, &s3, &login).await;
        (app, (s3, login, id))
    };
    unharmed("media.complete", stored, async |(app, (_, login, id))| complete(app, login, id).await).await;
    let kept = async || {
        let (app, (s3, login)) = begun().await;
        let id = ready(&app, &s3, &login).await;
        (app, (s3, login, id))
    };
    unharmed("media.delete", kept, async |(app, (_, login, id))| delete(app, login, id).await).await;
}

#[tokio::test]
async fn acts_of_staff_are_done_and_audited_once() {
    let begun = async || {
        let (app, s3) = start().await;
        let staff = login_with_role(&app, &Person::new(2), AccessRole::Organizer).await;
        let id = import(&app, &s3, &staff).await;
        (app, (s3, staff, id))
    };
    unharmed("media.complete_import", begun, async |(app, (_, staff, id))| complete(app, staff, id).await).await;
    unharmed("media.delete_import", begun, async |(app, (_, staff, id))| delete(app, staff, id).await).await;
}
