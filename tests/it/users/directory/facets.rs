//! Lists of everybody, and by role, ecosystem and topic; what changes them.

use ibw::users::listing::listings;
use serde_json::json;

use super::{get, names, page, people};
use crate::support::app::TestApp;
use crate::support::crowd;
use crate::support::telegram::Person;
use crate::users::{ME, USERS, ids, patch, places, stored};

#[tokio::test]
async fn list_of_none_one_and_three_users_is_newest_first() {
    let app = TestApp::start().await;
    let empty = app.users().get(USERS).send().await;
    assert_eq!((empty.status, empty.json), (200, json!({"items": [], "next_cursor": null})));
    let first = people(&app, 1).await.remove(0);
    assert_eq!(names(&app, &first, &[]).await, ["Asha1"]);
    for id in [2, 3] {
        app.login(&Person::new(id)).await;
        app.clock.advance(1);
    }
    // Logging in again makes nobody newer.
    app.login(&Person::new(1)).await;
    assert_eq!(names(&app, &first, &[]).await, ["Asha3", "Asha2", "Asha1"]);
}

#[tokio::test]
async fn list_by_tags_has_those_who_have_all_of_them() {
    let app = TestApp::start().await;
    let logins = people(&app, 4).await;
    for (login, tags) in logins.iter().zip([
        json!({"roles": ["founder"], "ecosystems": ["solana"], "topics": ["defi"]}),
        json!({"roles": ["founder", "developer"], "ecosystems": ["solana", "ethereum"], "topics": ["defi", "nft"]}),
        json!({"roles": ["developer"], "ecosystems": ["ethereum"], "topics": ["nft"]}),
    ]) {
        patch(&app, login, &tags).await;
    }
    let none: [&str; 0] = [];
    for (query, expected) in [
        (vec![("role", "founder")], vec!["Asha2", "Asha1"]),
        (vec![("role", "Developer")], vec!["Asha3", "Asha2"]),
        (vec![("ecosystem", "solana")], vec!["Asha2", "Asha1"]),
        (vec![("topic", "nft")], vec!["Asha3", "Asha2"]),
        (vec![("role", "founder"), ("topic", "nft")], vec!["Asha2"]),
        (vec![("role", "developer"), ("ecosystem", "ethereum"), ("topic", "nft")], vec!["Asha3", "Asha2"]),
        (vec![("role", "founder"), ("ecosystem", "ethereum"), ("topic", "defi")], vec!["Asha2"]),
        (vec![("q", "asha3"), ("role", "developer")], vec!["Asha3"]),
        (vec![("q", "rao"), ("role", "founder"), ("topic", "nft")], vec!["Asha2"]),
        (vec![("q", "asha4"), ("role", "developer")], none.to_vec()),
        // A tag is of its kind, and is the whole tag.
        (vec![("role", "solana")], none.to_vec()),
        (vec![("topic", "founder")], none.to_vec()),
        (vec![("role", "found")], none.to_vec()),
        (vec![("topic", "defi"), ("role", "found")], none.to_vec()),
    ] {
        assert_eq!(names(&app, &logins[0], &query).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn change_of_tags_moves_the_user_between_lists() {
    let app = TestApp::start().await;
    let logins = people(&app, 2).await;
    let none: [&str; 0] = [];
    patch(&app, &logins[0], &json!({"roles": ["founder", "investor"]})).await;
    patch(&app, &logins[0], &json!({"roles": ["investor", "speaker"]})).await;
    for (role, expected) in [("founder", none.to_vec()), ("investor", vec!["Asha1"]), ("speaker", vec!["Asha1"])] {
        assert_eq!(names(&app, &logins[1], &[("role", role)]).await, expected, "{role}");
    }
    // The filter of a kept entry knows the new tags too.
    let both = [("topic", "defi"), ("role", "speaker")];
    assert_eq!(names(&app, &logins[1], &both).await, none);
    patch(&app, &logins[0], &json!({"topics": ["defi"]})).await;
    assert_eq!(names(&app, &logins[1], &both).await, ["Asha1"]);
    patch(&app, &logins[0], &json!({"roles": null})).await;
    assert_eq!(names(&app, &logins[1], &both).await, none);
    assert_eq!(names(&app, &logins[1], &[("topic", "defi")]).await, ["Asha1"]);
}

#[tokio::test]
async fn largest_profile_moves_from_all_its_lists_to_as_many_others_in_one_change() {
    let app = TestApp::start().await;
    let words = |word: &str| (0..8).map(|n| format!("{word}{n}")).collect::<Vec<_>>().join(" ");
    let tags = |kind: &str, count| (0..count).map(|n| format!("{kind}{n}")).collect::<Vec<_>>();
    let everything = |of: &str| {
        json!({
            "first_name": format!("{of}first {}", words(of)), "organization": words(&format!("{of}o")),
            "roles": tags(of, 5), "ecosystems": tags(of, 10), "topics": tags(of, 10),
        })
    };
    let login = app.login(&Person::new(1)).await;
    patch(&app, &login, &everything("one")).await;
    patch(&app, &login, &everything("two")).await;
    for (query, count) in [(("topic", "one9"), 0), (("topic", "two9"), 1), (("q", "one7"), 0), (("q", "two7"), 1)] {
        assert_eq!(names(&app, &login, &[query]).await.len(), count, "{query:?}");
    }
    assert_eq!(app.users().delete(ME).header(app.signed(&Person::new(1))).send().await.status, 202);
}

#[tokio::test]
async fn user_who_hides_or_leaves_vanishes_at_once_and_comes_back_where_they_were() {
    let app = TestApp::start().await;
    let logins = people(&app, 3).await;
    let middle = &logins[1];
    patch(&app, middle, &json!({"roles": ["founder"]})).await;
    let lists: [&[(&str, &str)]; 4] = [&[], &[("role", "founder")], &[("q", "asha2")], &[("q", "asha")]];
    let gone: [&[&str]; 4] = [&["Asha3", "Asha1"], &[], &[], &["Asha1", "Asha3"]];
    let there: [&[&str]; 4] = [&["Asha3", "Asha2", "Asha1"], &["Asha2"], &["Asha2"], &["Asha1", "Asha2", "Asha3"]];
    let expect = async |expected: [&[&str]; 4], why: &str| {
        for (query, expected) in lists.iter().zip(expected) {
            assert_eq!(names(&app, &logins[0], query).await, expected, "{why} {query:?}");
        }
    };
    expect(there, "at first").await;
    patch(&app, middle, &json!({"visibility": "private"})).await;
    expect(gone, "hidden").await;
    patch(&app, middle, &json!({"visibility": "attendees"})).await;
    expect(there, "shown").await;
    assert_eq!(app.users().delete(ME).header(app.signed(&Person::new(2))).send().await.status, 202);
    expect(gone, "leaving").await;
    let cancel = app.users().post("/api/v1/users/me/erasure/cancel").header(app.signed(&Person::new(2)));
    assert_eq!(cancel.send().await.status, 200);
    expect(there, "returned").await;
}

#[tokio::test]
async fn entry_that_the_index_has_not_dropped_yet_shows_nobody_twice_nor_who_is_hidden() {
    let app = TestApp::start().await;
    let logins = people(&app, 3).await;
    for (login, name) in logins.iter().zip(["Ashok", "Ashraf"]) {
        let mut before = stored(&app, login).await.unwrap();
        before.first_name = name.to_owned();
        for entry in listings(&before) {
            crowd::put(&app.database, &entry);
        }
    }
    patch(&app, &logins[1], &json!({"visibility": "private"})).await;
    assert_eq!(names(&app, &logins[2], &[("q", "ash")]).await, ["Asha1", "Asha3"]);
    assert_eq!(names(&app, &logins[2], &[("q", "ashr")]).await, [] as [&str; 0]);
    assert_eq!(names(&app, &logins[2], &[]).await, ["Asha3", "Asha1"]);
}

#[tokio::test]
async fn list_for_strangers_has_the_public_ones_only_whatever_they_ask() {
    let app = TestApp::start().await;
    let logins = people(&app, 4).await;
    for (login, visibility) in logins.iter().zip(["public", "attendees", "private", "public"]) {
        patch(&app, login, &json!({"visibility": visibility, "roles": ["founder"]})).await;
    }
    for query in ["", "?role=founder", "?q=rao", "?q=asha&role=founder", "?limit=2", "?q=rao&limit=2"] {
        let list = app.users().get(&format!("{USERS}{query}")).send().await;
        let mut found = ids(&list.json);
        found.sort_unstable();
        assert_eq!(found, [&logins[0].user_id, &logins[3].user_id], "{query}");
    }
    let page = page(&app, &logins[0], &[("role", "founder")]).await;
    assert_eq!(ids(&page), [&logins[3].user_id, &logins[1].user_id, &logins[0].user_id]);
}

#[tokio::test]
async fn query_against_the_documentation_is_refused() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let long = "x".repeat(101);
    for (query, place) in [
        (vec![("limit", "0")], "limit"),
        (vec![("limit", "101")], "limit"),
        (vec![("limit", "-1")], "limit"),
        (vec![("limit", "ten")], "limit"),
        (vec![("limit", "")], "limit"),
        (vec![("limit", "5"), ("limit", "6")], "query"),
        (vec![("q", "a"), ("q", "b")], "query"),
        (vec![("role", "a"), ("role", "a")], "query"),
        (vec![("q", "")], "q"),
        (vec![("q", &long)], "q"),
        (vec![("role", "#")], "role"),
        (vec![("ecosystem", "")], "ecosystem"),
        (vec![("topic", "a/b")], "topic"),
        (vec![("roles", "founder")], "roles"),
        (vec![("page", "2")], "page"),
    ] {
        let response = get(&app, &login, &query).await;
        assert_eq!((response.error(), places(&response)), ((400, "INVALID_REQUEST"), vec![place]), "{query:?}");
    }
}
