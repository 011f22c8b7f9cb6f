//! Exporting a release, and importing it elsewhere.

use serde_json::{Value, json};

use super::{
    CONFERENCE, democon, import_schedule, organise, publish, read, session, the_draft, titles, with_conference,
    write_conference, write_session,
};
use crate::support::app::ADMIN_API_KEY;

/// What sessions are but for ids, which are each conference's own.
fn contents(sessions: &Value) -> Vec<Value> {
    let content = |session: &Value| {
        let mut session = session.clone();
        for name in ["id", "version", "sequence", "changed_at", "source"] {
            session.as_object_mut().unwrap().remove(name);
        }
        for speaker in session["speakers"].as_array_mut().unwrap() {
            speaker.as_object_mut().unwrap().remove("id");
        }
        session
    };
    let mut contents: Vec<Value> = sessions.as_array().unwrap().iter().map(content).collect();
    contents.sort_by_key(ToString::to_string);
    contents
}

#[tokio::test]
async fn exported_release_imported_elsewhere_is_an_equal_agenda() {
    let app = with_conference().await;
    let mut schedule = democon();
    let talk = &mut schedule["schedule"]["conference"]["days"][0]["rooms"]["Tan Room"][0];
    talk["links"] =
        json!([{"url": "https://example.org/", "title": "More", "type": "web"}, {"url": "https://example.net/"}]);
    talk["attachments"] = json!([{"url": "/media/slides.pdf", "title": "Slides", "type": "slides"}]);
    import_schedule(&app, &schedule).await;
    write_session(
        &app,
        &json!({"title": "Somewhere", "start": "2026-12-01T23:30:00.250Z", "end": "2026-12-03T00:15:10Z"}),
    )
    .await;
    publish(&app).await;
    let exported = read(&app, "/export").await;
    assert_eq!(exported.status, 200, "{}", exported.text);
    write_conference(&app, "elsewhere").await;
    let path = |path: &str| format!("/api/v1/conferences/elsewhere/agenda{path}");
    let key = ("x-api-key", ADMIN_API_KEY);
    let imported = app.agenda().post(&path("/import")).header(key).json(&exported.json).send().await;
    assert_eq!(imported.json["sessions"]["created"], 37, "{}", imported.text);
    assert_eq!((&imported.json["speakers"]["created"], &imported.json["warnings"]), (&json!(27), &json!([])));
    let released = app.agenda().post(&path("/release")).header(key).header(("if-match", "\"1\"")).send().await;
    assert_eq!(released.status, 201, "{}", released.text);
    let (here, there) = (read(&app, "").await.json, app.agenda().get(&path("")).send().await.json);
    assert_eq!(contents(&here["sessions"]), contents(&there["sessions"]));
    let linked = here["sessions"].as_array().unwrap().iter().find(|session| session["links"] != json!([])).unwrap();
    assert_eq!((&linked["links"][0]["type"], &linked["links"][1]["title"]), (&json!("web"), &Value::Null));
    assert_eq!(linked["attachments"][0]["url"], "http://localhost/media/slides.pdf");
}

#[tokio::test]
async fn own_export_imported_again_changes_no_imported_session_and_doubles_none() {
    let app = with_conference().await;
    import_schedule(&app, &democon()).await;
    write_session(&app, &session("Lunch", "12:00", "Hall")).await;
    publish(&app).await;
    let before = the_draft(&app).await;
    let exported = read(&app, "/export").await.json;
    let report = import_schedule(&app, &exported).await;
    assert_eq!(report["sessions"]["created"], 0, "{report}");
    assert_eq!(report["speakers"], json!({"created": 0, "matched": 27, "changed": 0}));
    assert_eq!(contents(&the_draft(&app).await["sessions"]), contents(&before["sessions"]));
}

#[tokio::test]
async fn export_is_of_the_release_and_for_organisers_of_the_draft() {
    let app = with_conference().await;
    write_session(&app, &session("Opening", "09:00", "Main")).await;
    assert_eq!(read(&app, "/export").await.error(), (404, "NOT_FOUND"));
    publish(&app).await;
    write_session(&app, &session("Keynote", "10:00", "Main")).await;
    let titles_of = |schedule: &Value| -> Vec<String> {
        let rooms = &schedule["schedule"]["conference"]["days"][0]["rooms"];
        titles(&rooms["Main"]).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(titles_of(&read(&app, "/export").await.json), ["Opening"]);
    let draft = organise(&app, "GET", "/export?draft=true").send().await;
    assert_eq!(titles_of(&draft.json), ["Opening", "Keynote"]);
    let public = app.agenda().get(&format!("{CONFERENCE}/agenda/export?draft=true")).send().await;
    assert_eq!(public.error(), (401, "AUTHENTICATION_REQUIRED"));
}
