//! Who is told of a release: those who bookmarked a session that it moves or cancels, and nobody else.

use serde_json::{Value, json};

use super::{SLUG, bookmark, release, released, session, somebody, three_sessions, unbookmark};
use crate::delivery::queues::Queue;
use crate::delivery::world::World;
use crate::support::app::Login;

/// The bodies of what somebody was told.
async fn feed(world: &World, login: &Login) -> Vec<String> {
    let feed = world.app.notifications().get("/api/v1/notifications").header(login.bearer()).send().await;
    feed.json["items"].as_array().expect("items").iter().map(|item| item["body"].as_str().unwrap().to_owned()).collect()
}

/// Has all that was released worked on, the expansion under its function's policy.
async fn deliver(world: &World) {
    let messages = world.relay();
    world.push(messages);
    while world.work(Queue::Jobs, 1).await > 0 {
        let more = world.relay();
        world.push(more);
    }
    world.drain().await;
}

#[tokio::test]
async fn release_that_moves_one_of_three_sessions_tells_its_bookmarkers_and_nobody_else() {
    let world = World::obliging().await;
    let app = &world.app;
    released(app, &three_sessions()).await;
    let [mover, other, both, gone, nobody] = [
        somebody(app, 1).await,
        somebody(app, 2).await,
        somebody(app, 3).await,
        somebody(app, 4).await,
        somebody(app, 5).await,
    ];
    for (login, number) in [(&mover, 2), (&other, 1), (&both, 1), (&both, 2), (&gone, 2)] {
        assert_eq!(bookmark(app, login, number).await.status, 204);
    }
    assert_eq!(unbookmark(app, &gone, 2).await.status, 204);
    app.clock.advance(60);
    let mut sessions = three_sessions();
    sessions[1] = session(2, "2026-12-02T15:00:00+05:30", "2026-12-02T16:00:00+05:30");
    release(app, SLUG, &sessions).await;
    deliver(&world).await;
    let moved = vec!["Session 2 is now on Wed 2 Dec, 15:00, Hall A.".to_owned()];
    for (login, expected) in
        [(&mover, moved.clone()), (&both, moved), (&other, vec![]), (&gone, vec![]), (&nobody, vec![])]
    {
        assert_eq!(feed(&world, login).await, expected, "{}", login.user_id);
    }
    assert_eq!(world.telegram.log().len(), 2);
}

#[tokio::test]
async fn release_that_changes_only_words_tells_nobody() {
    let world = World::obliging().await;
    let app = &world.app;
    released(app, &three_sessions()).await;
    let login = somebody(app, 1).await;
    bookmark(app, &login, 2).await;
    app.clock.advance(60);
    let mut sessions = three_sessions();
    sessions[1]["title"] = json!("Another title");
    release(app, SLUG, &sessions).await;
    deliver(&world).await;
    assert_eq!(feed(&world, &login).await, Vec::<String>::new());
}

#[tokio::test]
async fn organisers_preview_who_bookmarked_sessions() {
    let world = World::obliging().await;
    let app = &world.app;
    let agenda = released(app, &three_sessions()).await;
    let logins = [somebody(app, 1).await, somebody(app, 2).await, somebody(app, 3).await];
    for (login, number) in [(&logins[0], 1), (&logins[0], 2), (&logins[1], 2)] {
        bookmark(app, login, number).await;
    }
    let ids: Vec<Value> = agenda.sessions.iter().map(|session| json!(session.id)).collect();
    let count = async |sessions: &[Value]| {
        let group = json!({"group": {"bookmarked": {"conference": SLUG, "sessions": sessions}}});
        let id = world.job(group, json!({})).await;
        let path = format!("/api/v1/notifications/jobs/{id}/preview");
        let preview = app.notifications().post(&path).header(("x-api-key", crate::support::app::ADMIN_API_KEY));
        let preview = preview.send().await;
        assert_eq!(preview.status, 200, "{}", preview.text);
        preview.json["count"].clone()
    };
    let counts = [count(&ids[..1]).await, count(&ids[1..2]).await, count(&ids).await, count(&ids[2..]).await];
    assert_eq!(counts, [json!(1), json!(2), json!(2), json!(0)]);
}
