//! What one user may store in all: number and bytes, given back by deletion.

use ibw::media::kind::ContentType;
use ibw::media::model::{MAX_BYTES, MAX_OBJECTS, Media, MediaId, State};
use ibw::media::repository::MediaRepository;
use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::{begin, begun, delete, png, ready, somebody, start};
use crate::support::app::{Login, TestApp};
use crate::support::telegram::Person;
use crate::users::login_with_role;

const FULL: (u16, &str) = (409, "MEDIA_QUOTA_EXCEEDED");

/// Stores uploads that are ready, past the API.
async fn stored(app: &TestApp, login: &Login, number: u32, size: u64) -> Vec<MediaId> {
    let platform = &app.backstage().platform;
    let repository = MediaRepository::new(platform);
    let mut ids = Vec::new();
    for _ in 0..number {
        let id = MediaId::generate(app.now(), &platform.random);
        let pending = Media::begin(id, login.user_id.clone(), ContentType::Png, size, app.now());
        repository.create(&pending, true, None).await.unwrap();
        repository.save(&pending, &pending.to(State::Ready, app.now()), None).await.unwrap();
        ids.push(id);
    }
    ids
}

/// Open uploads, uploads and bytes of the only owner.
fn counts(app: &TestApp) -> [u64; 3] {
    let items = app.database.items("media");
    let quota = items.iter().find(|item| item["entity"]["S"] == "media_quota").expect("a quota");
    ["open", "objects", "bytes"].map(|name| quota[name]["N"].as_str().unwrap().parse().unwrap())
}

fn image(size: u64) -> Value {
    json!({"kind": "image", "content_type": "image/png", "size": size})
}

#[tokio::test]
async fn user_stores_two_hundred_uploads_and_each_deletion_makes_room() {
    let (app, _) = start().await;
    let login = somebody(&app).await;
    let ids = stored(&app, &login, MAX_OBJECTS, 7).await;
    assert_eq!(begin(&app, &login, &png()).await.error(), FULL);
    for _ in 0..2 {
        // The second deletion finds nothing, and gives nothing back.
        delete(&app, &login, &ids[0].to_string()).await;
    }
    begun(&app, &login).await;
    assert_eq!(begin(&app, &login, &png()).await.error(), FULL);
    // Others have their own room, and some staff has no end of it.
    begun(&app, &app.login(&Person::new(2)).await).await;
}

#[tokio::test]
async fn user_stores_five_hundred_megabytes() {
    let (app, _) = start().await;
    let login = somebody(&app).await;
    let ids = stored(&app, &login, 50, MAX_BYTES / 50).await;
    assert_eq!(begin(&app, &login, &image(1)).await.error(), FULL);
    assert_eq!(delete(&app, &login, &ids[0].to_string()).await.status, 204);
    assert_eq!(begin(&app, &login, &image(MAX_BYTES / 50 + 1)).await.error(), FULL);
    assert_eq!(begin(&app, &login, &image(MAX_BYTES / 50)).await.status, 201);
    assert_eq!(begin(&app, &login, &image(1)).await.error(), FULL);
}

#[tokio::test]
async fn limits_are_lifted_and_videos_are_taken_for_those_whose_office_it_is() {
    let (app, _) = start().await;
    for (id, role) in (1..).zip(AccessRole::ALL) {
        let login = login_with_role(&app, &Person::new(id), role).await;
        let may = [AccessRole::Organizer, AccessRole::Admin].contains(&role);
        stored(&app, &login, 50, MAX_BYTES / 50).await;
        let video = begin(&app, &login, &json!({"kind": "video", "content_type": "video/mp4", "size": 7})).await;
        assert_eq!(video.error(), if may { (201, "") } else { (403, "FORBIDDEN") }, "{role:?}");
        let more = begin(&app, &login, &image(1)).await;
        assert_eq!(more.error(), if may { (201, "") } else { FULL }, "{role:?}");
    }
}

#[tokio::test]
async fn organizer_of_one_conference_uploads_videos_and_deletes_nothing_of_others() {
    let (app, _) = start().await;
    let owner = somebody(&app).await;
    let upload = begun(&app, &owner).await;
    let login = crate::rights::login_with(&app, &Person::new(2), &["organizer conferences/ibw-2026"]).await;
    let video = begin(&app, &login, &json!({"kind": "video", "content_type": "video/mp4", "size": 7})).await;
    assert_eq!(video.status, 201, "{}", video.text);
    let import = begin(&app, &login, &json!({"kind": "import", "content_type": "text/csv", "size": 7})).await;
    assert_eq!(import.error(), (403, "FORBIDDEN"));
    assert_eq!(delete(&app, &login, &upload).await.error(), (404, "NOT_FOUND"));
    let guest =
        crate::rights::login_with(&app, &Person::new(3), &["steward events/evt_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"]).await;
    let video = begin(&app, &guest, &json!({"kind": "video", "content_type": "video/mp4", "size": 7})).await;
    assert_eq!(video.error(), (403, "FORBIDDEN"));
}

#[tokio::test]
async fn counts_are_those_of_what_there_is() {
    let (app, s3) = start().await;
    let login = somebody(&app).await;
    let size = png()["size"].as_u64().unwrap();
    let id = ready(&app, &s3, &login).await;
    assert_eq!(counts(&app), [0, 1, size]);
    let other = begun(&app, &login).await;
    assert_eq!(counts(&app), [1, 2, 2 * size]);
    assert_eq!(delete(&app, &login, &other).await.status, 204);
    assert_eq!(counts(&app), [0, 1, size]);
    assert_eq!(delete(&app, &login, &id).await.status, 204);
    assert_eq!(counts(&app), [0, 0, 0]);
}
