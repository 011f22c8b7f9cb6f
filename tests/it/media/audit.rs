//! Who did what to uploads: acts that take a right, and none with an own image.

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{HTML, PNG, UPLOADS, admin, begin, delete, png, ready, somebody, start};
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::storage::{FakeS3, Object};
use crate::support::telegram::Person;
use crate::users::login_with_role;

const CSV: &[u8] = b"code,name,ticket_type\nticket-1,Asha,Standard\n";

/// The entries, in the order of their acts: action, actor and object.
fn entries(app: &TestApp) -> Vec<[String; 3]> {
    let mut items = app.database.items("audit");
    items.sort_by_key(|item| item["id"]["S"].to_string());
    let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
    items.iter().map(|item| ["action", "actor", "object"].map(|name| text(item, name))).collect()
}

/// Begins an import and uploads it: its id.
pub(super) async fn import(app: &TestApp, s3: &FakeS3, login: &Login) -> String {
    let new = json!({"kind": "import", "content_type": "text/csv", "size": CSV.len()});
    let begun = begin(app, login, &new).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let id = begun.json["id"].as_str().unwrap().to_owned();
    s3.put(&format!("pending/import/{id}"), Object::new(CSV.to_vec(), "text/csv"));
    id
}

/// Completes an upload, at a time of its own.
async fn complete(app: &TestApp, credential: (&str, String), id: &str) -> TestResponse {
    app.clock.advance(1);
    app.media().post(&format!("/api/v1/media/{id}/complete")).header(credential).send().await
}

#[tokio::test]
async fn image_of_ones_own_has_no_entry_and_its_deletion_by_staff_has_one() {
    let (app, s3) = start().await;
    let user = somebody(&app).await;
    let staff = login_with_role(&app, &Person::new(2), AccessRole::Organizer).await;
    for owner in [&user, &staff] {
        let id = ready(&app, &s3, owner).await;
        assert_eq!(delete(&app, owner, &id).await.status, 204);
    }
    assert_eq!(entries(&app), Vec::<[String; 3]>::new());
    let id = ready(&app, &s3, &user).await;
    assert_eq!((delete(&app, &staff, &id).await.status, delete(&app, &staff, &id).await.status), (204, 404));
    assert_eq!(entries(&app), [["media.delete".to_owned(), staff.user_id, format!("media/{id}")]]);
    let entry = app.database.items("audit").remove(0);
    assert_eq!(
        (&entry["old"]["M"], &entry["new"]["M"]),
        (&json!({"state": {"S": "ready"}}), &json!({"state": {"S": "deleted"}}))
    );
}

#[tokio::test]
async fn import_is_audited_when_it_is_begun_completed_and_deleted_and_a_repeat_is_not() {
    let (app, s3) = start().await;
    let staff = login_with_role(&app, &Person::new(2), AccessRole::Organizer).await;
    let id = import(&app, &s3, &staff).await;
    for _ in 0..2 {
        assert_eq!(complete(&app, staff.bearer(), &id).await.status, 200);
    }
    app.clock.advance(1);
    assert_eq!(delete(&app, &staff, &id).await.status, 204);
    let object = format!("media/{id}");
    let expected = ["media.begin", "media.complete", "media.delete"];
    assert_eq!(entries(&app), expected.map(|action| [action.to_owned(), staff.user_id.clone(), object.clone()]));
}

#[tokio::test]
async fn upload_of_a_key_that_is_rejected_is_audited_with_the_reason() {
    let (app, s3) = start().await;
    let begun = app.media().post(UPLOADS).header(admin()).json(&png()).send().await;
    let id = begun.json["id"].as_str().unwrap();
    s3.put(&super::pending(id), Object::new(HTML, "image/png"));
    let key = || (admin().0, admin().1.to_owned());
    for _ in 0..2 {
        assert_eq!(complete(&app, key(), id).await.error(), (422, "MEDIA_TYPE_MISMATCH"));
    }
    let names: Vec<String> = entries(&app).into_iter().map(|[action, ..]| action).collect();
    assert_eq!(names, ["media.begin", "media.complete"]);
    let items = app.database.items("audit");
    let end = items.iter().find(|item| item["action"]["S"] == "media.complete").unwrap();
    assert_eq!(end["new"]["M"], json!({"reason": {"S": "wrong_type"}, "state": {"S": "rejected"}}));
}

#[tokio::test]
async fn completion_that_another_request_continues_has_the_entry_of_that_request() {
    let (app, s3) = start().await;
    let begun = app.media().post(UPLOADS).header(admin()).json(&png()).send().await;
    let id = begun.json["id"].as_str().unwrap();
    s3.put(&super::pending(id), Object::new(PNG, "image/png"));
    let key = || (admin().0, admin().1.to_owned());
    // It fails before its copy, when the object has passed the check.
    s3.fail_after(2);
    assert_eq!((complete(&app, key(), id).await.status, entries(&app).len()), (500, 1));
    assert_eq!((complete(&app, key(), id).await.status, entries(&app).len()), (200, 2));
}
