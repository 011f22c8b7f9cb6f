//! Takedown: staff deletes an upload for good. And imports, which are deleted by themselves.

use std::time::Duration;

use ibw::audit::model::Actor;
use serde_json::json;

use super::{
    HTML, PNG, UPLOADS, admin, complete, delete, kept, pending, ready, records, show, somebody, start, uploaded,
};
use crate::housekeeping;
use crate::support::app::TestApp;
use crate::support::storage::Object;

const DAY: i64 = 24 * 3600;

async fn take_down(app: &TestApp, id: &str) -> serde_json::Value {
    let actor = Actor { name: "bootstrap".to_owned(), request_id: "r".to_owned() };
    let taken = app.backstage().media.service.takedown(&actor, id.parse().unwrap()).await.unwrap();
    serde_json::to_value(taken).unwrap()
}

async fn housekeep(app: &TestApp) {
    housekeeping::run(app, Duration::from_secs(60)).await.unwrap();
}

#[tokio::test]
async fn upload_that_is_taken_down_is_gone_at_once_and_its_owner_cannot_bring_it_back() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = ready(&app, &s3, &login).await;
    for _ in 0..2 {
        let taken = take_down(&app, &id).await;
        assert_eq!((&taken["status"], &taken["url"]), (&json!("taken_down"), &json!(null)));
        assert_eq!((show(&app, &id).await.error(), s3.keys()), ((404, "NOT_FOUND"), Vec::new()));
    }
    let audit = app.database.items("audit");
    let [entry] = &audit[..] else { panic!("one takedown: {audit:?}") };
    assert_eq!(
        (&entry["action"]["S"], &entry["object"]["S"]),
        (&json!("media.takedown"), &json!(format!("media/{id}")))
    );
    // The address to upload to is still good.
    s3.put(&pending(&id), Object::new(PNG, "image/png"));
    assert_eq!(complete(&app, &login, &id).await.error(), (404, "NOT_FOUND"));
    assert_eq!(delete(&app, &login, &id).await.error(), (404, "NOT_FOUND"));
    s3.put(&pending(&id), Object::new(HTML, "image/png"));
    app.clock.advance(DAY);
    housekeep(&app).await;
    assert_eq!((s3.keys(), records(&app)), (Vec::new(), vec![(id.clone(), "taken_down".to_owned())]));
    app.clock.advance(30 * DAY);
    housekeep(&app).await;
    assert_eq!(records(&app), [(id.clone(), "taken_down".to_owned())]);
    let login = somebody(&app).await;
    let export = app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    assert_eq!(export.json["media"][0]["status"], "taken_down");
    // Its room is the owner's again.
    let items = app.database.items("media");
    let quota = items.iter().find(|item| item["entity"]["S"] == "media_quota").unwrap();
    assert_eq!((&quota["objects"]["N"], &quota["bytes"]["N"]), (&json!("0"), &json!("0")));
}

#[tokio::test]
async fn upload_that_is_taken_down_during_its_completion_is_never_shown() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let id = uploaded(&app, &s3, &login).await;
    // The completion dies before its copy, the takedown comes, and the copy of another one is late.
    s3.fail_after(2);
    assert_eq!(complete(&app, &login, &id).await.status, 500);
    take_down(&app, &id).await;
    s3.put(&kept(&id), Object::new(PNG, "image/png"));
    assert_eq!(show(&app, &id).await.error(), (404, "NOT_FOUND"));
    assert_eq!(complete(&app, &login, &id).await.error(), (404, "NOT_FOUND"));
    assert_eq!(s3.keys(), Vec::<String>::new());
    // Or it is the last to come.
    s3.put(&kept(&id), Object::new(PNG, "image/png"));
    app.clock.advance(DAY + 3600);
    housekeep(&app).await;
    assert_eq!((s3.keys(), records(&app)), (Vec::new(), vec![(id, "taken_down".to_owned())]));
}

#[tokio::test]
async fn import_is_deleted_after_a_week() {
    let (app, s3) = start().await;
    let csv = b"code,name,ticket_type\nticket-1,Asha,Standard\n";
    let new = json!({"kind": "import", "content_type": "text/csv", "size": csv.len()});
    let begun = app.media().post(UPLOADS).header(admin()).json(&new).send().await;
    let id = begun.json["id"].as_str().expect("an id").to_owned();
    s3.put(&format!("pending/import/{id}"), Object::new(csv.to_vec(), "text/csv"));
    let done = app.media().post(&format!("/api/v1/media/{id}/complete")).header(admin()).send().await;
    assert_eq!(done.status, 200, "{}", done.text);
    for (days, keys) in [(1, 1), (5, 1), (1, 0)] {
        app.clock.advance(days * DAY);
        housekeep(&app).await;
        assert_eq!((s3.keys().len(), records(&app).len()), (keys, keys), "{days}");
    }
}
