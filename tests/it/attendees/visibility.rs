//! Who sees whom where the deployment uses tickets: profiles for attendees are for users with a claimed ticket.

use serde_json::{Value, json};

use super::world::{World, row};
use crate::events::{EVENTS, ask, published, register};
use crate::support::app::Login;
use crate::support::request::TestFunction;
use crate::users::{USERS, ids, patch};

/// Somebody with a ticket, somebody without, and three whom they look at: by visibility.
struct Crowd {
    world: World,
    holder: Login,
    outsider: Login,
    public: Login,
    attendee: Login,
    private: Login,
}

async fn crowd(uses_tickets: &str) -> Crowd {
    let world = World::start_with(&[("USES_TICKETS", uses_tickets)]).await;
    let rows: Vec<Value> = (1..=5).map(|n| row(&format!("ticket-{n}"), "Asha")).collect();
    world.tickets(&rows).await;
    let mut logins = Vec::new();
    for n in 1..=5 {
        world.app.clock.advance(1);
        let login = world.login(n).await;
        if n != 2 {
            assert_eq!(world.claim(&login, json!({"code": format!("ticket-{n}")})).await.status, 200);
        }
        logins.push(login);
    }
    let [holder, outsider, public, attendee, private] = <[Login; 5]>::try_from(logins).expect("five");
    patch(&world.app, &public, &json!({"visibility": "public"})).await;
    patch(&world.app, &private, &json!({"visibility": "private"})).await;
    // They are not looked at.
    patch(&world.app, &holder, &json!({"visibility": "private"})).await;
    patch(&world.app, &outsider, &json!({"visibility": "private"})).await;
    Crowd { world, holder, outsider, public, attendee, private }
}

impl Crowd {
    async fn list(&self, function: &TestFunction, by: &Login, path: &str) -> Vec<String> {
        let page = function.get(path).header(by.bearer()).send().await;
        assert_eq!(page.status, 200, "{}", page.text);
        ids(&page.json).into_iter().map(str::to_owned).collect()
    }

    /// That somebody sees these three, or not: by id, in the directory, by search, and among the attendees.
    async fn assert_seen(&self, by: &Login, sees: [bool; 3]) {
        let (users, attendees) = (self.world.app.users(), self.world.app.attendees());
        let people = [&self.public, &self.attendee, &self.private];
        let seen: Vec<&Login> =
            people.into_iter().zip(sees).filter_map(|(login, sees)| sees.then_some(login)).collect();
        for (login, sees) in people.into_iter().zip(sees) {
            let found = users.get(&format!("{USERS}/{}", login.user_id)).header(by.bearer()).send().await;
            assert_eq!(found.status, if sees { 200 } else { 404 }, "{}", found.text);
        }
        let expected: Vec<&str> = seen.iter().map(|login| login.user_id.as_str()).collect();
        let newest: Vec<&str> = expected.iter().rev().copied().collect();
        assert_eq!(self.list(&users, by, USERS).await, newest);
        let mut found = self.list(&users, by, &format!("{USERS}?q=asha")).await;
        found.sort();
        assert_eq!(found, expected);
        assert_eq!(self.list(&attendees, by, "/api/v1/conferences/ibw-2026/attendees").await, expected);
    }
}

#[tokio::test]
async fn profile_for_attendees_is_seen_with_a_ticket_where_tickets_are_used() {
    for (uses_tickets, outsider_sees) in [("true", false), ("false", true)] {
        let crowd = crowd(uses_tickets).await;
        for login in [&crowd.public, &crowd.attendee, &crowd.private] {
            let request = crowd.world.request("PUT", "/me/directory").header(login.bearer());
            assert_eq!(request.json(&json!({"listed": true})).send().await.status, 204);
        }
        crowd.assert_seen(&crowd.holder, [true, true, false]).await;
        crowd.assert_seen(&crowd.outsider, [true, outsider_sees, false]).await;
        let users = crowd.world.app.users();
        let own = users.get(&format!("{USERS}/{}", crowd.outsider.user_id)).header(crowd.outsider.bearer());
        assert_eq!(own.send().await.status, 200, "everybody sees themselves");
        // The ticket is cancelled, and with it what it opened.
        assert_eq!(crowd.world.change("ticket-1", 2, &json!({"state": "cancelled"})).await.status, 200);
        crowd.assert_seen(&crowd.holder, [true, outsider_sees, false]).await;
    }
}

#[tokio::test]
async fn host_without_a_ticket_sees_the_names_that_everybody_sees() {
    let crowd = crowd("true").await;
    let app = &crowd.world.app;
    for (host, sees) in [(&crowd.holder, [true, true, false]), (&crowd.outsider, [true, false, false])] {
        let id = published(app, host, json!({"title": host.user_id})).await;
        let guests = [&crowd.public, &crowd.attendee, &crowd.private];
        let (mut listed, mut scanned) = (Vec::new(), Vec::new());
        for guest in guests {
            assert_eq!(register(app, guest, &id, "register").await.status, 201);
            app.clock.advance(1);
        }
        let page = ask(app, host, "GET", &format!("/{id}/registrations")).send().await;
        for guest in page.json["items"].as_array().expect("guests") {
            listed.push(["first_name", "last_name", "username"].iter().any(|name| !guest[name].is_null()));
        }
        for guest in guests {
            let code = ask(app, guest, "GET", &format!("/{id}/registrations/me/code")).send().await.json;
            let entered = app.events().post(&format!("{EVENTS}/{id}/checkin")).header(host.bearer()).json(&code);
            let entered = entered.send().await;
            assert_eq!(entered.status, 200, "{}", entered.text);
            scanned.push(["first_name", "last_name", "username"].iter().any(|name| !entered.json[name].is_null()));
        }
        assert_eq!((listed, scanned), (sees.to_vec(), sees.to_vec()));
    }
}

#[tokio::test]
async fn tickets_are_read_only_where_the_answer_depends_on_them() {
    for (uses_tickets, reads) in [("true", 1), ("false", 0)] {
        let crowd = crowd(uses_tickets).await;
        let users = crowd.world.app.users();
        let queries = async |path: &str, by: Option<&Login>| {
            let request = users.get(path);
            let request = by.into_iter().fold(request, |request, login| request.header(login.bearer()));
            users.watch.take();
            request.send().await;
            users.watch.operations().iter().filter(|call| *call == "Query").count()
        };
        let path = |login: &Login| format!("{USERS}/{}", login.user_id);
        for by in [&crowd.holder, &crowd.outsider] {
            assert_eq!(queries(&path(&crowd.attendee), Some(by)).await, reads);
            assert_eq!(queries(&path(&crowd.public), Some(by)).await, 0);
            assert_eq!(queries(&path(&crowd.private), Some(by)).await, 0);
            assert_eq!(queries(&path(by), Some(by)).await, 0);
            // One query is the list itself.
            assert_eq!(queries(USERS, Some(by)).await, 1 + reads);
        }
        assert_eq!(queries(&path(&crowd.attendee), None).await, 0);
        assert_eq!(queries(USERS, None).await, 1);
    }
}
