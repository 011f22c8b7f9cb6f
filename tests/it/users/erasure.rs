//! Leaving: everything a user may take along, the grace period, and the erasure itself.

use ibw::privacy::service::PrivacyService;
use ibw::scheduled::Batch;
use ibw::users::listing::listings;
use serde_json::{Value, json};

use crate::structure::privacy::exported;
use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::telegram::Person;
use crate::users::{ME, USERS, entities, fields, ids, me, patch, repository, stored};

const WEEK: i64 = 7 * 24 * 3600;

/// What the housekeeping function does, under its policy.
fn eraser(app: &TestApp) -> PrivacyService {
    app.privacy()
}

/// Erases those who are due, and takes the last look a minute later.
async fn erased(app: &TestApp) -> Batch {
    let begun = eraser(app).erase_due(100).await.unwrap();
    app.clock.advance(60);
    assert_eq!(eraser(app).erase_due(100).await.unwrap(), begun);
    begun
}

/// A user with something in every corner: profile, claims, entries, starts, a verification, idempotency records,
/// sessions.
async fn busy_user(app: &TestApp, id: i64) -> Login {
    let login = app.login(&Person::new(id).starting_with("ref_maya")).await;
    let changes = json!({"roles": ["founder"], "topics": ["defi"], "phone_number": "+919812345678"});
    let request = app.users().patch(ME).header(login.bearer()).header(("idempotency-key", "k"));
    assert_eq!(request.json(&changes).send().await.status, 200);
    claimed(app, &login).await;
    let email = app.users().post("/api/v1/users/me/email").header(login.bearer());
    assert_eq!(email.json(&json!({"email": "asha@example.org"})).send().await.status, 202);
    login
}

/// Claims an account of each network.
async fn claimed(app: &TestApp, login: &Login) {
    let names = ["twitter_username", "linkedin_username", "github_username", "kgen_username"];
    let names: Value = names.map(|name| (name.to_owned(), json!("asha"))).into_iter().collect();
    let claim = app.users().put("/api/v1/users/me/socials").header(login.bearer()).json(&names).send().await;
    assert_eq!(claim.status, 200, "{}", claim.text);
}

async fn leave(app: &TestApp, login: &Login) -> Value {
    let telegram_id = stored(app, login).await.unwrap().telegram_id;
    let fresh = app.signed(&Person::new(telegram_id));
    let response = app.users().delete(ME).header(fresh).send().await;
    assert_eq!(response.status, 202, "{}", response.text);
    response.json
}

/// Items that name a user, or hold what is theirs, and have not expired.
fn items_of(app: &TestApp, user_id: &str) -> Vec<Value> {
    let all = ["users", "admin", "ephemeral"].map(|table| app.database.items(table)).concat();
    let now = app.now().seconds();
    let end = |item: &Value| item["expires_at"]["N"].as_str().map(|end| end.parse::<i64>().unwrap());
    let theirs = [user_id, "asha@example.org", "919812345678"];
    // An entry of the control list ends the user's tokens, and expires when they would have.
    let names =
        |item: &Value| item["entity"]["S"] != "control" && theirs.iter().any(|text| item.to_string().contains(text));
    all.into_iter().filter(|item| names(item) && end(item).is_none_or(|end| end > now)).collect()
}

/// Fails unless the Telegram account has one user with all that belongs to one.
async fn assert_whole(app: &TestApp, telegram_id: i64, user_id: &str) {
    let identity = repository(app).identity(telegram_id).await.unwrap().unwrap();
    assert_eq!(identity.user_id.to_string(), user_id);
    let user = repository(app).by_id(identity.user_id).await.unwrap().unwrap();
    assert_eq!(user.erase_after, None);
    let entries = entities(app, "users", "listing").into_iter().filter(|item| item["user_id"]["S"] == user_id);
    assert_eq!(entries.count(), listings(&user).len());
}

#[tokio::test]
async fn export_has_all_there_is_of_a_user() {
    let app = TestApp::start().await;
    let login = busy_user(&app, 1).await;
    app.clock.advance(5);
    app.login(&Person::new(1)).await;
    let response = app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    assert_eq!(response.header("content-disposition"), "attachment; filename=\"ibw-export.json\"");
    let export = response.json;
    let members: Vec<String> = exported().into_iter().collect();
    assert_eq!(fields(&export), members, "`Domains::privacy` asks each domain of `PersonalDataExport`");
    assert_eq!(export["pending_email"], "asha@example.org");
    assert_eq!(export["exported_at"], "2026-11-22T09:30:05.000Z");
    assert_eq!(export["user"], me(&app, &login).await);
    let start = json!({
        "user_id": login.user_id, "kind": "referral", "parameter": "ref_maya", "at": "2026-11-22T09:30:00.000Z",
    });
    assert_eq!(export["starts"], json!([start]));
    let sessions = export["sessions"].as_array().unwrap();
    let opened: Vec<&Value> = sessions.iter().map(|session| &session["created_at"]).collect();
    assert_eq!(opened, ["2026-11-22T09:30:00.000Z", "2026-11-22T09:30:05.000Z"]);
    let parts = ["created_at", "generation", "id", "last_used_at", "user_agent", "user_id"];
    assert_eq!(fields(&sessions[0]), parts);
}

#[tokio::test]
async fn leaving_hides_the_user_and_ends_their_sessions_at_once() {
    let app = TestApp::start().await;
    let (login, other) = (busy_user(&app, 1).await, app.login(&Person::new(2)).await);
    patch(&app, &login, &json!({"visibility": "public"})).await;
    assert_eq!(leave(&app, &login).await["erasure_due_at"], "2026-11-29T09:30:00.000Z");
    let path = format!("{USERS}/{}", login.user_id);
    assert_eq!(app.users().get(&path).header(other.bearer()).send().await.error(), (404, "NOT_FOUND"));
    assert_eq!(app.users().get(&path).send().await.error(), (404, "NOT_FOUND"));
    let listed = app.users().get(USERS).header(other.bearer()).send().await;
    assert_eq!(ids(&listed.json), [&other.user_id]);
    assert_eq!(app.users().get(&path).header(("x-api-key", ADMIN_API_KEY)).send().await.status, 200);
    let token = json!({"refresh_token": login.refresh_token});
    let refresh = app.auth().post("/api/v1/auth/refresh").json(&token).send().await;
    assert_eq!(refresh.error(), (401, "SESSION_ENDED"));
    // What is theirs stays theirs as long as they may come back.
    let socials = app.users().put("/api/v1/users/me/socials").header(other.bearer());
    let claim = socials.json(&json!({"twitter_username": "asha"})).send().await;
    assert_eq!(claim.error(), (409, "TWITTER_USERNAME_TAKEN"));
}

#[tokio::test]
async fn leaving_again_does_not_postpone_it() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let first = leave(&app, &login).await;
    app.clock.advance(60);
    assert_eq!(leave(&app, &login).await["erasure_due_at"], first["erasure_due_at"]);
}

#[tokio::test]
async fn account_that_is_used_is_kept_only_by_cancelling_and_says_when_it_is_due() {
    let app = TestApp::start().await;
    let person = Person::new(1);
    let login = busy_user(&app, 1).await;
    leave(&app, &login).await;
    app.clock.advance(WEEK - 1);
    assert_eq!(eraser(&app).erase_due(100).await.unwrap(), Batch::default());
    let mere = app.users().get(ME).header(app.signed(&person)).send().await;
    assert_eq!(mere.json["erasure_due_at"], "2026-11-29T09:30:00.000Z");
    let again = app.login(&person).await;
    assert_eq!(again.user_id, login.user_id);
    assert_eq!(me(&app, &again).await["erasure_due_at"], "2026-11-29T09:30:00.000Z");
    let cancel = app.users().post("/api/v1/users/me/erasure/cancel").header(again.bearer());
    for _ in 0..2 {
        assert_eq!(cancel.clone().send().await.json["erasure_due_at"], Value::Null);
    }
    let profile = me(&app, &again).await;
    assert_eq!(json!([profile["erasure_due_at"], profile["twitter_username"]]), json!([null, "asha"]));
    app.clock.advance(WEEK);
    assert_eq!(erased(&app).await, Batch::default());
    assert_whole(&app, 1, &login.user_id).await;
}

#[tokio::test]
async fn erasure_after_the_grace_period_leaves_nothing_and_frees_what_was_claimed() {
    let app = TestApp::start().await;
    let (login, other) = (busy_user(&app, 1).await, app.login(&Person::new(2)).await);
    leave(&app, &login).await;
    app.clock.advance(WEEK);
    assert_eq!(erased(&app).await, Batch { due: 1, done: 1, failed: 0 });
    assert_eq!(items_of(&app, &login.user_id), [] as [Value; 0]);
    assert_eq!(erased(&app).await, Batch::default());

    let newcomer = app.login(&Person::new(1)).await;
    assert_ne!(newcomer.user_id, login.user_id);
    assert_whole(&app, 1, &newcomer.user_id).await;
    assert_whole(&app, 2, &other.user_id).await;
    claimed(&app, &app.login(&Person::new(2)).await).await;
}

#[tokio::test]
async fn erasure_of_none_one_and_three_users_takes_those_that_are_due() {
    let app = TestApp::start().await;
    assert_eq!(erased(&app).await, Batch::default());
    for id in [1, 2, 3, 4] {
        let login = app.login(&Person::new(id)).await;
        if id < 4 {
            leave(&app, &login).await;
        }
        app.clock.advance(300);
    }
    app.clock.advance(WEEK - 1200);
    assert_eq!(erased(&app).await, Batch { due: 1, done: 1, failed: 0 });
    app.clock.advance(1200);
    assert_eq!(eraser(&app).erase_due(1).await.unwrap(), Batch { due: 1, done: 1, failed: 0 });
    assert_eq!(eraser(&app).erase_due(100).await.unwrap(), Batch { due: 1, done: 1, failed: 0 });
    app.clock.advance(60);
    assert_eq!(eraser(&app).erase_due(100).await.unwrap(), Batch { due: 2, done: 2, failed: 0 });
    let left = entities(&app, "users", "user");
    assert_eq!((left.len(), &left[0]["telegram_id"]["N"]), (1, &json!("4")));
}

#[tokio::test]
async fn erasure_that_was_interrupted_goes_on_and_leaves_the_newcomer_alone() {
    let app = TestApp::start().await;
    let login = busy_user(&app, 1).await;
    leave(&app, &login).await;
    app.clock.advance(WEEK);
    // The claims are gone, the items are not.
    let before = stored(&app, &login).await.unwrap();
    let mut begun = before.clone();
    begun.erased = true;
    begun.stamp(app.now());
    repository(&app).save(&before, &begun).await.unwrap();
    let newcomer = app.login(&Person::new(1)).await;
    assert_ne!(newcomer.user_id, login.user_id);
    let path = format!("{USERS}/{}", login.user_id);
    let hidden = app.users().get(&path).header(("x-api-key", ADMIN_API_KEY)).send().await;
    assert_eq!(hidden.error(), (404, "NOT_FOUND"));

    assert_eq!(eraser(&app).erase_due(100).await.unwrap(), Batch { due: 1, done: 1, failed: 0 });
    assert_eq!(items_of(&app, &login.user_id), [] as [Value; 0]);
    assert_whole(&app, 1, &newcomer.user_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn user_who_cancels_while_the_erasure_begins_has_the_whole_account_or_a_new_one() {
    let app = TestApp::start().await;
    let (mut kept, mut replaced) = (0, 0);
    for id in 1..=40 {
        let login = app.login(&Person::new(id)).await;
        leave(&app, &login).await;
        app.clock.advance(WEEK);
        let service = eraser(&app);
        let erasing = tokio::spawn(async move { service.erase_due(10).await.unwrap() });
        if id % 2 == 0 {
            tokio::task::yield_now().await;
        }
        let mut again = app.login(&Person::new(id)).await;
        let cancel = app.users().post("/api/v1/users/me/erasure/cancel").header(again.bearer()).send().await;
        if cancel.status != 200 {
            // The erasure was faster, and the account is a new one.
            assert!([401, 404].contains(&cancel.status), "{}", cancel.text);
            again = app.login(&Person::new(id)).await;
        }
        let Batch { done: erased, failed, .. } = erasing.await.unwrap();
        let is_kept = again.user_id == login.user_id;
        assert_eq!((erased, failed), (usize::from(!is_kept), 0));
        if is_kept {
            kept += 1;
        } else {
            replaced += 1;
            // Until the count of the request to cancel has expired, too.
            app.clock.advance(180);
            assert_eq!(eraser(&app).erase_due(10).await.unwrap(), Batch { due: 1, done: 1, failed: 0 });
            assert_eq!(items_of(&app, &login.user_id), [] as [Value; 0]);
        }
        assert_whole(&app, id, &again.user_id).await;
        let token = json!({"refresh_token": again.refresh_token});
        let refresh = app.auth().post("/api/v1/auth/refresh").json(&token).send().await;
        assert_eq!(refresh.status, 200, "{}", refresh.text);
    }
    assert_eq!(kept + replaced, 40);
}
