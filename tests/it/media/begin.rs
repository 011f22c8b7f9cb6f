//! The beginning of an upload.

use ibw::users::grants::AccessRole;
use serde_json::json;

use super::{UPLOADS, admin, begin, begun, delete, open, png, ready, somebody, start};
use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::login_with_role;

#[tokio::test]
async fn begun_upload_has_an_address_of_its_own_for_a_quarter_of_an_hour() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let function = app.media();
    let response = function.post(UPLOADS).header(login.bearer()).json(&png()).send().await;
    assert_eq!(response.status, 201, "{}", response.text);
    let upload = &response.json["upload"];
    assert_eq!(upload["method"], "PUT");
    assert_eq!(upload["headers"], json!({"content-type": "image/png"}));
    assert_eq!(upload["expires_at"], "2026-11-22T09:45:00.000Z");
    let url = upload["url"].as_str().unwrap();
    assert!(url.contains(&format!("/pending/image/{}?", response.json["id"].as_str().unwrap())), "{url}");
    // The request is counted, then the upload is stored. Signing sends nothing.
    let calls: Vec<String> = function.watch.take().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["UpdateItem", "TransactWriteItems"]);
    assert_eq!(s3.take(), Vec::<String>::new());
}

#[tokio::test]
async fn upload_that_may_not_be_is_refused_and_stores_nothing() {
    let (app, _) = start().await;
    let login = somebody(&app).await;
    let upload =
        |kind: &str, content_type: &str, size: i64| json!({"kind": kind, "content_type": content_type, "size": size});
    let (mb, import) = (1024 * 1024, "import");
    for (new, status, code) in [
        (upload("image", "image/svg+xml", 7), 400, "INVALID_BODY"),
        (upload("image", "text/html", 7), 400, "INVALID_BODY"),
        (upload("image", "video/mp4", 7), 400, "INVALID_BODY"),
        (upload("audio", "image/png", 7), 400, "INVALID_BODY"),
        (upload("image", "image/png", 0), 400, "INVALID_BODY"),
        (upload("image", "image/png", -1), 400, "INVALID_BODY"),
        (upload("image", "image/png", 10 * mb + 1), 422, "MEDIA_TOO_LARGE"),
        (upload("video", "video/mp4", 7), 403, "FORBIDDEN"),
        (upload(import, "text/csv", 7), 403, "FORBIDDEN"),
        (json!({"kind": "image", "content_type": "image/png", "size": 7, "key": "image/other"}), 400, "INVALID_BODY"),
    ] {
        assert_eq!(begin(&app, &login, &new).await.error(), (status, code), "{new}");
    }
    let anonymous = app.media().post(UPLOADS).json(&png()).send().await;
    assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"));
    assert_eq!(app.database.items("media").len(), 0);
}

#[tokio::test]
async fn upload_of_the_largest_size_is_taken() {
    let (app, _) = start().await;
    let login = somebody(&app).await;
    let new =
        |kind: &str, content_type: &str, size: u64| json!({"kind": kind, "content_type": content_type, "size": size});
    assert_eq!(begin(&app, &login, &new("image", "image/avif", 10 * 1024 * 1024)).await.status, 201);
    let organizer = login_with_role(&app, &Person::new(3), AccessRole::Organizer).await;
    assert_eq!(begin(&app, &organizer, &new("video", "video/quicktime", 200 * 1024 * 1024)).await.status, 201);
    let larger = begin(&app, &organizer, &new("video", "video/mp4", 200 * 1024 * 1024 + 1)).await;
    assert_eq!(larger.error(), (422, "MEDIA_TOO_LARGE"));
    let import = json!({"kind": "import", "content_type": "application/json", "size": 20 * 1024 * 1024});
    assert_eq!(app.media().post(UPLOADS).header(admin()).json(&import).send().await.status, 201);
}

#[tokio::test]
async fn upload_beyond_twenty_under_way_is_refused_until_one_ends() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    ready(&app, &s3, &login).await;
    let mut first = String::new();
    for _ in 0..20 {
        first = begun(&app, &login).await;
    }
    assert_eq!(begin(&app, &login, &png()).await.error(), (409, "MEDIA_QUOTA_EXCEEDED"));
    assert_eq!(open(&app), Some("20".to_owned()));
    assert_eq!(delete(&app, &login, &first).await.status, 204);
    begun(&app, &login).await;
    assert_eq!(begin(&app, &login, &png()).await.error(), (409, "MEDIA_QUOTA_EXCEEDED"));
    // Somebody else's are their own.
    let other = app.login(&Person::new(2)).await;
    begun(&app, &other).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_begun_at_once_are_never_more_than_twenty() {
    let (app, _) = start().await;
    let login = somebody(&app).await;
    let function = app.media();
    let begin = || function.post(UPLOADS).header(login.bearer()).json(&png()).send();
    let begins: Vec<_> = (0..32).map(|_| tokio::spawn(begin())).collect();
    let mut statuses = Vec::new();
    for begin in begins {
        statuses.push(begin.await.unwrap().status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201; 20], vec![409; 12]].concat());
    assert_eq!(open(&app), Some("20".to_owned()));
}

#[tokio::test]
async fn function_without_storage_takes_no_upload() {
    let app = TestApp::start().await;
    let login = somebody(&app).await;
    assert_eq!(begin(&app, &login, &png()).await.error(), (500, "INTERNAL_ERROR"));
    assert_eq!(app.database.items("media").len(), 0);
}
