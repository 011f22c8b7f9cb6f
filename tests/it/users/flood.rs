//! Many accounts against one address: it gets few codes, and few guesses are made, whoever asks.

use ibw::config::Secret;
use ibw::one_time_code::OneTimeCodes;
use serde_json::json;

use crate::support::app::{Login, SIGNING_KEY, TestApp};
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{entities, repository};

const VICTIM: &str = "asha@example.org";
const LIMITED: (u16, &str) = (429, "EMAIL_LIMITED");

async fn ask(app: &TestApp, login: &Login, email: &str) -> TestResponse {
    let request = app.users().post("/api/v1/users/me/email").header(login.bearer());
    request.json(&json!({ "email": email })).send().await
}

async fn guess(app: &TestApp, login: &Login, code: &str) -> TestResponse {
    let request = app.users().post("/api/v1/users/me/email/verify").header(login.bearer());
    request.json(&json!({ "code": code })).send().await
}

/// A new account.
async fn account(app: &TestApp, id: i64) -> Login {
    app.login(&Person::new(id)).await
}

/// The number of mails that are on their way.
fn mails(app: &TestApp) -> usize {
    entities(app, "users", "outbox").len()
}

/// Six digits that are another code.
fn not(code: &str) -> String {
    let last = if code.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &code[..5])
}

async fn code_of(app: &TestApp, login: &Login) -> String {
    let open = repository(app).verification(login.user_id.parse().unwrap(), app.now()).await.unwrap();
    OneTimeCodes::of_emails(Secret::new(SIGNING_KEY)).of(open.unwrap().id)
}

#[tokio::test(flavor = "multi_thread")]
async fn many_accounts_at_once_send_five_codes_to_one_mailbox_in_an_hour() {
    let app = TestApp::start().await;
    let mut accounts = Vec::new();
    for id in 1..=12 {
        accounts.push(account(&app, id).await);
    }
    let function = app.users();
    let running: Vec<_> = accounts
        .iter()
        .enumerate()
        .map(|(n, login)| {
            // Aliases of a mailbox are the mailbox.
            let email = if n % 2 == 0 { VICTIM.to_owned() } else { format!("Asha+{n}@example.org") };
            let request = function.post("/api/v1/users/me/email").header(login.bearer());
            tokio::spawn(request.json(&json!({ "email": email })).send())
        })
        .collect();
    let mut sent = 0;
    for task in running {
        match task.await.unwrap() {
            response if response.status == 202 => sent += 1,
            response => {
                assert_eq!(response.error(), LIMITED, "{}", response.text);
                // The hour ends at ten.
                assert_eq!(response.header("retry-after"), "1800");
            }
        }
    }
    assert_eq!((sent, mails(&app)), (5, 5));
    // Other addresses are not concerned.
    assert_eq!(ask(&app, &accounts[0], "maya@example.org").await.status, 202);
}

#[tokio::test]
async fn mailbox_gets_ten_codes_a_day() {
    let app = TestApp::start().await;
    for hour in 0..3_i64 {
        for n in 0..5 {
            let response = ask(&app, &account(&app, 10 * hour + n + 1).await, VICTIM).await;
            if hour < 2 {
                assert_eq!(response.status, 202, "{}", response.text);
            } else {
                assert_eq!(response.error(), LIMITED);
                assert_eq!(response.header("retry-after"), (24 * 3600 - (11 * 3600 + 1800)).to_string());
            }
        }
        app.clock.advance(3600);
    }
    assert_eq!(mails(&app), 10);
    app.clock.advance(12 * 3600);
    assert_eq!(ask(&app, &account(&app, 99).await, VICTIM).await.status, 202);
    let stored = app.database.items("ephemeral").iter().map(ToString::to_string).collect::<String>();
    let counts = stored.matches("MAIL#").count();
    assert!(counts > 0 && !stored.contains(&format!("MAIL#{VICTIM}")), "{counts} counts, by hash");
}

#[tokio::test]
async fn right_code_of_an_account_works_whatever_others_have_tried() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "code=1000/600")]).await;
    // Five minutes before an hour ends, so that others get the codes of two hours while the owner's is valid.
    app.clock.advance(25 * 60);
    let owner = account(&app, 77).await;
    assert_eq!(ask(&app, &owner, VICTIM).await.status, 202);
    let right = code_of(&app, &owner).await;
    let mut guesses = 0;
    for id in 1..=9 {
        if id == 5 {
            app.clock.advance(300);
        }
        let login = account(&app, id).await;
        assert_eq!(ask(&app, &login, &format!("asha+{id}@example.org")).await.status, 202);
        let wrong = not(&code_of(&app, &login).await);
        for left in (0..5).rev() {
            let response = guess(&app, &login, &wrong).await;
            assert_eq!(response.error(), (422, "EMAIL_CODE_WRONG"), "{}", response.text);
            assert_eq!(response.json["details"][0]["message"], format!("tries left: {left}"));
            guesses += 1;
        }
        assert_eq!(guess(&app, &login, &wrong).await.error(), (422, "EMAIL_CODE_EXPIRED"));
    }
    for _ in 0..4 {
        assert_eq!(guess(&app, &owner, &not(&right)).await.error(), (422, "EMAIL_CODE_WRONG"));
    }
    assert_eq!((guesses, guess(&app, &owner, &right).await.status), (45, 200));
}

#[tokio::test]
async fn one_account_makes_twenty_guesses_a_day_at_a_mailbox_and_all_accounts_fifty() {
    let app = TestApp::start_with(&[("RATE_LIMITS", "code=1000/600")]).await;
    let mut by_account = Vec::new();
    for id in 1..=4 {
        let mut guesses = 0;
        for round in 0..6 {
            // Of five codes an hour, one account uses up no more than two here.
            if round % 2 == 0 {
                app.clock.advance(3600);
            }
            let login = account(&app, id).await;
            if ask(&app, &login, &format!("Asha+{round}@example.org")).await.error() == LIMITED {
                continue;
            }
            let wrong = not(&code_of(&app, &login).await);
            while guess(&app, &login, &wrong).await.error() == (422, "EMAIL_CODE_WRONG") {
                guesses += 1;
            }
        }
        by_account.push(guesses);
    }
    assert_eq!(by_account, [20, 20, 10, 0]);
    let other = account(&app, 1).await;
    assert_eq!(ask(&app, &other, "maya@example.org").await.status, 202, "another mailbox is not concerned");
}
