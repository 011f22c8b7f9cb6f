//! Files of imports: who uploads them for which conference, what is imported of them, and when they are deleted.

use std::time::Duration;

use serde_json::{Value, json};

use super::crash::INVOCATION;
use super::imports::counts;
use super::world::{World, row};
use crate::conferences::{conference, organise};
use crate::housekeeping;
use crate::rights::login_with;
use crate::support::app::{ADMIN_API_KEY, Login};
use crate::support::storage::Object;
use crate::support::telegram::Person;
use crate::users::{entities, places};

#[tokio::test]
async fn import_of_an_uploaded_file_makes_tickets() {
    let world = World::start().await;
    let csv = "\u{feff}Code;Attendee name;Product;E-Mail\r\nticket-1;\"Rao; Asha\";VIP;ASHA@example.org\r\n;;;\r\nbad;Tara;VIP;\r\n";
    let upload = world.upload("text/csv", csv).await;
    let import = world.import(json!({"media_id": upload})).await;
    assert_eq!((&import["format"], counts(&import)), (&json!("csv"), [2, 1, 0, 0, 1]));
    assert_eq!(world.ticket("ticket-1").await.name.as_str(), "Rao; Asha");
    let json = json!([row("ticket-2", "Tara")]).to_string();
    let upload = world.upload("application/json", &json).await;
    let import = world.import(json!({"media_id": upload})).await;
    assert_eq!((&import["format"], counts(&import)), (&json!("json"), [1, 1, 0, 0, 0]));
    world.assert_sound();
}

#[tokio::test]
async fn import_of_an_upload_that_is_gone_or_no_table_is_refused_whole() {
    let world = World::start().await;
    let upload = world.upload("text/csv", "name,email\nAsha,asha@example.org\n").await;
    let import = world.import(json!({"media_id": upload})).await;
    assert_eq!((&import["state"], &import["refusal"]["reason"]), (&json!("refused"), &json!("columns")));
    let upload = world.upload("text/csv", "code,name,type\nticket-1,Asha,VIP\n").await;
    let id = world.queue_import(json!({"media_id": upload})).await;
    let path = format!("/api/v1/media/{upload}");
    let deleted = world.app.media().delete(&path).header(("x-api-key", ADMIN_API_KEY)).send().await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    world.drain().await;
    let import = world.read_import(&id).await;
    assert_eq!((&import["state"], &import["refusal"]["reason"]), (&json!("refused"), &json!("file_missing")));
    assert!(entities(&world.app, "conferences", "ticket").is_empty());
}

#[tokio::test]
async fn file_is_deleted_when_its_import_is_done() {
    let world = World::start().await;
    let csv = "code,name,type\nticket-1,Asha,VIP\n";
    let upload = world.upload("text/csv", csv).await;
    let dry = world.import(json!({"media_id": upload, "dry_run": true})).await;
    assert_eq!((&dry["state"], world.s3.keys().len()), (&json!("finished"), 1), "a dry run leaves the file");
    let id = world.queue_import(json!({"media_id": upload})).await;
    let messages = world.take();
    assert!(world.handle(&world.own_worker(), &messages, INVOCATION).await.is_empty());
    assert_eq!((world.read_import(&id).await["state"].clone(), world.s3.keys()), (json!("finished"), Vec::new()));
    // The message comes again.
    let before = (world.app.database.items("conferences"), world.app.database.items("media"));
    assert!(world.handle(&world.own_worker(), &messages, INVOCATION).await.is_empty());
    assert!((world.app.database.items("conferences"), world.app.database.items("media")) == before);
    assert!(world.buried().await.is_empty());
    let again = json!({"media_id": upload, "exported_at": world.app.now()});
    let again = world.organise("POST", "/import").json(&again).send().await;
    assert_eq!((again.error(), places(&again)), ((400, "INVALID_BODY"), vec!["media_id"]));
    // A file that is none is no use either.
    let upload = world.upload("text/csv", "name\nAsha\n").await;
    assert_eq!(world.import(json!({"media_id": upload})).await["state"], "refused");
    assert_eq!(world.s3.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn import_whose_file_cannot_be_deleted_is_done_and_the_file_goes_later() {
    let world = World::start().await;
    let upload = world.upload("text/csv", "code,name,type\nticket-1,Asha,VIP\n").await;
    // The file is read, and then not deleted.
    world.s3.fail_after(1);
    let import = world.import(json!({"media_id": upload})).await;
    assert_eq!((&import["state"], counts(&import)), (&json!("finished"), [1, 1, 0, 0, 0]));
    assert_eq!(world.s3.keys(), [format!("import/{upload}")]);
    world.app.clock.advance(24 * 3600);
    housekeeping::run(&world.app, Duration::from_secs(60)).await.unwrap();
    assert_eq!(world.s3.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn file_of_two_imports_stays_until_both_are_done() {
    let world = World::start().await;
    let upload = world.upload("text/csv", "code,name,type\nticket-1,Asha,VIP\n").await;
    world.queue_import(json!({"media_id": upload})).await;
    let second = world.queue_import(json!({"media_id": upload})).await;
    let mut messages = world.take();
    messages.sort_by_key(|message| message.contains(&second));
    for (message, left) in messages.iter().zip([1, 0]) {
        assert!(world.handle(&world.own_worker(), std::slice::from_ref(message), INVOCATION).await.is_empty());
        assert_eq!(world.s3.keys().len(), left);
    }
    assert_eq!(world.read_import(&second).await["state"], "finished");
}

#[tokio::test]
async fn organizer_of_one_conference_uploads_files_for_it_and_no_other() {
    let world = World::start().await;
    let other = organise(&world.app, "POST", "").json(&conference("other")).send().await;
    assert_eq!(other.status, 201, "{}", other.text);
    let organizer = login_with(&world.app, &Person::new(1), &["organizer conferences/ibw-2026"]).await;
    let steward = login_with(&world.app, &Person::new(2), &["steward conferences/ibw-2026"]).await;
    let csv = "code,name,type\nticket-1,Asha,VIP\n";
    let media = world.app.media();
    let begin = |by: &Login, conference: Value| {
        let new = json!({"kind": "import", "content_type": "text/csv", "size": csv.len(), "conference": conference});
        media.post("/api/v1/media/uploads").header(by.bearer()).json(&new).send()
    };
    for (by, conference) in [
        (&organizer, Value::Null),
        (&organizer, json!("other")),
        (&steward, json!("ibw-2026")),
        (&steward, Value::Null),
    ] {
        assert_eq!(begin(by, conference.clone()).await.error(), (403, "FORBIDDEN"), "{conference}");
    }
    let begun = begin(&organizer, json!("ibw-2026")).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let id = begun.json["id"].as_str().unwrap();
    world.s3.put(&format!("pending/import/{id}"), Object::new(csv, "text/csv"));
    let complete = media.post(&format!("/api/v1/media/{id}/complete")).header(organizer.bearer()).send().await;
    assert_eq!(complete.status, 200, "{}", complete.text);
    // No other conference can import it, whoever asks.
    let file = json!({"media_id": id, "exported_at": world.app.now()});
    let elsewhere = world.app.attendees().post("/api/v1/conferences/other/attendees/import");
    let elsewhere = elsewhere.header(("x-api-key", ADMIN_API_KEY)).json(&file).send().await;
    assert_eq!((elsewhere.error(), places(&elsewhere)), ((400, "INVALID_BODY"), vec!["media_id"]));
    let import = world.request("POST", "/import").header(organizer.bearer()).json(&file).send().await;
    assert_eq!(import.status, 202, "{}", import.text);
    world.drain().await;
    assert_eq!(world.read_import(import.json["id"].as_str().unwrap()).await["state"], "finished");
    // Only an import is for a conference.
    let image = json!({"kind": "image", "content_type": "image/png", "size": 7, "conference": "ibw-2026"});
    let image = media.post("/api/v1/media/uploads").header(organizer.bearer()).json(&image).send().await;
    assert_eq!((image.error(), places(&image)), ((400, "INVALID_BODY"), vec!["conference"]));
}
