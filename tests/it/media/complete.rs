//! The completion of an upload: what is taken, what is rejected, and that nothing can be exchanged afterwards.

use serde_json::{Value, json};

use super::{
    HTML, PNG, UPLOADS, admin, begun, complete, kept, open, pending, ready, records, show, somebody, start, uploaded,
};
use crate::support::storage::Object;
use crate::support::telegram::Person;

#[tokio::test]
async fn completed_image_is_found_by_everybody_where_it_stays() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = uploaded(&app, &s3, &login).await;
    assert_eq!(show(&app, &id).await.error(), (404, "NOT_FOUND"));
    let function = app.media();
    let path = format!("/api/v1/media/{id}/complete");
    let completed = function.post(&path).header(login.bearer()).send().await;
    let url = format!("https://cdn.example.org/image/{id}");
    let expected = json!({
        "id": id, "kind": "image", "content_type": "image/png", "size": PNG.len(), "status": "ready", "rejection": null,
        "url": url, "created_at": "2026-11-22T09:30:00.000Z",
    });
    assert_eq!((completed.status, &completed.json), (200, &expected));
    let calls: Vec<String> = function.watch.take().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["UpdateItem", "GetItem", "PutItem", "TransactWriteItems"]);
    assert_eq!(s3.take(), ["HEAD", "GET", "COPY", "DELETE"]);
    assert_eq!((s3.keys(), s3.object(&kept(&id))), (vec![kept(&id)], Some(Object::new(PNG, "image/png"))));
    let found = show(&app, &id).await;
    assert_eq!((found.status, found.header("location")), (307, url.as_str()));
    assert_eq!(open(&app), Some("0".to_owned()));
    // Done again, it answers the same and touches nothing.
    let again = complete(&app, &login, &id).await;
    assert_eq!((again.status, &again.json), (200, &expected));
    assert_eq!(s3.take(), Vec::<String>::new());
}

#[tokio::test]
async fn upload_of_another_type_or_length_is_rejected_and_its_object_deleted() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let longer = [PNG, b"\0"].concat();
    let huge = [PNG, &vec![0; 10 * 1024 * 1024]].concat();
    for (object, code, reason) in [
        (Object::new(HTML, "image/png"), "MEDIA_TYPE_MISMATCH", "wrong_type"),
        (Object::new(PNG, "text/html"), "MEDIA_TYPE_MISMATCH", "wrong_type"),
        (Object::new(longer, "image/png"), "MEDIA_SIZE_MISMATCH", "wrong_size"),
        (Object::new(&PNG[..8], "image/png"), "MEDIA_SIZE_MISMATCH", "wrong_size"),
        (Object::new(b"", "image/png"), "MEDIA_SIZE_MISMATCH", "wrong_size"),
        (Object::new(huge, "image/png"), "MEDIA_TOO_LARGE", "too_large"),
    ] {
        let id = begun(&app, &login).await;
        s3.put(&pending(&id), object);
        for _ in 0..2 {
            assert_eq!(complete(&app, &login, &id).await.error(), (422, code));
            assert_eq!((s3.keys(), open(&app)), (Vec::new(), Some("0".to_owned())));
        }
        assert_eq!(show(&app, &id).await.error(), (404, "NOT_FOUND"));
        let items = app.database.items("media");
        let record = items.iter().find(|item| item["id"]["S"] == id).unwrap();
        assert_eq!((&record["state"]["S"], &record["reason"]["S"]), (&json!("rejected"), &json!(reason)));
        // What is uploaded after the rejection goes at the next completion, or by housekeeping.
        s3.put(&pending(&id), Object::new(PNG, "image/png"));
        assert_eq!(complete(&app, &login, &id).await.error(), (422, code));
        assert_eq!(s3.keys(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn upload_that_has_not_come_can_come_until_its_address_expires() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let (slow, never) = (begun(&app, &login).await, begun(&app, &login).await);
    assert_eq!(complete(&app, &login, &slow).await.error(), (422, "MEDIA_NOT_UPLOADED"));
    s3.put(&pending(&slow), Object::new(PNG, "image/png"));
    app.clock.advance(15 * 60 + 1);
    assert_eq!(complete(&app, &login, &never).await.error(), (422, "MEDIA_UPLOAD_EXPIRED"));
    // It began in time.
    assert_eq!(complete(&app, &login, &slow).await.status, 200);
    s3.put(&pending(&never), Object::new(PNG, "image/png"));
    assert_eq!(complete(&app, &login, &never).await.error(), (422, "MEDIA_UPLOAD_EXPIRED"));
    assert_eq!((s3.keys(), open(&app)), (vec![kept(&slow)], Some("0".to_owned())));
}

#[tokio::test]
async fn somebody_elses_upload_is_not_there() {
    let (app, s3) = start().await;
    let (owner, other) = (somebody(&app).await, app.login(&Person::new(2)).await);
    let id = uploaded(&app, &s3, &owner).await;
    let before = app.database.items("media");
    assert_eq!(complete(&app, &other, &id).await.error(), (404, "NOT_FOUND"));
    let key = app.media().post(&format!("/api/v1/media/{id}/complete")).header(admin()).send().await;
    assert_eq!(key.error(), (404, "NOT_FOUND"));
    assert_eq!(super::delete(&app, &other, &id).await.error(), (404, "NOT_FOUND"));
    assert_eq!(
        app.media().post(&format!("/api/v1/media/{id}/complete")).send().await.error(),
        (401, "AUTHENTICATION_REQUIRED")
    );
    assert_eq!((app.database.items("media"), s3.keys()), (before, vec![pending(&id)]));
}

#[tokio::test]
async fn object_that_is_replaced_while_it_is_looked_at_is_rejected() {
    for moment in ["GET", "COPY"] {
        let (app, s3) = start().await;
        let login = somebody(&app).await;
        let id = uploaded(&app, &s3, &login).await;
        s3.replace_before(moment, &pending(&id), Object::new(HTML, "image/png"));
        assert_eq!(complete(&app, &login, &id).await.error(), (422, "MEDIA_CHANGED"), "{moment}");
        assert_eq!((s3.keys(), open(&app)), (Vec::new(), Some("0".to_owned())));
    }
}

#[tokio::test]
async fn object_that_is_uploaded_again_after_completion_changes_nothing() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = ready(&app, &s3, &login).await;
    // The address is still good for some minutes.
    s3.put(&pending(&id), Object::new(HTML, "image/png"));
    assert_eq!(complete(&app, &login, &id).await.status, 200);
    assert_eq!(s3.object(&kept(&id)), Some(Object::new(PNG, "image/png")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn completions_at_once_make_one_object_and_free_one_place() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = uploaded(&app, &s3, &login).await;
    let function = app.media();
    let request = || function.post(&format!("/api/v1/media/{id}/complete")).header(login.bearer()).send();
    let completions: Vec<_> = (0..8).map(|_| tokio::spawn(request())).collect();
    for completion in completions {
        let status = completion.await.unwrap().status;
        assert!(matches!(status, 200 | 409), "{status}");
    }
    assert_eq!(complete(&app, &login, &id).await.status, 200);
    assert_eq!((s3.keys(), open(&app)), (vec![kept(&id)], Some("0".to_owned())));
}

#[tokio::test]
async fn completion_that_dies_at_any_call_is_ended_by_the_next() {
    // Looking, reading, copying; of the last call, the deletion, the failure is put up with.
    for call in 0..4 {
        let (app, s3) = start().await;
        let login = somebody(&app).await;
        let id = uploaded(&app, &s3, &login).await;
        s3.fail_after(call);
        let expected = if call < 3 { 500 } else { 200 };
        assert_eq!(complete(&app, &login, &id).await.status, expected, "{call}");
        assert_eq!(complete(&app, &login, &id).await.status, 200, "{call}");
        assert_eq!(s3.object(&kept(&id)), Some(Object::new(PNG, "image/png")), "{call}");
        assert_eq!((records(&app), open(&app)), (vec![(id, "ready".to_owned())], Some("0".to_owned())), "{call}");
    }
}

#[tokio::test]
async fn import_is_kept_for_imports_and_shown_to_nobody() {
    let (app, s3) = start().await;
    let content = "code,name\nT-1,Asha\n";
    let new = json!({"kind": "import", "content_type": "text/csv", "size": content.len()});
    let begun = app.media().post(UPLOADS).header(admin()).json(&new).send().await;
    let id = begun.json["id"].as_str().unwrap().to_owned();
    s3.put(&format!("pending/import/{id}"), Object::new(content, "text/csv"));
    let media = app.backstage().media.service.clone();
    assert!(media.import(id.parse().unwrap()).await.is_err(), "it is not ready");
    let completed = app.media().post(&format!("/api/v1/media/{id}/complete")).header(admin()).send().await;
    assert_eq!((completed.status, &completed.json["url"]), (200, &Value::Null), "{}", completed.text);
    assert_eq!(show(&app, &id).await.error(), (404, "NOT_FOUND"));
    let import = media.import(id.parse().unwrap()).await.unwrap();
    assert_eq!(media.content(&import).await.unwrap(), content.as_bytes());
    let login = somebody(&app).await;
    let image = ready(&app, &s3, &login).await;
    assert!(media.import(image.parse().unwrap()).await.is_err(), "an image is no import");
}

#[tokio::test]
async fn kept_copy_has_no_header_of_its_uploader() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = begun(&app, &login).await;
    let spiked = Object::new(PNG, "image/png")
        .with("content-disposition", "attachment; filename=\"invoice.exe\"")
        .with("content-encoding", "gzip")
        .with("cache-control", "max-age=0")
        .with("content-language", "x-evil")
        .with("x-amz-meta-note", "<script>");
    s3.put(&pending(&id), spiked);
    assert_eq!(complete(&app, &login, &id).await.status, 200);
    assert_eq!(s3.object(&kept(&id)), Some(Object::new(PNG, "image/png")));
}
