//! Search by the beginnings of words of name, username and organisation.

use serde_json::json;

use super::{names, people};
use crate::support::app::TestApp;
use crate::support::telegram::Person;
use crate::users::patch;

#[tokio::test]
async fn search_finds_beginnings_of_words_of_name_username_and_organisation() {
    let app = TestApp::start().await;
    let somebody = |id, first: &str, last: &str, username: &str| {
        Person::new(id).with("first_name", first).with("last_name", last).with("username", username)
    };
    let jose = app.login(&somebody(1, "José", "Müller-Łukasz", "pepe_m")).await;
    let asha = app.login(&somebody(2, "आशा", "Rao", "asharao")).await;
    app.login(&somebody(3, "Ｗｅｂ３", "Mary Jo", "mjo")).await;
    patch(&app, &jose, &json!({"organization": "D'Souza, Acme & Söhne Labs"})).await;
    patch(&app, &asha, &json!({"organization": "Labyrinth"})).await;
    let none: [&str; 0] = [];
    for (q, expected) in [
        ("jose", vec!["José"]),
        ("JOSÉ", vec!["José"]),
        ("jo", vec!["Ｗｅｂ３", "José"]),
        ("j", vec!["Ｗｅｂ３", "José"]),
        ("mull", vec!["José"]),
        ("Müll", vec!["José"]),
        ("łuk", vec!["José"]),
        ("lukasz", vec!["José"]),
        ("dsouza", vec!["José"]),
        ("d’souza", vec!["José"]),
        ("ŁUKASZ", vec!["José"]),
        ("pepe_", vec!["José"]),
        ("pepe", vec!["José"]),
        ("@pepe_m", vec!["José"]),
        ("acme", vec!["José"]),
        ("sohn", vec!["José"]),
        ("lab", vec!["José", "आशा"]),
        ("labs", vec!["José"]),
        ("आ", vec!["आशा"]),
        ("आशा", vec!["आशा"]),
        ("asha", vec!["आशा"]),
        ("web3", vec!["Ｗｅｂ３"]),
        ("mary jo", vec!["Ｗｅｂ３"]),
        ("jo mary", vec!["Ｗｅｂ３"]),
        ("jo lab", vec!["José"]),
        ("Jo, Lab!", vec!["José"]),
        ("jo lab rao", none.to_vec()),
        ("ose", none.to_vec()),
        ("josef", none.to_vec()),
        ("m", vec!["Ｗｅｂ３", "José"]),
    ] {
        let mut found = names(&app, &jose, &[("q", q)]).await;
        let mut expected = expected.clone();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{q}");
    }
}

#[tokio::test]
async fn search_is_in_the_order_of_the_words_found() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1).with("first_name", "Maya").with("last_name", "Zed")).await;
    for (id, first, last) in [(2, "Mani", "Pal"), (3, "Zoe", "Madan"), (4, "Mahesh", "Aman")] {
        app.login(&Person::new(id).with("first_name", first).with("last_name", last)).await;
    }
    assert_eq!(names(&app, &login, &[("q", "ma")]).await, ["Zoe", "Mahesh", "Mani", "Maya"]);
}

#[tokio::test]
async fn user_with_several_words_that_match_is_found_once() {
    let app = TestApp::start().await;
    let person = Person::new(1).with("first_name", "Asha").with("last_name", "Ashok").with("username", "ashadevi");
    let login = app.login(&person).await;
    patch(&app, &login, &json!({"organization": "Ashram Asha Asha"})).await;
    for q in ["a", "ash", "asha", "ashad", "ashok", "ashr", "ash ash", "asha ashok ashram"] {
        assert_eq!(names(&app, &login, &[("q", q)]).await, ["Asha"], "{q}");
    }
}

#[tokio::test]
async fn search_follows_a_changed_name_at_once() {
    let app = TestApp::start().await;
    let login = people(&app, 2).await.remove(0);
    let none: [&str; 0] = [];
    patch(&app, &login, &json!({"first_name": "Maya", "last_name": null, "organization": "Zenith"})).await;
    for (q, expected) in
        [("maya", vec!["Maya"]), ("zen", vec!["Maya"]), ("asha1", none.to_vec()), ("rao", vec!["Asha2"])]
    {
        assert_eq!(names(&app, &login, &[("q", q)]).await, expected, "{q}");
    }
    // Telegram's username is theirs to change, and changes here with the next login.
    app.login(&Person::new(1).with("username", "mayadevi")).await;
    assert_eq!(names(&app, &login, &[("q", "mayad")]).await, ["Maya"]);
    assert_eq!(names(&app, &login, &[("q", "asha_1")]).await, none);
}

#[tokio::test]
async fn search_by_a_name_longer_than_what_is_indexed_finds_it() {
    let app = TestApp::start().await;
    let long = "a".repeat(64);
    let login = app.login(&Person::new(1).with("first_name", long.as_str())).await;
    for length in [1, 39, 40, 41, 64] {
        assert_eq!(names(&app, &login, &[("q", &long[..length])]).await, [long.as_str()], "{length}");
    }
}

#[tokio::test]
async fn search_without_a_word_in_it_finds_nobody() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let none: [&str; 0] = [];
    for q in ["!", "@", "- -", "😀"] {
        assert_eq!(names(&app, &login, &[("q", q)]).await, none, "{q}");
    }
}
