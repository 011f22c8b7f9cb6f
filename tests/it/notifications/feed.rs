//! One's own notifications: order, pages, criteria, and a count that is always right.

use ibw::id::UserId;
use ibw::notifications::model::{Category, Delivery, Notification, NotificationId};
use ibw::notifications::pace::Lane;
use ibw::notifications::repository::NotificationRepository;
use ibw::random::Random;
use serde_json::{Value, json};

use crate::support::app::{Login, TestApp};
use crate::support::policy::Watch;
use crate::support::request::TestResponse;
use crate::support::telegram::Person;

/// Somebody with so many notifications, the oldest first; every third is about events.
pub(crate) async fn told(app: &TestApp, telegram_id: i64, count: usize) -> (Login, Vec<String>) {
    let login = app.login(&Person::new(telegram_id)).await;
    let user_id: UserId = login.user_id.parse().expect("an id");
    let mut ids = Vec::new();
    for n in 0..count {
        ids.push(tell(app, user_id, n, false).await);
    }
    (login, ids)
}

async fn tell(app: &TestApp, user_id: UserId, n: usize, hidden: bool) -> String {
    let at = app.now().plus_seconds(i64::try_from(n).expect("a few"));
    let id = NotificationId::generate(at, &Random::System);
    let notification = Notification {
        id,
        user_id,
        category: if n.is_multiple_of(3) { Category::Event } else { Category::Announcement },
        critical: false,
        title: format!("News {n}"),
        body: "Something happened.".to_owned(),
        link: None,
        created_at: at,
        read_at: None,
        hidden,
        job_id: None,
        html: None,
        lane: Lane::Caused,
        not_after: None,
        replaced: false,
        telegram: Delivery::pending(),
    };
    let repository = NotificationRepository::new(&app.platform(&Watch::over_test()));
    repository.deliver(&[notification]).await.expect("a write");
    id.to_string()
}

async fn get(app: &TestApp, login: &Login, path: &str) -> TestResponse {
    app.notifications().get(&format!("/api/v1/notifications{path}")).header(login.bearer()).send().await
}

async fn post(app: &TestApp, login: &Login, path: &str) -> TestResponse {
    app.notifications().post(&format!("/api/v1/notifications{path}")).header(login.bearer()).send().await
}

async fn unread(app: &TestApp, login: &Login) -> Value {
    get(app, login, "/unread-count").await.json["unread"].clone()
}

fn titles(response: &TestResponse) -> Vec<&str> {
    response.json["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["title"].as_str().expect("a title"))
        .collect()
}

#[tokio::test]
async fn feed_is_newest_first_in_pages_of_any_size() {
    let app = TestApp::start().await;
    for count in [0, 1, 3, 7] {
        let (login, _) = told(&app, 100 + i64::try_from(count).expect("a few"), count).await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = get(&app, &login, &format!("?limit=3{cursor}")).await;
            assert_eq!(page.status, 200, "{}", page.text);
            seen.extend(titles(&page).into_iter().map(str::to_owned));
            let Some(next) = page.json["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let expected: Vec<String> = (0..count).rev().map(|n| format!("News {n}")).collect();
        assert_eq!(seen, expected);
        assert_eq!(unread(&app, &login).await, json!(count));
    }
}

#[tokio::test]
async fn feed_shows_what_is_asked_for_and_nothing_hidden() {
    let app = TestApp::start().await;
    let (login, ids) = told(&app, 1, 6).await;
    tell(&app, login.user_id.parse().expect("an id"), 9, true).await;
    assert_eq!(titles(&get(&app, &login, "?category=event").await), ["News 3", "News 0"]);
    assert_eq!(post(&app, &login, &format!("/{}/read", ids[5])).await.status, 200);
    assert_eq!(titles(&get(&app, &login, "?unread=true&category=announcement").await), ["News 4", "News 2", "News 1"]);
    assert_eq!(titles(&get(&app, &login, "").await).len(), 6);
    assert_eq!(unread(&app, &login).await, 5);
    for bad in ["?category=weather", "?unread=maybe", "?limit=0", "?limit=101", "?nonsense=1", "?cursor=x"] {
        assert_eq!(get(&app, &login, bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn notification_of_somebody_else_is_not_there() {
    let app = TestApp::start().await;
    let (_, ids) = told(&app, 1, 1).await;
    let (other, _) = told(&app, 2, 1).await;
    assert_eq!(post(&app, &other, &format!("/{}/read", ids[0])).await.error(), (404, "NOT_FOUND"));
    assert_eq!(unread(&app, &other).await, 1);
    assert_eq!(app.notifications().get("/api/v1/notifications").send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notification_read_16_times_at_once_counts_down_once() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let (login, ids) = told(&app, 1, 3).await;
    let reads: Vec<_> = (0..16)
        .map(|_| {
            let (app, login, path) = (std::sync::Arc::clone(&app), login.clone(), format!("/{}/read", ids[1]));
            tokio::spawn(async move { post(&app, &login, &path).await.status })
        })
        .collect();
    for read in reads {
        assert_eq!(read.await.expect("no panic"), 200);
    }
    assert_eq!(unread(&app, &login).await, 2);
}

#[tokio::test]
async fn read_all_marks_everything_however_much_it_is() {
    let app = TestApp::start().await;
    for count in [0, 1, 150] {
        let (login, _) = told(&app, 200 + i64::try_from(count).expect("a few"), count).await;
        assert_eq!(post(&app, &login, "/read-all").await.json, json!({"unread": 0}));
        assert_eq!(titles(&get(&app, &login, "?unread=true").await), Vec::<&str>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn count_is_right_after_reads_and_read_all_and_news_at_once() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let (login, ids) = told(&app, 1, 20).await;
    let user_id: UserId = login.user_id.parse().expect("an id");
    let mut work = Vec::new();
    for (n, id) in ids.into_iter().enumerate() {
        let (app, login) = (std::sync::Arc::clone(&app), login.clone());
        work.push(tokio::spawn(async move {
            match n % 4 {
                0 => drop(tell(&app, user_id, 50 + n, false).await),
                1 => drop(post(&app, &login, "/read-all").await),
                _ => drop(post(&app, &login, &format!("/{id}/read")).await),
            }
        }));
    }
    for task in work {
        task.await.expect("no panic");
    }
    let left = titles(&get(&app, &login, "?unread=true&limit=100").await).len();
    assert_eq!(unread(&app, &login).await, json!(left));
}
