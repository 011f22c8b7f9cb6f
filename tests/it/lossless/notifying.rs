//! What the feed and the bot do.

use super::unharmed;
use crate::notifications::feed::told;
use crate::support::app::TestApp;

#[tokio::test]
async fn notifications_are_read_once() {
    let with_news = async || {
        let app = TestApp::start().await;
        let told = told(&app, 1, 3).await;
        (app, told)
    };
    unharmed("feed.read", with_news, async |(app, (login, ids))| {
        app.notifications().post(&format!("/api/v1/notifications/{}/read", ids[0])).header(login.bearer()).send().await
    })
    .await;
    unharmed("feed.read_all", with_news, async |(app, (login, _))| {
        app.notifications().post("/api/v1/notifications/read-all").header(login.bearer()).send().await
    })
    .await;
}
