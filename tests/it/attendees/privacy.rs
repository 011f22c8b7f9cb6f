//! A user's tickets in an export, and what an erasure leaves of them.

use serde_json::{Value, json};

use super::world::{World, row};

#[tokio::test]
async fn export_has_the_tickets_of_a_user() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha"), row("ticket-2", "Tara")]).await;
    let login = world.login(1).await;
    assert_eq!(world.claim(&login, json!({"code": "ticket-1"})).await.status, 200);
    let export = world.app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    assert_eq!(export.status, 200, "{}", export.text);
    let tickets = export.json["tickets"].as_array().unwrap();
    assert_eq!((tickets.len(), &tickets[0]["code"]), (1, &json!("ticket-1")));
    let attendance = json!({"conference": "ibw-2026", "user_id": login.user_id, "tickets": 1, "listed": false});
    assert_eq!(export.json["attendances"], json!([attendance]));
}

#[tokio::test]
async fn erasure_gives_tickets_back_and_leaves_nothing_that_names_the_user() {
    let world = World::start().await;
    let rows: Vec<Value> = (0..20).map(|n| row(&format!("ticket-{n:02}"), "Asha")).collect();
    world.tickets(&rows).await;
    let login = world.login(1).await;
    for n in 0..20 {
        assert_eq!(world.claim(&login, json!({"code": format!("ticket-{n:02}")})).await.status, 200);
    }
    let listing = world.request("PUT", "/me/directory").header(login.bearer()).json(&json!({"listed": true}));
    assert_eq!(listing.send().await.status, 204);
    world.app.leave(&login).await;
    let other = world.login(2).await;
    let directory = world.request("GET", "").header(other.bearer()).send().await;
    assert_eq!(directory.json["items"], json!([]), "hidden at once");
    world.app.clock.advance(7 * 24 * 3600);
    let of_user = |item: &Value| item.to_string().contains(&login.user_id);
    let claimed: Vec<Value> = world.app.database.items("conferences").into_iter().filter(of_user).collect();
    let erased = world.app.privacy().erase_due(10).await.unwrap();
    assert_eq!((erased.done, erased.failed), (1, 0));
    let items = world.app.database.items("conferences");
    assert!(items.iter().all(|item| !item.to_string().contains(&login.user_id)));
    assert_eq!(world.ticket("ticket-00").await.name.as_str(), "Asha", "the organisers' record of the sale");
    world.assert_sound();
    // A claim that no index showed yet is seen by the last look, a minute later.
    let late = claimed.iter().find(|item| item["sk"]["S"] == "TICKET").unwrap();
    let mut attendee = claimed.iter().find(|item| item["entity"]["S"] == "attendee").unwrap().clone();
    attendee["tickets"]["N"] = json!("1");
    for item in [late, &attendee] {
        let put = json!({"TableName": "ibw-test-conferences", "Item": item});
        world.app.database.engine.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }
    world.assert_sound();
    world.app.clock.advance(60);
    assert_eq!(world.app.privacy().erase_due(10).await.unwrap(), erased);
    assert!(!world.app.database.items("conferences").iter().any(of_user));
    world.assert_sound();
    let other = world.login(3).await;
    assert_eq!(world.claim(&other, json!({"code": "ticket-00"})).await.status, 200);
}
