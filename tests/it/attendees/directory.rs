//! The directory of attendees: those with a ticket who want to be found, as far as they may be seen.

use serde_json::{Value, json};

use super::world::{World, row};
use crate::support::app::Login;
use crate::support::request::TestResponse;
use crate::users::{ids, patch};

async fn list(world: &World, login: &Login, listed: bool) -> TestResponse {
    let request = world.request("PUT", "/me/directory").header(login.bearer());
    request.json(&json!({ "listed": listed })).send().await
}

async fn directory(world: &World, login: &Login, query: &str) -> Value {
    let response = world.request("GET", query).header(login.bearer()).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    response.json
}

/// `count` users with a ticket each, in the order of joining.
async fn attendees(world: &World, count: i64) -> Vec<Login> {
    let rows: Vec<Value> = (1..=count).map(|n| row(&format!("ticket-{n}"), "Asha")).collect();
    world.tickets(&rows).await;
    let mut logins = Vec::new();
    for n in 1..=count {
        world.app.clock.advance(1);
        let login = world.login(n).await;
        assert_eq!(world.claim(&login, json!({"code": format!("ticket-{n}")})).await.status, 200);
        logins.push(login);
    }
    logins
}

#[tokio::test]
async fn directory_has_those_with_a_ticket_who_want_to_be_in_it() {
    let world = World::start().await;
    let logins = attendees(&world, 3).await;
    let stranger = world.login(9).await;
    assert!(ids(&directory(&world, &stranger, "").await).is_empty());
    for login in &logins {
        assert_eq!(list(&world, login, true).await.status, 204);
    }
    assert_eq!(list(&world, &stranger, true).await.error(), (404, "NOT_FOUND"), "without a ticket");
    let all: Vec<&str> = logins.iter().map(|login| login.user_id.as_str()).collect();
    assert_eq!(ids(&directory(&world, &stranger, "").await), all);
    let own = world.request("GET", "/me").header(logins[0].bearer()).send().await;
    assert_eq!(own.json["listed"], true);
    // One leaves, one becomes private, one's ticket is cancelled.
    assert_eq!(list(&world, &logins[0], false).await.status, 204);
    assert_eq!(ids(&directory(&world, &stranger, "").await), all[1..]);
    patch(&world.app, &logins[1], &json!({"visibility": "private"})).await;
    assert_eq!(ids(&directory(&world, &stranger, "").await), all[2..]);
    assert_eq!(world.change("ticket-3", 2, &json!({"state": "cancelled"})).await.status, 200);
    assert!(ids(&directory(&world, &stranger, "").await).is_empty());
}

#[tokio::test]
async fn directory_is_read_in_pages_and_shows_what_others_may_see() {
    let world = World::start().await;
    let logins = attendees(&world, 3).await;
    for login in &logins {
        assert_eq!(list(&world, login, true).await.status, 204);
    }
    let first = directory(&world, &logins[0], "?limit=2").await;
    assert_eq!(ids(&first), [logins[0].user_id.as_str(), logins[1].user_id.as_str()]);
    assert!(first["items"][0].get("email").is_none() && first["items"][0].get("telegram_id").is_none());
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = directory(&world, &logins[0], &format!("?limit=2&cursor={cursor}")).await;
    assert_eq!((ids(&rest), &rest["next_cursor"]), (vec![logins[2].user_id.as_str()], &Value::Null));
    assert_eq!(world.request("GET", "").send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
    let nowhere = world.app.attendees().get("/api/v1/conferences/nowhere/attendees");
    assert_eq!(nowhere.header(logins[0].bearer()).send().await.error(), (404, "NOT_FOUND"));
}
