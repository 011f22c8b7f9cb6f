//! Events elsewhere: calendar files and posts.

use serde_json::json;

use super::{EVENTS, ask, people, published, written};
use crate::support::app::TestApp;

#[tokio::test]
async fn calendar_file_of_an_event_says_when_and_where_it_is_and_that_it_was_cancelled() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let place = json!({"name": "Rooftop", "address": "1 MG Road, Bengaluru", "lat": 12.97, "lng": 77.5});
    let id = published(&app, host, json!({"location": place})).await;
    let path = format!("{EVENTS}/{id}/calendar.ics");
    let file = app.events().get(&path).send().await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/calendar; charset=utf-8"));
    let lines: Vec<&str> = file.text.split("\r\n").collect();
    for absent in ["METHOD", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"] {
        assert!(!lines.iter().any(|line| line.starts_with(absent)), "{absent}: {}", file.text);
    }
    for line in [
        "DTSTART:20261123T093000Z",
        "DTEND:20261123T123000Z",
        "SUMMARY:Rooftop Party",
        "LOCATION:Rooftop\\, 1 MG Road\\, Bengaluru",
        "GEO:12.970000;77.500000",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
    ] {
        assert!(lines.contains(&line), "{line}: {}", file.text);
    }
    let tag = file.header("etag").to_owned();
    let again = || app.events().get(&path).header(("if-none-match", tag.clone())).send();
    let unchanged = again().await;
    assert_eq!((unchanged.status, unchanged.text.as_str(), unchanged.header("etag")), (304, "", tag.as_str()));
    let cancel = ask(&app, host, "DELETE", &format!("/{id}")).header(("if-match", "\"2\""));
    assert_eq!(cancel.send().await.status, 204);
    let file = again().await;
    assert_eq!(file.status, 200);
    assert!(file.text.contains("STATUS:CANCELLED") && file.text.contains("SEQUENCE:3"), "{}", file.text);
}

#[tokio::test]
async fn post_about_an_event_says_what_its_host_wants_and_opens_the_app() {
    let app = TestApp::start_with(&[("APP_URL", "https://t.me/test_bot/app")]).await;
    let host = &people(&app, 1, 1).await[0];
    let plain = published(&app, host, json!({})).await;
    let share = app.events().get(&format!("{EVENTS}/{plain}/share")).send().await;
    let url = format!("https://t.me/test_bot/app?startapp=event_{plain}");
    let expected = json!({
        "title": "Rooftop Party", "text": "Rooftop Party, Mon 23 Nov 2026, 15:00", "url": url, "image_url": null,
        "hashtags": [],
        "telegram_url": format!("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Ftest_bot%2Fapp%3Fstartapp%3Devent_{plain}&text=Rooftop%20Party%2C%20Mon%2023%20Nov%202026%2C%2015%3A00"),
        "x_url": format!("https://x.com/intent/post?text=Rooftop%20Party%2C%20Mon%2023%20Nov%202026%2C%2015%3A00&url=https%3A%2F%2Ft.me%2Ftest_bot%2Fapp%3Fstartapp%3Devent_{plain}&hashtags="),
    });
    assert_eq!((share.status, &share.json), (200, &expected));
    let sharing = json!({"text": "See you & yours", "hashtags": ["ibw", "web-3"], "image_url": null});
    let image = "https://cdn.example.org/a.png";
    let told = published(&app, host, json!({"social_sharing": sharing, "image_url": image})).await;
    let share = app.events().get(&format!("{EVENTS}/{told}/share")).send().await.json;
    let fields = (&share["text"], &share["image_url"], &share["hashtags"]);
    assert_eq!(fields, (&json!("See you & yours"), &json!(image), &json!(["ibw", "web-3"])));
    assert!(share["x_url"].as_str().unwrap().ends_with("&hashtags=ibw%2Cweb3"), "{share}");
    assert!(share["telegram_url"].as_str().unwrap().ends_with("&text=See%20you%20%26%20yours"), "{share}");
}

#[tokio::test]
async fn event_that_is_not_approved_is_not_shared() {
    let app = TestApp::start().await;
    let host = &people(&app, 1, 1).await[0];
    let id = written(&app, host, "Party", json!({})).await["id"].as_str().unwrap().to_owned();
    for path in ["calendar.ics", "share"] {
        let refused = app.events().get(&format!("{EVENTS}/{id}/{path}")).send().await;
        assert_eq!(refused.error(), (404, "NOT_FOUND"), "{path}");
    }
}
