//! Claims and directory entries that an earlier version of the code derived otherwise: a later change leaves none behind.

use serde_json::{Value, json};

use super::ME;
use crate::support::app::TestApp;
use crate::support::telegram::Person;

/// Puts an item into the users table, past the API.
fn put(app: &TestApp, item: &Value) {
    let request = serde_json::from_value(json!({"TableName": "ibw-test-users", "Item": item})).expect("a request");
    app.database.engine.put_item(request).expect("a put");
}

/// The keys of items of a user that are of this kind.
fn keys(app: &TestApp, entity: &str) -> Vec<String> {
    let items = app.database.items("users").into_iter().filter(|item| item["entity"]["S"] == entity);
    let mut keys: Vec<String> = items.map(|item| format!("{}/{}", item["pk"]["S"], item["sk"]["S"])).collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn what_an_earlier_version_derived_is_deleted_by_the_next_change() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let socials = |name: &str| {
        let request = app.users().put(&format!("{ME}/socials")).header(login.bearer());
        request.json(&json!({"twitter_username": name})).send()
    };
    assert_eq!(socials("asha").await.status, 200);
    let expected = (keys(&app, "claim"), keys(&app, "listing"));
    let items = app.database.items("users");
    let found = |entity: &str, key: &str| {
        let mut items = items.iter().filter(|item| item["entity"]["S"] == entity);
        items.find(|item| item.to_string().contains(key)).expect("an item").clone()
    };
    // It had kept capitals, and indexed a word that is no longer indexed.
    let mut claim = found("claim", "twitter");
    claim["pk"]["S"] = json!("CLAIM#twitter#Asha");
    claim["claim"]["M"]["value"]["S"] = json!("Asha");
    let mut listing = found("listing", "LISTING#all");
    listing["sk"]["S"] = json!("LISTING#word#mr");
    listing["facet"]["M"] = json!({"kind": {"S": "word"}, "value": {"S": "mr"}});
    let mut user = found("user", "PROFILE");
    let derived = &mut user["derived"]["M"];
    derived["claims"]["L"].as_array_mut().unwrap().push(claim["claim"].clone());
    derived["entries"]["L"].as_array_mut().unwrap().push(listing["sk"].clone());
    [claim, listing, user].iter().for_each(|item| put(&app, item));
    assert_eq!((keys(&app, "claim").len(), keys(&app, "listing").len()), (expected.0.len() + 1, expected.1.len() + 1));
    let changed = app.users().patch(ME).header(login.bearer()).json(&json!({"job_title": "CTO"})).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!((keys(&app, "claim"), keys(&app, "listing")), expected);
}

#[tokio::test]
async fn what_an_earlier_version_did_not_derive_is_written_by_the_next_change() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let expected = keys(&app, "listing");
    let items = app.database.items("users");
    let mut user = items.iter().find(|item| item["entity"]["S"] == "user").unwrap().clone();
    let listing = items.iter().find(|item| item["sk"]["S"].as_str().unwrap().contains("LISTING#word")).unwrap().clone();
    user["derived"]["M"]["entries"]["L"].as_array_mut().unwrap().retain(|entry| *entry != listing["sk"]);
    put(&app, &user);
    let key = json!({"TableName": "ibw-test-users", "Key": {"pk": listing["pk"], "sk": listing["sk"]}});
    app.database.engine.delete_item(serde_json::from_value(key).unwrap()).unwrap();
    assert_eq!(keys(&app, "listing").len(), expected.len() - 1);
    let changed = app.users().patch(ME).header(login.bearer()).json(&json!({"job_title": "CTO"})).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(keys(&app, "listing"), expected);
}
