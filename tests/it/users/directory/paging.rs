//! Lists in pages: everybody once, in order, and cursors that serve only whom they were given to for what they were
//! given.

use serde_json::{Value, json};

use super::{get, page, pages, people};
use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::{USERS, ids, patch};

#[tokio::test]
async fn paging_visits_everybody_once_in_order_at_any_limit() {
    let app = TestApp::start().await;
    let logins = people(&app, 57).await;
    for (n, login) in logins.iter().enumerate() {
        let (role, topic) = (["founder", "developer", "designer"][n % 3], ["defi", "nft"][n % 2]);
        let visibility = if n % 19 == 18 { "private" } else { "attendees" };
        patch(&app, login, &json!({"roles": [role], "topics": [topic], "visibility": visibility})).await;
    }
    let caller = &logins[0];
    let is_listed = |n: &usize| n % 19 != 18;
    let newest_first = |keep: &dyn Fn(&usize) -> bool| -> Vec<String> {
        (0..57).rev().filter(is_listed).filter(keep).map(|n| logins[n].user_id.clone()).collect()
    };
    let mut by_word: Vec<usize> = (0..57).filter(is_listed).collect();
    by_word.sort_by_key(|n| format!("asha{}#", n + 1));
    let by_word: Vec<String> = by_word.into_iter().map(|n| logins[n].user_id.clone()).collect();
    for (query, expected) in [
        (vec![], newest_first(&|_| true)),
        (vec![("role", "developer")], newest_first(&|n| n % 3 == 1)),
        (vec![("role", "developer"), ("topic", "nft")], newest_first(&|n| n % 3 == 1 && n % 2 == 1)),
        // Each is there twice, by `asha7` and by `asha_7`, and is found once.
        (vec![("q", "asha")], by_word),
    ] {
        for limit in [1, 7, 53, 54, 55, 100] {
            let text = limit.to_string();
            let query = [query.clone(), vec![("limit", text.as_str())]].concat();
            let pages = pages(&app, caller, &query).await;
            assert!(pages.iter().all(|page| page.len() <= limit), "{query:?}");
            assert_eq!(pages.concat(), expected, "{query:?}");
        }
    }
}

#[tokio::test]
async fn page_that_ends_with_the_list_has_no_next_one() {
    let app = TestApp::start().await;
    let logins = people(&app, 3).await;
    for (limit, sizes) in [("1", vec![1, 1, 1]), ("2", vec![2, 1]), ("3", vec![3]), ("4", vec![3])] {
        let pages = pages(&app, &logins[0], &[("limit", limit)]).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{limit}");
    }
    assert_eq!(page(&app, &logins[0], &[]).await["next_cursor"], Value::Null);
}

#[tokio::test]
async fn page_has_20_users_when_the_request_does_not_say() {
    let app = TestApp::start().await;
    let logins = people(&app, 21).await;
    let sizes: Vec<usize> = pages(&app, &logins[0], &[]).await.iter().map(Vec::len).collect();
    assert_eq!(sizes, [20, 1]);
}

#[tokio::test]
async fn page_goes_on_where_it_was_though_people_come_and_go() {
    let app = TestApp::start().await;
    let logins = people(&app, 4).await;
    let first = page(&app, &logins[0], &[("limit", "2")]).await;
    assert_eq!(ids(&first), [&logins[3].user_id, &logins[2].user_id]);
    app.login(&Person::new(5)).await;
    // Even the one whom the cursor names may leave.
    patch(&app, &logins[2], &json!({"visibility": "private"})).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = page(&app, &logins[0], &[("limit", "2"), ("cursor", cursor)]).await;
    assert_eq!(ids(&second), [&logins[1].user_id, &logins[0].user_id]);
}

#[tokio::test]
async fn cursor_serves_its_query_and_caller_only() {
    let app = TestApp::start().await;
    let logins = people(&app, 3).await;
    for login in &logins {
        patch(&app, login, &json!({"visibility": "public", "roles": ["founder"]})).await;
    }
    let list = page(&app, &logins[0], &[("role", "founder"), ("limit", "1")]).await;
    let cursor = list["next_cursor"].as_str().unwrap();
    // The limit is not of the query: the next page may be longer.
    let next = page(&app, &logins[0], &[("role", "founder"), ("cursor", cursor), ("limit", "2")]).await;
    assert_eq!(ids(&next), [&logins[1].user_id, &logins[0].user_id]);
    for query in [vec![], vec![("role", "developer")], vec![("topic", "founder")], vec![("q", "founder")]] {
        let query = [query, vec![("cursor", cursor)]].concat();
        assert_eq!(get(&app, &logins[0], &query).await.error(), (400, "INVALID_CURSOR"), "{query:?}");
    }
    let path = super::path(&[("role", "founder"), ("cursor", cursor)]);
    let by_another = app.users().get(&path).header(logins[1].bearer()).send().await;
    assert_eq!(by_another.error(), (400, "INVALID_CURSOR"));
    assert_eq!(app.users().get(&path).send().await.error(), (400, "INVALID_CURSOR"));
}

#[tokio::test]
async fn cursor_that_was_altered_or_invented_is_refused() {
    let app = TestApp::start().await;
    let logins = people(&app, 2).await;
    let list = page(&app, &logins[0], &[("limit", "1")]).await;
    let cursor = list["next_cursor"].as_str().unwrap();
    let swapped = |at: usize| {
        let replacement = if cursor.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("{}{replacement}{}", &cursor[..at], &cursor[at + 1..])
    };
    let last = cursor.len() - 2;
    for altered in [swapped(0), swapped(last / 2), swapped(last), cursor[1..].to_owned(), cursor[..last].to_owned()] {
        assert_eq!(get(&app, &logins[0], &[("cursor", &altered)]).await.error(), (400, "INVALID_CURSOR"), "{altered}");
    }
    for invented in ["", "2", "%", "eyJwayI6IlVTRVIjMSJ9"] {
        assert_eq!(get(&app, &logins[0], &[("cursor", invented)]).await.error(), (400, "INVALID_CURSOR"), "{invented}");
    }
    assert_eq!(app.users().get(USERS).header(logins[0].bearer()).send().await.status, 200);
}
