//! An event is named by its id or its slug, on each route.

use serde_json::json;

use super::{EVENTS, ask, organise, people, published, register, state};
use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::template::Template;

/// Calls a route of the template, of this event, as somebody whom it is open to.
async fn call(app: &TestApp, host: &Login, route: &str, event: &str) -> TestResponse {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path.trim_start_matches(EVENTS).replace("{id}", event).replace("{user_id}", &host.user_id);
    let is_decision =
        ["/approve", "/reject"].iter().any(|end| path.ends_with(end)) && !path.contains("/registrations/");
    if is_decision { organise(app, method, &path).send().await } else { ask(app, host, method, &path).send().await }
}

#[tokio::test]
async fn each_route_of_an_event_takes_its_slug_as_it_takes_its_id() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    published(&app, host, json!({})).await;
    assert_eq!(state(&register(&app, host, "rooftop-party", "register").await), "approved");
    let below = format!("{EVENTS}/{{id}}");
    let routes = Template::read().routes("events");
    let routes: Vec<&String> = routes.iter().filter(|route| route.contains(&below)).collect();
    assert!(routes.len() > 15, "{routes:?}");
    for route in routes {
        let known = call(&app, host, route, "rooftop-party").await;
        assert_ne!(known.status, 404, "{route}: {}", known.text);
        let unknown = call(&app, host, route, "no-such-party").await;
        assert_eq!(unknown.status, 404, "{route}: {}", unknown.text);
    }
}

#[tokio::test]
async fn what_is_done_by_slug_is_done_to_the_event() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let (host, guest) = (&logins[0], &logins[1]);
    let id = published(&app, host, json!({})).await;
    assert_eq!(state(&register(&app, guest, "rooftop-party", "register").await), "approved");
    let own = register(&app, guest, &id, "show").await;
    assert_eq!((own.json["event_id"].as_str(), state(&own)), (Some(id.as_str()), "approved"));
    let code = ask(&app, guest, "GET", "/rooftop-party/registrations/me/code").send().await.json;
    let entered = ask(&app, host, "POST", "/rooftop-party/checkin").json(&code).send().await;
    assert_eq!((entered.status, &entered.json["user_id"]), (200, &json!(guest.user_id)), "{}", entered.text);
    let files = ["rooftop-party", &id].map(|name| app.events().get(&format!("{EVENTS}/{name}/calendar.ics")));
    let [by_slug, by_id] = files.map(|file| file.send());
    let (by_slug, by_id) = (by_slug.await, by_id.await);
    assert_eq!((by_slug.status, by_slug.text), (200, by_id.text));
    let changes = json!({"title": "Cellar Party"});
    let changed = ask(&app, host, "PATCH", "/rooftop-party").header(("if-match", "\"2\"")).json(&changes).send().await;
    assert_eq!((changed.status, &changed.json["id"]), (200, &json!(id)), "{}", changed.text);
}
