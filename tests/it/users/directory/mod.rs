//! The directory: whom it lists, in which order, page by page, and how fast at the size of the conference.

mod facets;
mod large;
mod paging;
mod search;

use serde_json::Value;

use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{USERS, ids};

/// People who join one second after the other.
async fn people(app: &TestApp, count: i64) -> Vec<Login> {
    let mut logins = Vec::new();
    for id in 1..=count {
        logins.push(app.login(&Person::new(id)).await);
        app.clock.advance(1);
    }
    logins
}

/// The path of a list.
fn path(query: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{USERS}?{query}")
}

/// What a user gets for a query, whatever it is.
async fn get(app: &TestApp, caller: &Login, query: &[(&str, &str)]) -> TestResponse {
    app.users().get(&path(query)).header(caller.bearer()).send().await
}

/// A page, which has to be there.
async fn page(app: &TestApp, caller: &Login, query: &[(&str, &str)]) -> Value {
    let response = get(app, caller, query).await;
    assert_eq!(response.status, 200, "{query:?}: {}", response.text);
    response.json
}

/// The Telegram-given first names on the only page of a list.
async fn names(app: &TestApp, caller: &Login, query: &[(&str, &str)]) -> Vec<String> {
    let page = page(app, caller, query).await;
    assert_eq!(page["next_cursor"], Value::Null, "{query:?}");
    let items = page["items"].as_array().unwrap();
    items.iter().map(|user| user["first_name"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a list, from the first to the last: the ids on each.
async fn pages(app: &TestApp, caller: &Login, query: &[(&str, &str)]) -> Vec<Vec<String>> {
    let (mut pages, mut cursor): (Vec<Vec<String>>, Option<String>) = (Vec::new(), None);
    loop {
        let mut query = query.to_vec();
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let page = page(app, caller, &query).await;
        pages.push(ids(&page).into_iter().map(str::to_owned).collect());
        assert!(pages.len() < 200, "the list does not end");
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return pages;
        }
    }
}
