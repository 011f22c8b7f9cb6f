//! Requests about a conference that does not exist: no route takes that for a conference with nothing in it.

use serde_json::json;

use crate::attendees::world::TICKETING_SECRET;
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::operation::operations;
use crate::support::telegram::Person;

#[tokio::test]
async fn unknown_conference_is_not_found_by_any_route() {
    // No test made the conference of the parameters.
    let app = TestApp::start_with(&[("TICKETING_WEBHOOK_SECRET", TICKETING_SECRET)]).await;
    let user = app.login(&Person::new(1)).await;
    let mut operations = operations(&app);
    operations.retain(|operation| operation.template.starts_with("/api/v1/conferences/{slug}"));
    assert!(operations.len() > 40, "only {} routes were found", operations.len());
    for operation in operations {
        let answer = operation.complete(&app, &user).send().await;
        let route = format!("{} {}", operation.method, operation.template);
        assert_eq!(answer.error(), (404, "NOT_FOUND"), "{route}: {}", answer.text);
    }
}

#[tokio::test]
async fn unknown_conference_is_not_found_with_filters_either() {
    let app = TestApp::start().await;
    let user = app.login(&Person::new(1)).await;
    let path = |rest: &str| format!("/api/v1/conferences/no-such-conference/{rest}");
    for rest in ["tickets?code=k7xq2mv9tz4w", "tickets?email=asha@example.org", "tickets?state=paid", "tickets?limit=1"]
    {
        let request = app.attendees().get(&path(&format!("attendees/{rest}")));
        let answer = request.header(("x-api-key", ADMIN_API_KEY)).send().await;
        assert_eq!(answer.error(), (404, "NOT_FOUND"), "{rest}");
    }
    let draft = app.agenda().get(&path("agenda/export?draft=true")).header(("x-api-key", ADMIN_API_KEY)).send().await;
    assert_eq!(draft.error(), (404, "NOT_FOUND"));
    let claim = app.attendees().post(&path("attendees/claim")).header(user.bearer()).json(&json!({})).send().await;
    assert_eq!(claim.error(), (404, "NOT_FOUND"));
}
