//! Claims that end, because the ticket is another person's: by a proved address, an event, an organiser or a file.

use serde_json::{Value, json};

use super::claims::prove;
use super::webhook;
use super::world::{World, row};
use crate::support::app::Login;
use crate::support::policy::Watch;

fn told(login: &Login, template: &str) -> (String, String) {
    (login.user_id.clone(), template.to_owned())
}

fn both(one: (String, String), other: (String, String)) -> Vec<(String, String)> {
    let mut both = vec![one, other];
    both.sort();
    both
}

/// Two users: one has claimed `ticket-1` of Asha by its code.
async fn claimed(world: &World) -> (Login, Login) {
    world.tickets(&[row("ticket-1", "Asha")]).await;
    let (holder, other) = (world.login(1).await, world.login(2).await);
    assert_eq!(world.claim(&holder, json!({"code": "ticket-1"})).await.status, 200);
    (holder, other)
}

async fn holder(world: &World) -> Option<String> {
    world.ticket("ticket-1").await.user_id.map(|user| user.to_string())
}

/// A row of the ticket with another address, exported later.
fn moved(email: &str) -> Value {
    json!({"code": "ticket-1", "name": "Asha", "ticket_type": "Standard", "email": email})
}

#[tokio::test]
async fn proved_address_takes_over_a_claim_by_code_and_cannot_be_outrun() {
    let world = World::start().await;
    let (thief, owner) = claimed(&world).await;
    prove(&world, &owner, "asha@example.org").await;
    assert_eq!(world.claim(&owner, json!({})).await.status, 200);
    assert_eq!(holder(&world).await, Some(owner.user_id.clone()));
    let expected = both(told(&thief, "ticket-claim-taken-over"), told(&owner, "ticket-claim-won"));
    assert_eq!(world.told(), expected);
    assert_eq!(world.claim(&thief, json!({"code": "ticket-1"})).await.error(), (404, "TICKET_NOT_CLAIMABLE"));
    assert_eq!(world.claim(&owner, json!({})).await.status, 200, "again");
    assert_eq!(world.told(), expected, "told once");
    // A ticket that nobody has claimed yet is nobody's but the owner's, either.
    world.tickets(&[row("ticket-2", "Asha")]).await;
    assert_eq!(world.claim(&thief, json!({"code": "ticket-2"})).await.error(), (404, "TICKET_NOT_CLAIMABLE"));
    assert_eq!(world.claim(&owner, json!({"code": "ticket-2"})).await.status, 200);
    world.assert_sound();
}

#[tokio::test]
async fn ticketing_event_ends_a_claim_if_the_address_is_another_persons() {
    for (email, proved_by, ends) in [
        (json!("ASHA@example.org"), None, false),
        (json!("asha+ibw@example.org"), None, false),
        (Value::Null, None, false),
        (json!("meera@example.org"), Some(1), false),
        (json!("meera+x@example.org"), Some(1), false),
        (json!("meera@example.org"), Some(2), true),
        (json!("meera@example.org"), None, true),
    ] {
        let world = World::start().await;
        let (one, other) = claimed(&world).await;
        match proved_by {
            Some(1) => prove(&world, &one, "meera@example.org").await,
            Some(_) => prove(&world, &other, "meera@example.org").await,
            None => {}
        }
        let ticket = json!({"code": "ticket-1", "name": "Asha", "ticket_type": "Standard", "email": email});
        world.app.clock.advance(1);
        let event = json!({
            "id": "e1", "type": "order.paid", "occurred_at": world.app.now(), "order": "XY12", "tickets": [ticket],
        });
        assert_eq!(webhook::told(&world, &event).await, "applied");
        let kept = (!ends).then(|| one.user_id.clone());
        assert_eq!(holder(&world).await, kept, "{email} {proved_by:?}");
        let mut expected = Vec::new();
        if ends {
            expected.push(told(&one, "ticket-claim-ended"));
            expected.extend(proved_by.map(|_| told(&other, "ticket-to-claim")));
            let again = world.claim(&one, json!({"code": "ticket-1"})).await;
            assert_eq!(again.error(), (404, "TICKET_NOT_CLAIMABLE"), "who had it knows the code");
        }
        expected.sort();
        assert_eq!(world.told(), expected, "{email} {proved_by:?}");
        world.assert_sound();
    }
}

#[tokio::test]
async fn spelling_of_a_domain_is_no_other_person() {
    let world = World::start().await;
    let mut ticket = row("ticket-1", "Asha");
    ticket["email"] = json!("asha@bücher.example");
    world.tickets(&[ticket]).await;
    let one = world.login(1).await;
    assert_eq!(world.claim(&one, json!({"code": "ticket-1"})).await.status, 200);
    let transfer = json!({"transfer": {"name": "Asha Rao", "email": "Asha@XN--BCHER-KVA.example"}});
    let changed = world.change("ticket-1", 2, &transfer).await;
    let fields = (&changed.json["name"], &changed.json["user_id"], &changed.json["reserved"]);
    assert_eq!(fields, (&json!("Asha Rao"), &json!(one.user_id), &json!(false)), "{}", changed.text);
    assert_eq!(world.told(), []);
}

#[tokio::test]
async fn transfer_tells_both() {
    let world = World::start().await;
    let (one, other) = claimed(&world).await;
    prove(&world, &other, "meera@example.org").await;
    let transfer = json!({"transfer": {"name": "Meera", "email": "meera@example.org"}});
    assert_eq!(world.change("ticket-1", 2, &transfer).await.json["user_id"], Value::Null);
    assert_eq!(world.told(), both(told(&one, "ticket-claim-ended"), told(&other, "ticket-to-claim")));
    assert_eq!(world.claim(&other, json!({})).await.status, 200);
    world.assert_sound();
}

#[tokio::test]
async fn file_ends_no_claim_unless_it_says_so_and_a_dry_run_counts_them() {
    let world = World::start().await;
    let (one, other) = claimed(&world).await;
    prove(&world, &other, "meera@example.org").await;
    world.app.clock.advance(60);
    let file = json!([moved("meera@example.org")]);
    let dry = world.import(json!({"rows": file, "dry_run": true})).await;
    assert_eq!((&dry["counts"]["claims_released"], &dry["state"]), (&json!(1), &json!("finished")));
    let rows = world.report(dry["id"].as_str().unwrap(), "").await;
    assert_eq!((&rows[0]["releases_claim"], &rows[0]["state"]), (&json!(true), &json!("updated")));
    assert_eq!((holder(&world).await, world.told()), (Some(one.user_id.clone()), vec![]));
    let plain = world.import(json!({"rows": file})).await;
    assert_eq!((&plain["counts"]["claims_released"], &plain["counts"]["updated"]), (&json!(0), &json!(1)));
    assert_eq!((holder(&world).await, world.told()), (Some(one.user_id.clone()), vec![]));
    world.app.clock.advance(60);
    let file = json!([moved("zoe@example.org")]);
    let saying = world.import(json!({"rows": file, "release_claims": true})).await;
    assert_eq!(saying["counts"]["claims_released"], 1);
    assert_eq!((holder(&world).await, world.told()), (None, vec![told(&one, "ticket-claim-ended")]));
    world.assert_sound();
}

#[tokio::test]
async fn worst_group_of_an_import_leaves_room_for_one_more_write() {
    let world = World::start().await;
    let rows = |kind: &str, domain: &str, state: &str| -> Vec<Value> {
        let row = |n: usize| {
            json!({
                "code": format!("ticket-{n:02}"), "name": format!("Name {n}"), "ticket_type": format!("{kind} {n}"),
                "email": format!("n{n}@{domain}"), "state": state,
            })
        };
        (0..16).map(row).collect()
    };
    // Each ticket has a type, a holder and an address of its own, and another user has proved its next address.
    world.tickets(&rows("Old", "example.org", "paid")).await;
    for n in 0..16 {
        let (one, other) = (world.login(100 + n).await, world.login(200 + n).await);
        assert_eq!(world.claim(&one, json!({"code": format!("ticket-{n:02}")})).await.status, 200);
        prove(&world, &other, &format!("n{n}@example.com")).await;
    }
    world.app.clock.advance(60);
    let import = json!({"rows": rows("New", "example.com", "unpaid"), "release_claims": true});
    let id = world.queue_import(import).await;
    let watch = Watch::over("attendee-import");
    let worker = world.worker(world.app.database.dynamo(&watch));
    let again = world.handle(&worker, &world.take(), std::time::Duration::from_secs(60)).await;
    assert!(again.is_empty(), "{again:?}");
    let import = world.read_import(&id).await;
    assert_eq!((&import["state"], &import["counts"]["claims_released"]), (&json!("finished"), &json!(16)), "{import}");
    let largest = watch.take().iter().map(|call| call.parts).max().unwrap();
    // Six writes a ticket, the results of the rows, and the message. One more is for the entry of an audit.
    assert_eq!(largest, 16 * 6 + 2);
    assert!(largest < ibw::dynamo::MAX_WRITES, "{largest}");
    assert_eq!(world.told().len(), 32, "one message tells both of each");
    world.assert_sound();
}
