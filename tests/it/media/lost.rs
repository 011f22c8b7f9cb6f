//! Uploads where an answer of DynamoDB is lost.

use super::{begin, complete, delete, png, ready, somebody, start, uploaded};
use crate::lossless::unharmed;

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
