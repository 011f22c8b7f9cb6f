//! Templates: written, changed by version, and refused where they could not be sent.

use serde_json::{Value, json};

use super::{fields, organise, template};
use crate::support::app::TestApp;

async fn create(app: &TestApp, template: &Value) -> crate::support::request::TestResponse {
    organise(app, "POST", "/templates").json(template).send().await
}

#[tokio::test]
async fn template_is_written_read_changed_and_deleted_by_its_version() {
    let app = TestApp::start().await;
    let created = create(&app, &template("doors", &["hall"])).await;
    assert_eq!((created.status, created.header("etag")), (201, "\"1\""), "{}", created.text);
    assert_eq!(create(&app, &template("doors", &[])).await.error(), (409, "TEMPLATE_NAME_TAKEN"));
    let path = "/templates/doors";
    let read = organise(&app, "GET", path).send().await;
    assert_eq!(read.json, created.json);
    let unchanged = organise(&app, "GET", path).header(("if-none-match", "\"1\"")).send().await;
    assert_eq!(unchanged.status, 304);

    let mut draft = template("doors", &[]);
    draft.as_object_mut().expect("an object").remove("name");
    let change = || organise(&app, "PUT", path).json(&draft);
    assert_eq!(change().send().await.error(), (428, "PRECONDITION_REQUIRED"));
    assert_eq!(change().header(("if-match", "\"2\"")).send().await.error(), (412, "PRECONDITION_FAILED"));
    let changed = change().header(("if-match", "\"1\"")).send().await;
    assert_eq!((changed.status, &changed.json["version"], &changed.json["arguments"]), (200, &json!(2), &json!([])));
    create(&app, &template("another", &[])).await;
    let all = organise(&app, "GET", "/templates").send().await;
    let names: Vec<&Value> = all.json["items"].as_array().expect("items").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["another", "doors"]);

    assert_eq!(organise(&app, "DELETE", path).send().await.status, 428);
    assert_eq!(organise(&app, "DELETE", path).header(("if-match", "\"1\"")).send().await.status, 412);
    assert_eq!(organise(&app, "DELETE", path).header(("if-match", "\"2\"")).send().await.status, 204);
    assert_eq!(organise(&app, "GET", path).send().await.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn template_deleted_and_written_anew_continues_its_versions() {
    let app = TestApp::start().await;
    let path = "/templates/doors";
    let mut draft = template("doors", &[]);
    draft.as_object_mut().expect("an object").remove("name");
    let change = |tag: &str| organise(&app, "PUT", path).header(("if-match", tag)).json(&draft).send();
    let delete = |tag: &str| organise(&app, "DELETE", path).header(("if-match", tag)).send();
    assert_eq!(create(&app, &template("doors", &[])).await.header("etag"), "\"1\"");
    assert_eq!(delete("\"1\"").await.status, 204);
    assert_eq!(
        (change("\"2\"").await.error(), delete("\"2\"").await.error()),
        ((404, "NOT_FOUND"), (404, "NOT_FOUND"))
    );
    assert_eq!(organise(&app, "GET", "/templates").send().await.json["items"], json!([]));
    let again = create(&app, &template("doors", &[])).await;
    assert_eq!(
        (again.status, again.header("etag"), &again.json["version"]),
        (201, "\"3\"", &json!(3)),
        "{}",
        again.text
    );
    for stale in ["\"1\"", "\"2\""] {
        assert_eq!(change(stale).await.error(), (412, "PRECONDITION_FAILED"), "{stale}");
        assert_eq!(delete(stale).await.error(), (412, "PRECONDITION_FAILED"), "{stale}");
    }
    assert_eq!(create(&app, &template("doors", &[])).await.error(), (409, "TEMPLATE_NAME_TAKEN"));
    assert_eq!(organise(&app, "GET", path).send().await.json, again.json);
}

#[tokio::test]
async fn template_that_could_not_be_sent_is_refused_with_each_problem() {
    let app = TestApp::start().await;
    let wording = |title: &str, body: &str| json!({"title": title, "body": body});
    let with = |arguments: &[&str], default: &str, locales: Value| {
        json!({
            "name": "t", "category": "event", "arguments": arguments,
            "content": {"default_locale": default, "locales": locales},
        })
    };
    let long = "x".repeat(4000);
    for (bad, expected) in [
        (with(&[], "en", json!({"en": wording("{hall}", "{stage}")})), vec!["locales.en.title", "locales.en.body"]),
        (with(&[], "en", json!({"en": wording("x", "{")})), vec!["locales.en.body"]),
        (
            with(&[], "en", json!({"en": wording("x", "<b>y"), "hi": wording("x", "R&D")})),
            vec!["locales.en.body", "locales.hi.body"],
        ),
        (with(&[], "de", json!({"en": wording("x", "y")})), vec!["default_locale"]),
        (with(&["hall"], "en", json!({"en": wording("x", "y")})), vec!["arguments.hall"]),
        (with(&[], "en", json!({"en": wording(&"x".repeat(200), &long)})), vec!["locales.en"]),
    ] {
        let response = create(&app, &bad).await;
        assert_eq!((response.error(), fields(&response)), ((422, "MESSAGE_INVALID"), expected), "{bad}");
    }
    for bad in [json!({"name": "t"}), with(&["Hall"], "en", json!({})), with(&[], "english!", json!({}))] {
        assert_eq!(create(&app, &bad).await.error(), (400, "INVALID_BODY"), "{bad}");
    }
    let mut unknown = template("t", &[]);
    unknown["colour"] = json!("red");
    assert_eq!(create(&app, &unknown).await.error(), (400, "INVALID_BODY"));
    assert_eq!(organise(&app, "GET", "/templates").send().await.json["items"], json!([]));
}

#[tokio::test]
async fn preview_fills_in_escapes_and_picks_the_language() {
    let app = TestApp::start().await;
    let mut written = template("doors", &["hall"]);
    written["content"]["locales"]["hi"] = json!({"title": "द्वार", "body": "<i>{hall}</i>"});
    assert_eq!(create(&app, &written).await.status, 201);
    let preview = |body: Value| organise(&app, "POST", "/templates/doors/preview").json(&body).send();
    let english = preview(json!({"arguments": {"hall": "<A&B>"}, "first_name": "Zoë"})).await;
    let expected =
        json!({"title": "News", "body": "Hello Zoë <A&B>", "html": "<b>News</b>\n\nHello Zoë &lt;A&amp;B&gt;"});
    assert_eq!(english.json, expected);
    let hindi = preview(json!({"arguments": {"hall": "A"}, "locale": "hi-IN"})).await;
    assert_eq!(hindi.json["html"], "<b>द्वार</b>\n\n<i>A</i>");
    let missing = preview(json!({})).await;
    assert_eq!((missing.error(), fields(&missing)), ((422, "MESSAGE_INVALID"), vec!["arguments.hall"]));
}
