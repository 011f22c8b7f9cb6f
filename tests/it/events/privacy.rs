//! What events hold of a user: exported, and erased.

use ibw::users::grants::AccessRole;
use serde_json::{Value, json};

use super::sweep::housekeep;
use super::{HOUR, notices, people, published, register, state, stored, tally, written};
use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::{ME, login_with_role};

#[tokio::test]
async fn export_has_the_events_one_hosts_and_ones_registrations() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let hosted = published(&app, &logins[0], json!({"host_name": "Asha's"})).await;
    let other = published(&app, &logins[1], json!({})).await;
    register(&app, &logins[0], &other, "register").await;
    register(&app, &logins[0], &hosted, "register").await;
    register(&app, &logins[0], &hosted, "cancel").await;
    let export = app.users().get(&format!("{ME}/export")).header(logins[0].bearer()).send().await;
    assert_eq!(export.status, 200, "{}", export.text);
    let events = &export.json["events"];
    assert_eq!(events["hosted"].as_array().unwrap().len(), 1);
    assert_eq!((&events["hosted"][0]["id"], &events["hosted"][0]["host_name"]), (&json!(hosted), &json!("Asha's")));
    let mut registrations: Vec<Value> = events["registrations"].as_array().unwrap().clone();
    registrations.sort_by_key(|one| one["state"].to_string());
    let seen: Vec<Value> = registrations.iter().map(|one| json!([one["event_id"], one["state"]])).collect();
    assert_eq!(seen, [json!([other, "approved"]), json!([hosted, "cancelled"])]);
}

#[tokio::test]
async fn erased_user_leaves_seats_to_others_and_no_event_to_come() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 3).await;
    let far = json!({"capacity": 1, "starts_at": "2026-12-10T09:30:00Z", "ends_at": "2026-12-10T12:30:00Z", "host_name": "Asha"});
    let hosted = published(&app, &logins[0], far.clone()).await;
    let pending = written(&app, &logins[0], "Pending", far.clone()).await["id"].as_str().unwrap().to_owned();
    let past = published(&app, &logins[0], json!({"host_name": "Asha"})).await;
    let other = published(&app, &logins[1], far).await;
    register(&app, &logins[2], &hosted, "register").await;
    for guest in [&logins[0], &logins[2]] {
        register(&app, guest, &other, "register").await;
        register(&app, guest, &past, "register").await;
    }
    assert_eq!(app.users().delete(ME).header(app.signed(&Person::new(1))).send().await.status, 202);
    app.clock.advance(7 * 24 * HOUR);
    housekeep(&app).await.unwrap();

    let registrations: Vec<Value> =
        app.database.items("events").into_iter().filter(|item| item["entity"]["S"] == "registration").collect();
    assert!(registrations.iter().all(|item| item["user_id"]["S"] != logins[0].user_id.as_str()));
    let (seats, left) = stored(&app, &other).await;
    assert_eq!((seats.tally, seats.tally.offered), (tally(&left), 1));
    let guest = app.login(&Person::new(3)).await;
    assert_eq!(state(&register(&app, &guest, &other, "show").await), "offered");
    let admin = login_with_role(&app, &Person::new(9), AccessRole::Admin).await;
    let mut shown = Vec::new();
    for id in [&hosted, &pending, &past] {
        let event = super::ask(&app, &admin, "GET", &format!("/{id}")).send().await.json;
        shown.push(json!([event["status"], event["host_name"], event["current_attendees"]]));
    }
    // How many came to what is over stays.
    assert_eq!(shown, [json!(["cancelled", null, 1]), json!(["cancelled", null, 0]), json!(["past", null, 2])]);
    let cancelled: Vec<Value> =
        notices(&app).into_iter().filter(|notice| notice["template"] == "event-cancelled").collect();
    assert_eq!(cancelled.len(), 1);
}
