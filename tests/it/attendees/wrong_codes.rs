//! Somebody who tries codes: wrong ones are slowed, and nobody else is.

use serde_json::{Value, json};

use super::claims::prove;
use super::world::{World, row};
use crate::frame::Log;
use crate::support::app::Login;
use crate::support::request::{TestFunction, TestResponse};

const CLAIM: &str = "/api/v1/conferences/ibw-2026/attendees/claim";

/// A claim by code from an address.
async fn claim(world: &World, login: &Login, code: &str, ip: &str) -> TestResponse {
    claim_at(&world.app.attendees(), login, code, ip).await
}

/// The same, at a function that is there already.
async fn claim_at(function: &TestFunction, login: &Login, code: &str, ip: &str) -> TestResponse {
    let request = function.post(CLAIM).header(login.bearer()).json(&json!({"code": code}));
    request.through_gateway("r", ip).send().await
}

/// What an answer says, but for its request's id.
fn said(response: &TestResponse) -> (u16, String, Value, Value) {
    let after = response.header("retry-after").to_owned();
    (response.status, after, response.json["code"].clone(), response.json["error"].clone())
}

#[tokio::test]
async fn thousand_wrong_codes_of_200_accounts_raise_the_alarm_and_slow_nobody_else() {
    let world = World::start().await;
    let codes: Vec<String> = (0..100).map(|n| format!("right-{n:03}")).collect();
    world.tickets(&codes.iter().map(|code| row(code, "Asha")).collect::<Vec<_>>()).await;
    let (log, _guard) = Log::start();
    let function = world.app.attendees();
    let venue = "203.0.113.7";
    let (mut slowed, mut alarms) = (0, 0);
    for attacker in 0..200 {
        let login = world.login(1_000 + attacker).await;
        for n in 0..5 {
            let wrong = claim_at(&function, &login, &format!("wrong-{attacker}-{n}"), venue).await;
            slowed += usize::from(wrong.status == 429);
            assert!([404, 429].contains(&wrong.status), "{}", wrong.text);
        }
        // Others claim their tickets meanwhile, from the same network.
        if attacker % 2 == 1 {
            let other = world.login(2_000 + attacker).await;
            let code = &codes[usize::try_from(attacker / 2).unwrap()];
            function.watch.take();
            let right = claim_at(&function, &other, code, venue).await;
            assert_eq!(right.status, 200, "{}", right.text);
            let calls: Vec<String> = function.watch.take().into_iter().map(|call| call.operation).collect();
            assert_eq!(calls, ["UpdateItem", "GetItem", "TransactWriteItems"], "no more requests than ever");
        }
    }
    for line in log.lines().iter().filter(|line| line.contains("attendees.claims_failed")) {
        assert!(line.contains("\"conference\":\"ibw-2026\"") && !line.contains("wrong-"), "{line}");
        alarms += 1;
    }
    assert_eq!((slowed, alarms), (1_000 - 60, 10));
    world.assert_sound();
}

#[tokio::test]
async fn wrong_codes_are_slowed_by_account_and_network_and_right_ones_never() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha"), row("ticket-2", "Asha"), row("ticket-3", "Asha")]).await;
    let (login, other) = (world.login(1).await, world.login(2).await);
    for n in 0..5 {
        let wrong = claim(&world, &login, &format!("wrong-{n}"), &format!("2001:db8::{n}:1")).await;
        assert_eq!(wrong.error(), (404, "TICKET_NOT_CLAIMABLE"));
    }
    let slowed = claim(&world, &login, "wrong-6", "198.51.100.1").await;
    assert_eq!((slowed.error(), slowed.header("retry-after")), ((429, "RATE_LIMITED"), "600"));
    let right = claim(&world, &login, "ticket-1", "198.51.100.1").await;
    assert_eq!(right.status, 200, "{}", right.text);
    assert_eq!(claim(&world, &login, "ticket-1", "198.51.100.1").await.status, 200, "and again");
    assert_eq!(claim(&world, &other, "wrong-1", "198.51.100.1").await.status, 404, "others are not slowed");
    // The network of many accounts.
    for n in 0..60 {
        let login = world.login(100 + n / 4).await;
        claim(&world, &login, &format!("wrong-{n}"), &format!("192.0.2.{n}")).await;
    }
    let fresh = world.login(50).await;
    assert_eq!(claim(&world, &fresh, "wrong-1", "192.0.2.200").await.status, 429);
    assert_eq!(claim(&world, &fresh, "ticket-2", "192.0.2.200").await.status, 200);
    assert_eq!(claim(&world, &world.login(51).await, "wrong-1", "192.0.3.1").await.status, 404, "another network");
    world.app.clock.advance(600);
    let login = world.login(1).await;
    assert_eq!(claim(&world, &login, "wrong-7", "192.0.2.1").await.status, 404);
}

#[tokio::test]
async fn slowed_answer_does_not_tell_which_codes_exist() {
    let world = World::start().await;
    world.tickets(&[row("taken-1", "Asha"), row("proved-1", "Tara"), row("moved-1", "Maya")]).await;
    let (mine, tara) = (world.login(1).await, world.login(2).await);
    prove(&world, &tara, "tara@example.org").await;
    assert_eq!(world.claim(&tara, json!({"code": "taken-1"})).await.status, 200);
    let transfer = json!({"transfer": {"name": "Zoe", "email": "zoe@example.org"}});
    assert_eq!(world.change("moved-1", 1, &transfer).await.status, 200);
    let mut answers = Vec::new();
    for n in 0..3 {
        for code in ["taken-1", "proved-1", "moved-1", "no-such-1"] {
            answers.push(said(&claim(&world, &mine, code, &format!("10.0.{n}.1")).await));
        }
    }
    let (before, after) = answers.split_at(5);
    assert!(before.iter().all(|answer| *answer == before[0]) && before[0].0 == 404, "{before:?}");
    assert!(after.iter().all(|answer| *answer == after[0]) && after[0].0 == 429, "{after:?}");
    assert_eq!(world.ticket("proved-1").await.user_id, None);
}
