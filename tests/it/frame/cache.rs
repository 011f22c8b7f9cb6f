//! `Cache-Control`: what caches may keep, of all routes. That successful answers carry what is documented, each test
//! checks (`support/contract`).

use serde_json::json;

use crate::agenda::{CONFERENCE, publish, session, with_conference, write_session};
use crate::attendees::world::TICKETING_SECRET;
use crate::conferences::organise;
use crate::events::{people, published};
use crate::support::app::TestApp;
use crate::support::operation::operations;
use crate::support::request::{TestRequest, TestResponse};
use crate::support::telegram::Person;
use crate::users::{ME, USERS};

const PUBLIC: &str = "public, max-age=5, s-maxage=10, stale-while-revalidate=20";
const PRIVATE: &str = "private, no-cache";

fn vary(answer: &TestResponse) -> Vec<String> {
    let lists = answer.headers.get_all("vary").iter().map(|list| list.to_str().unwrap().to_lowercase());
    let mut names: Vec<String> =
        lists.flat_map(|list| list.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()).collect();
    names.sort();
    names
}

async fn policy(request: TestRequest) -> String {
    request.send().await.header("cache-control").to_owned()
}

#[tokio::test]
async fn every_answer_says_whether_it_may_be_kept_and_no_error_may() {
    let app = TestApp::start_with(&[("TICKETING_WEBHOOK_SECRET", TICKETING_SECRET)]).await;
    let user = app.login(&Person::new(1)).await;
    let operations = operations(&app);
    assert!(operations.len() > 100, "only {} routes were found", operations.len());
    for operation in operations {
        let answer = operation.complete(&app, &user).send().await;
        let (route, policy) = (format!("{} {}", operation.method, operation.template), answer.header("cache-control"));
        if answer.status >= 400 {
            assert_eq!(policy, "no-store", "{route}: {}", answer.text);
        }
        assert_eq!(answer.headers.get_all("cache-control").iter().count(), 1, "{route}");
    }
    for path in ["/api/v1/nothing", "/"] {
        assert_eq!(policy(app.users().get(path)).await, "no-store");
    }
    assert_eq!(policy(app.users().put(ME)).await, "no-store");
}

#[tokio::test]
async fn public_answer_is_the_same_for_everybody_and_an_optional_one_is_private_for_all() {
    let app = with_conference().await;
    write_session(&app, &session("A", "09:00", "Main")).await;
    publish(&app).await;
    let logins = people(&app, 1, 1).await;
    let id = published(&app, &logins[0], json!({})).await;
    for (request, expected) in [
        (app.agenda().get(&format!("{CONFERENCE}/agenda")), PUBLIC),
        (app.agenda().get(&format!("{CONFERENCE}/agenda/releases/1")), PUBLIC),
        (app.conferences().get(CONFERENCE), PUBLIC),
        (app.speakers().get(&format!("{CONFERENCE}/speakers")), PUBLIC),
        (app.events().get(&format!("/api/v1/events/{id}/share")), PUBLIC),
        (app.events().get(&format!("/api/v1/events/{id}")), PRIVATE),
        (app.events().get("/api/v1/events"), "no-store"),
        (app.users().get(USERS), "no-store"),
        (app.agenda().get(&format!("{CONFERENCE}/agenda/export")), "no-store"),
        (app.docs().get("/api/v1/health"), "no-store"),
    ] {
        assert_eq!(policy(request.clone()).await, expected);
        assert_eq!(policy(request.header(logins[0].bearer())).await, expected);
    }
}

#[tokio::test]
async fn unchanged_answer_varies_and_is_kept_as_the_whole_one() {
    let app = with_conference().await;
    let login = app.login(&Person::new(1)).await;
    for (request, expected) in
        [(app.conferences().get(CONFERENCE), PUBLIC), (app.users().get(ME).header(login.bearer()), PRIVATE)]
    {
        let whole = request.clone().send().await;
        let known = request.header(("if-none-match", whole.header("etag"))).send().await;
        assert_eq!((whole.status, known.status), (200, 304));
        assert_eq!((known.header("cache-control"), whole.header("cache-control")), (expected, expected));
        assert_eq!(vary(&known), vary(&whole));
        assert!(vary(&known).contains(&"accept-encoding".to_owned()));
        assert_eq!(vary(&known).contains(&"x-telegram-auth".to_owned()), expected == PRIVATE);
    }
}

#[tokio::test]
async fn refusal_of_one_caller_is_kept_for_no_other() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "anonymous=1/60,admin=1000/60")]).await;
    assert_eq!(organise(&app, "POST", "").json(&crate::conferences::conference("ibw-2026")).send().await.status, 201);
    let instance = app.conferences();
    assert_eq!(policy(instance.get(CONFERENCE)).await, PUBLIC);
    let refused = instance.get(CONFERENCE).send().await;
    assert_eq!((refused.status, refused.header("cache-control")), (429, "no-store"));
}
