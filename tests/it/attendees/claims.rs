//! Claims: a ticket is one user's, however many try, and whoever tries codes learns nothing.

use std::sync::Arc;

use serde_json::{Value, json};

use super::world::{World, row};
use crate::notifications::template;
use crate::support::app::{ADMIN_API_KEY, Login};
use crate::support::request::TestResponse;
use crate::users::{repository, stored};

/// Gives a user an address that they have proved.
pub(super) async fn prove(world: &World, login: &Login, email: &str) {
    let before = stored(&world.app, login).await.unwrap();
    let mut user = before.clone();
    (user.email, user.email_verified) = (Some(email.parse().unwrap()), true);
    user.stamp(world.app.now());
    repository(&world.app).save(&before, &user).await.unwrap();
}

fn codes(response: &TestResponse) -> Vec<&str> {
    let tickets = response.json["tickets"].as_array().unwrap();
    tickets.iter().map(|ticket| ticket["code"].as_str().unwrap()).collect()
}

/// What an answer says, but for its request's id.
fn said(response: &TestResponse) -> (u16, Value, Value) {
    (response.status, response.json["code"].clone(), response.json["error"].clone())
}

async fn own(world: &World, login: &Login) -> TestResponse {
    let response = world.request("GET", "/me").header(login.bearer()).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
    response
}

#[tokio::test]
async fn ticket_is_claimed_by_its_code_and_shown_with_a_qr_code() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha"), row("ticket-2", "Asha")]).await;
    let login = world.login(1).await;
    assert!(codes(&own(&world, &login).await).is_empty());
    let function = world.app.attendees();
    let request = function.post("/api/v1/conferences/ibw-2026/attendees/claim").header(login.bearer());
    let claimed = request.json(&json!({"code": "ticket-1"})).send().await;
    assert_eq!((claimed.status, codes(&claimed)), (200, vec!["ticket-1"]), "{}", claimed.text);
    let calls: Vec<String> = function.watch.take().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["UpdateItem", "GetItem", "TransactWriteItems"], "the limit, the ticket, the claim");
    let shown = own(&world, &login).await;
    assert_eq!((&shown.json["tickets"], &shown.json["listed"]), (&claimed.json["tickets"], &json!(false)));
    let qr = shown.json["tickets"][0]["qr"].as_str().unwrap();
    assert!(qr.starts_with("IBW1.") && qr.len() < 200, "{qr}");
    let again = world.claim(&login, json!({"code": "ticket-1"})).await;
    assert_eq!((again.status, &again.json), (200, &claimed.json));
    world.assert_sound();
}

#[tokio::test]
async fn wrong_code_and_somebody_elses_ticket_are_one_answer() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let (mine, other) = (world.login(1).await, world.login(2).await);
    assert_eq!(world.claim(&mine, json!({"code": "ticket-1"})).await.status, 200);
    let taken = world.claim(&other, json!({"code": "ticket-1"})).await;
    let wrong = world.claim(&other, json!({"code": "ticket-9"})).await;
    assert_eq!(taken.error(), (404, "TICKET_NOT_CLAIMABLE"));
    assert_eq!(said(&taken), said(&wrong));
    assert!(codes(&own(&world, &other).await).is_empty());
    let anonymous = world.request("POST", "/claim").json(&json!({"code": "ticket-1"})).send().await;
    assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticket_claimed_by_sixteen_at_once_is_one_users() {
    let world = Arc::new(World::start().await);
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let mut logins = Vec::new();
    for telegram_id in 1..=16 {
        logins.push(world.login(telegram_id).await);
    }
    let claims: Vec<_> = logins
        .iter()
        .cloned()
        .map(|login| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.claim(&login, json!({"code": "ticket-1"})).await.status })
        })
        .collect();
    let mut won = Vec::new();
    for (claim, login) in claims.into_iter().zip(&logins) {
        match claim.await.unwrap() {
            200 => won.push(login.user_id.clone()),
            status => assert_eq!(status, 404),
        }
    }
    let holder = world.ticket("ticket-1").await.user_id.map(|user| user.to_string());
    assert_eq!((won.len(), won.first()), (1, holder.as_ref()));
    world.assert_sound();
}

#[tokio::test]
async fn all_tickets_of_a_verified_address_are_claimed_at_once() {
    let world = World::start().await;
    let mut rows: Vec<Value> = (0..20).map(|n| row(&format!("ticket-{n:02}"), "Asha")).collect();
    rows.push(row("ticket-of-tara", "Tara"));
    world.tickets(&rows).await;
    let (login, other) = (world.login(1).await, world.login(2).await);
    assert_eq!(world.claim(&other, json!({"code": "ticket-07"})).await.status, 200);
    assert_eq!(world.claim(&login, json!({})).await.error(), (409, "EMAIL_NOT_VERIFIED"));
    prove(&world, &login, "asha@example.org").await;
    let claimed = world.claim(&login, json!({})).await;
    let expected: Vec<String> = (0..20).map(|n| format!("ticket-{n:02}")).collect();
    assert_eq!((claimed.status, codes(&claimed)), (200, expected.iter().map(String::as_str).collect()));
    assert_eq!(codes(&world.claim(&login, json!({})).await), expected, "again, they are still mine");
    prove(&world, &other, "nobody@example.org").await;
    assert_eq!(world.claim(&other, json!({})).await.error(), (404, "TICKET_NOT_CLAIMABLE"));
    assert_eq!((codes(&own(&world, &login).await).len(), codes(&own(&world, &other).await).len()), (20, 0));
    world.assert_sound();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claim_by_address_beside_claims_by_code_gives_all_to_who_proved_it() {
    let world = Arc::new(World::start().await);
    let rows: Vec<Value> = (0..12).map(|n| row(&format!("ticket-{n:02}"), "Asha")).collect();
    world.tickets(&rows).await;
    let (login, other) = (world.login(1).await, world.login(2).await);
    let by_code = {
        let (world, other) = (Arc::clone(&world), other.clone());
        tokio::spawn(async move {
            let mut mine = 0;
            for n in (0..12).rev() {
                let claim = world.claim(&other, json!({"code": format!("ticket-{n:02}")})).await;
                mine += usize::from(claim.status == 200);
            }
            mine
        })
    };
    let by_email = {
        let (world, login) = (Arc::clone(&world), login.clone());
        tokio::spawn(async move {
            prove(&world, &login, "asha@example.org").await;
            world.claim(&login, json!({})).await.status
        })
    };
    let (mine, status) = (by_code.await.unwrap(), by_email.await.unwrap());
    assert_eq!(status, 200);
    let held = [codes(&own(&world, &login).await).len(), codes(&own(&world, &other).await).len()];
    assert_eq!(held, [12, 0], "a proved address outranks a code, before the claim and after it");
    let taken = world.told().iter().filter(|(_, template)| template == "ticket-claim-taken-over").count();
    assert_eq!(taken, mine, "each claim that ended is told");
    world.assert_sound();
}

#[tokio::test]
async fn attendees_are_those_with_a_ticket_that_is_not_cancelled() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha"), row("ticket-2", "Tara")]).await;
    let (asha, tara) = (world.login(1).await, world.login(2).await);
    let admin = ("x-api-key", ADMIN_API_KEY);
    let audience = json!({"group": {"attendees": {"conference": "ibw-2026"}}});
    let job = json!({"title": "News", "template": "hello", "audience": audience});
    let written = [("templates", template("hello", &[])), ("jobs", job)];
    let mut id = String::new();
    for (path, body) in written {
        let path = format!("/api/v1/notifications/{path}");
        let response = world.app.notifications().post(&path).header(admin).json(&body).send().await;
        assert_eq!(response.status, 201, "{}", response.text);
        id = response.json["id"].as_str().unwrap_or_default().to_owned();
    }
    let attendees = async || {
        let path = format!("/api/v1/notifications/jobs/{id}/preview");
        let preview = world.app.notifications().post(&path).header(admin).send().await;
        assert_eq!(preview.status, 200, "{}", preview.text);
        preview.json["count"].as_u64().unwrap()
    };
    assert_eq!(attendees().await, 0);
    for (login, code) in [(&asha, "ticket-1"), (&tara, "ticket-2")] {
        assert_eq!(world.claim(login, json!({"code": code})).await.status, 200);
    }
    assert_eq!(attendees().await, 2);
    assert_eq!(world.change("ticket-2", 2, &json!({"state": "cancelled"})).await.status, 200);
    assert_eq!(attendees().await, 1);
    world.assert_sound();
}
