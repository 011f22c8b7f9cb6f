//! The end of uploads: by their owner, by time, with their owner.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    HTML, PNG, admin, begun, complete, delete, kept, open, pending, ready, records, show, somebody, start, uploaded,
};
use crate::housekeeping;
use crate::support::app::TestApp;
use crate::support::storage::Object;
use crate::support::telegram::Person;

const DAY: i64 = 24 * 3600;

async fn housekeep(app: &TestApp) -> Result<(), String> {
    housekeeping::run(app, Duration::from_secs(60)).await
}

#[tokio::test]
async fn deleted_upload_is_gone_with_its_object_and_its_record_follows() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = ready(&app, &s3, &login).await;
    assert_eq!(delete(&app, &login, &id).await.status, 204);
    assert_eq!((s3.keys(), show(&app, &id).await.error()), (Vec::new(), (404, "NOT_FOUND")));
    assert_eq!(delete(&app, &login, &id).await.error(), (404, "NOT_FOUND"));
    assert_eq!(complete(&app, &login, &id).await.error(), (404, "NOT_FOUND"));
    // Its address is still good: what comes by it goes by housekeeping, and the record with it.
    s3.put(&pending(&id), Object::new(HTML, "image/png"));
    app.clock.advance(DAY - 1);
    housekeep(&app).await.unwrap();
    assert_eq!(records(&app), [(id.clone(), "deleted".to_owned())]);
    app.clock.advance(1);
    housekeep(&app).await.unwrap();
    assert_eq!((records(&app), s3.keys()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn upload_of_yesterday_is_deleted_at_once_with_its_record() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = ready(&app, &s3, &login).await;
    app.clock.advance(2 * DAY);
    housekeep(&app).await.unwrap();
    assert_eq!(records(&app), [(id.clone(), "ready".to_owned())]);
    let login = somebody(&app).await;
    assert_eq!(delete(&app, &login, &id).await.status, 204);
    assert_eq!((records(&app), s3.keys()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn admins_delete_anybodys_upload() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = ready(&app, &s3, &login).await;
    let deleted = app.media().delete(&format!("/api/v1/media/{id}")).header(admin()).send().await;
    assert_eq!((deleted.status, s3.keys()), (204, Vec::new()));
}

#[tokio::test]
async fn deletion_that_dies_at_any_call_is_ended_by_housekeeping() {
    for call in 0..2 {
        let (app, s3) = start().await;
        let login = somebody(&app).await;
        let id = ready(&app, &s3, &login).await;
        s3.fail_after(call);
        assert_eq!(delete(&app, &login, &id).await.status, 500, "{call}");
        // It is not shown any more, and its object goes in the end.
        assert_eq!(show(&app, &id).await.error(), (404, "NOT_FOUND"), "{call}");
        app.clock.advance(DAY);
        housekeep(&app).await.unwrap();
        assert_eq!((records(&app), s3.keys()), (Vec::new(), Vec::new()), "{call}");
    }
}

#[tokio::test]
async fn upload_that_nobody_completes_goes_after_a_day_with_its_object() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let (came, never) = (uploaded(&app, &s3, &login).await, begun(&app, &login).await);
    app.clock.advance(DAY - 1);
    housekeep(&app).await.unwrap();
    assert_eq!((records(&app).len(), s3.keys()), (2, vec![pending(&came)]));
    app.clock.advance(1);
    housekeep(&app).await.unwrap();
    assert_eq!((records(&app), s3.keys(), open(&app)), (Vec::new(), Vec::new(), Some("0".to_owned())));
    let login = somebody(&app).await;
    assert_eq!(complete(&app, &login, &never).await.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn upload_whose_completion_died_goes_after_a_day_and_its_record_an_hour_later() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = uploaded(&app, &s3, &login).await;
    s3.fail_after(2);
    assert_eq!(complete(&app, &login, &id).await.status, 500);
    assert_eq!(records(&app), [(id.clone(), "verified".to_owned())]);
    app.clock.advance(DAY);
    housekeep(&app).await.unwrap();
    assert_eq!((records(&app), s3.keys()), (vec![(id.clone(), "deleted".to_owned())], Vec::new()));
    // The copy that was under way comes late.
    s3.put(&kept(&id), Object::new(PNG, "image/png"));
    app.clock.advance(3600);
    housekeep(&app).await.unwrap();
    assert_eq!((records(&app), s3.keys(), open(&app)), (Vec::new(), Vec::new(), Some("0".to_owned())));
}

#[tokio::test]
async fn upload_that_is_in_use_stays_and_what_was_uploaded_again_goes() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = ready(&app, &s3, &login).await;
    s3.put(&pending(&id), Object::new(HTML, "image/png"));
    app.clock.advance(DAY);
    housekeep(&app).await.unwrap();
    assert_eq!(s3.keys(), [kept(&id)]);
    s3.take();
    housekeep(&app).await.unwrap();
    assert_eq!(s3.take(), Vec::<String>::new(), "it is settled");
    assert_eq!(show(&app, &id).await.status, 307);
}

#[tokio::test]
async fn housekeeping_looks_after_all_uploads_however_many() {
    let (app, s3) = start().await;
    for person in 1..=2 {
        let login = app.login(&Person::new(person)).await;
        for _ in 0..15 {
            uploaded(&app, &s3, &login).await;
        }
    }
    app.clock.advance(DAY);
    housekeep(&app).await.unwrap();
    assert_eq!((records(&app), s3.keys()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn upload_that_cannot_be_looked_after_does_not_keep_the_others_and_fails_the_run() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    for _ in 0..3 {
        uploaded(&app, &s3, &login).await;
    }
    app.clock.advance(DAY);
    s3.fail_after(0);
    assert_eq!(housekeep(&app).await, Err("1 uploads failed".to_owned()));
    assert_eq!((records(&app).len(), s3.keys().len()), (1, 1));
    housekeep(&app).await.unwrap();
    assert_eq!((records(&app), s3.keys()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn export_lists_a_users_uploads_and_erasure_takes_them_along() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let image = ready(&app, &s3, &login).await;
    // Ids sort by time, and at one time by chance.
    app.clock.advance(1);
    let other = begun(&app, &login).await;
    let neighbour = app.login(&Person::new(2)).await;
    let stays = ready(&app, &s3, &neighbour).await;
    let export = app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    let fields = |media: &Value| json!([media["id"], media["status"], media["url"]]);
    let listed: Vec<Value> = export.json["media"].as_array().unwrap().iter().map(fields).collect();
    let url = format!("https://cdn.example.org/image/{image}");
    assert_eq!(listed, [json!([image, "ready", url]), json!([other, "pending", null])]);

    app.leave(&login).await;
    app.clock.advance(7 * DAY);
    housekeep(&app).await.unwrap();
    assert_eq!((s3.keys(), records(&app)), (vec![kept(&stays)], vec![(stays, "ready".to_owned())]));
    assert!(!app.database.items("media").iter().any(|item| item.to_string().contains(&login.user_id)));
}
