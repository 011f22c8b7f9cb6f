//! Accounts elsewhere: each belongs to one user at a time.

use ibw::users::model::User;
use serde_json::{Value, json};

use crate::support::app::{Login, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{me, patch, places, stored};

const SOCIALS: &str = "/api/v1/users/me/socials";

async fn claim(app: &TestApp, login: &Login, accounts: &Value) -> TestResponse {
    app.users().put(SOCIALS).header(login.bearer()).json(accounts).send().await
}

async fn claimed(app: &TestApp, login: &Login, accounts: &Value) {
    let response = claim(app, login, accounts).await;
    assert_eq!(response.status, 200, "{}", response.text);
}

async fn two(app: &TestApp) -> (Login, Login) {
    (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await)
}

#[tokio::test]
async fn account_of_each_network_has_one_owner_and_its_own_code() {
    let app = TestApp::start().await;
    let (first, second) = two(&app).await;
    for (field, account, same, code) in [
        ("twitter_username", "Asha_Rao", "@asha_rao", "TWITTER_USERNAME_TAKEN"),
        ("linkedin_username", "Asha-Rao", "https://www.linkedin.com/in/asha-rao/", "LINKEDIN_USERNAME_TAKEN"),
        ("github_username", "AshaRao", "https://github.com/asharao", "GITHUB_USERNAME_TAKEN"),
        ("kgen_username", "Asha.Rao", "asha.rao", "KGEN_USERNAME_TAKEN"),
    ] {
        let mine = claim(&app, &first, &json!({ field: account })).await;
        assert_eq!((mine.status, &mine.json[field]), (200, &json!(account)), "{}", mine.text);
        assert_eq!(claim(&app, &second, &json!({ field: same })).await.error(), (409, code));
        assert_eq!(me(&app, &second).await[field], Value::Null);
    }
}

#[tokio::test]
async fn account_pasted_as_another_spelling_of_its_address_is_the_same() {
    let app = TestApp::start().await;
    let (first, second) = two(&app).await;
    claimed(&app, &first, &json!({"linkedin_username": "https://www.linkedin.com/in/jos%C3%A9-garc%C3%ADa-1/"})).await;
    assert_eq!(me(&app, &first).await["linkedin_username"], "josé-garcía-1");
    for same in ["josé-garcía-1", "jose\u{301}-garci\u{301}a-1", "HTTPS://de.LinkedIn.com/in/JOS%C3%89-garc%C3%ADa-1"]
    {
        let taken = claim(&app, &second, &json!({ "linkedin_username": same })).await;
        assert_eq!(taken.error(), (409, "LINKEDIN_USERNAME_TAKEN"), "{same}");
    }
}

#[tokio::test]
async fn account_given_up_can_be_claimed_by_another() {
    let app = TestApp::start().await;
    let (first, second) = two(&app).await;
    let asha = json!({"twitter_username": "asha", "github_username": "asha"});
    claimed(&app, &first, &asha).await;
    claimed(&app, &first, &json!({"github_username": "asha", "twitter_username": null})).await;
    claimed(&app, &second, &json!({"twitter_username": "asha"})).await;
    assert_eq!(claim(&app, &first, &asha).await.error(), (409, "TWITTER_USERNAME_TAKEN"));
    assert_eq!(claim(&app, &second, &asha).await.error(), (409, "GITHUB_USERNAME_TAKEN"));
    claimed(&app, &first, &json!({})).await;
    claimed(&app, &second, &asha).await;
}

#[tokio::test]
async fn account_respelled_by_its_owner_stays_theirs() {
    let app = TestApp::start().await;
    let (first, second) = two(&app).await;
    for spelling in ["asha", "ASHA", "Asha"] {
        claimed(&app, &first, &json!({"twitter_username": spelling})).await;
        assert_eq!(me(&app, &first).await["twitter_username"], spelling);
        let other = claim(&app, &second, &json!({"twitter_username": "aSHA"})).await;
        assert_eq!(other.error(), (409, "TWITTER_USERNAME_TAKEN"));
    }
    claimed(&app, &first, &json!({})).await;
    claimed(&app, &second, &json!({"twitter_username": "aSHA"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account_claimed_by_32_users_at_once_has_one_owner_and_the_losers_keep_all_else() {
    let app = TestApp::start().await;
    let mut logins = Vec::new();
    for id in 1..=32 {
        let login = app.login(&Person::new(id)).await;
        claimed(&app, &login, &json!({"github_username": format!("asha{id}")})).await;
        logins.push(login);
    }
    let function = app.users();
    let claim_it = |(n, login): (usize, &Login)| {
        let accounts = json!({"twitter_username": "asha", "kgen_username": format!("asha{n}")});
        tokio::spawn(function.put(SOCIALS).header(login.bearer()).json(&accounts).send())
    };
    let running: Vec<_> = logins.iter().enumerate().map(claim_it).collect();
    let mut won = 0;
    for (task, login) in running.into_iter().zip(&logins) {
        let response = task.await.unwrap();
        let User { twitter_username, github_username, kgen_username, version, .. } = stored(&app, login).await.unwrap();
        let has = (twitter_username.is_some(), github_username.is_some(), kgen_username.is_some(), version);
        if response.status == 200 {
            won += 1;
            assert_eq!(has, (true, false, true, 3));
        } else {
            assert_eq!(response.error(), (409, "TWITTER_USERNAME_TAKEN"));
            assert_eq!(has, (false, true, false, 2));
        }
    }
    assert_eq!(won, 1);
    // What the losers asked for besides is still free.
    for (n, login) in logins.iter().enumerate() {
        claimed(&app, login, &json!({"kgen_username": format!("asha{n}")})).await;
    }
}

#[tokio::test]
async fn accounts_of_two_users_are_swapped_when_one_lets_go_first() {
    let app = TestApp::start().await;
    let (first, second) = two(&app).await;
    let [a, b] = ["asha", "maya"].map(|name| json!({"twitter_username": name}));
    claimed(&app, &first, &a).await;
    claimed(&app, &second, &b).await;
    assert_eq!(claim(&app, &first, &b).await.error(), (409, "TWITTER_USERNAME_TAKEN"));
    claimed(&app, &second, &json!({})).await;
    claimed(&app, &first, &b).await;
    claimed(&app, &second, &a).await;
    let names = json!([me(&app, &first).await["twitter_username"], me(&app, &second).await["twitter_username"]]);
    assert_eq!(names, json!(["maya", "asha"]));
}

#[tokio::test]
async fn account_stays_claimed_when_the_profile_changes() {
    let app = TestApp::start().await;
    let (first, second) = two(&app).await;
    claimed(&app, &first, &json!({"twitter_username": "asha"})).await;
    patch(&app, &first, &json!({"job_title": "CTO", "visibility": "private"})).await;
    app.login(&Person::new(1).with("username", "renamed")).await;
    let other = claim(&app, &second, &json!({"twitter_username": "asha"})).await;
    assert_eq!(other.error(), (409, "TWITTER_USERNAME_TAKEN"));
}

#[tokio::test]
async fn account_that_is_no_account_is_refused_by_its_field() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    for (accounts, place) in [
        (json!({"twitter_username": "asha rao"}), "twitter_username"),
        (json!({"linkedin_username": "ab"}), "linkedin_username"),
        (json!({"github_username": "a--b"}), "github_username"),
        (json!({"kgen_username": ""}), "kgen_username"),
        (json!({"facebook_username": "asha"}), "facebook_username"),
    ] {
        let response = claim(&app, &login, &accounts).await;
        assert_eq!((response.error(), places(&response)), ((400, "INVALID_BODY"), vec![place]), "{accounts}");
    }
}
