//! The directory at the size of the conference: at most two requests to DynamoDB a page, whatever is asked and however
//! deep.

use std::time::Instant;

use ibw::random::Random;
use ibw::users::model::User;

use super::path;
use crate::support::app::{Login, TestApp};
use crate::support::crowd;
use crate::support::request::TestFunction;
use crate::support::telegram::Person;
use crate::users::ids;

const USERS: usize = 100_000;

struct Conference {
    function: TestFunction,
    caller: Login,
    users: Vec<User>,
}

impl Conference {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let random = Random::seeded(1);
        let begin = app.now().plus_seconds(-200_000);
        let users: Vec<User> = (0..USERS).map(|n| crowd::member(n, begin, &random)).collect();
        let started = Instant::now();
        crowd::load(&app.database, &users);
        println!("loaded {USERS} users in {:.1?}", started.elapsed());
        let caller = app.login(&Person::new(1).with("first_name", "Zz").with("username", "zz")).await;
        Self { function: app.users(), caller, users }
    }

    /// The pages of a list, up to `most` of them: the ids of all. Each may take one query and one batch read.
    async fn pages(&self, query: &[(&str, &str)], is_known: bool, most: usize) -> Vec<String> {
        let (mut all, mut cursor): (_, Option<String>) = (Vec::new(), None);
        for _ in 0..most {
            let mut query = query.to_vec();
            if let Some(cursor) = &cursor {
                query.push(("cursor", cursor));
            }
            self.function.watch.take();
            let mut request = self.function.get(&path(&query));
            if is_known {
                request = request.header(self.caller.bearer());
            }
            let response = request.send().await;
            assert_eq!(response.status, 200, "{}", response.text);
            let calls = self.function.watch.take();
            let operations: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
            let found = ids(&response.json);
            // The first is the limit's count.
            let expected: &[&str] =
                if found.is_empty() { &["UpdateItem", "Query"] } else { &["UpdateItem", "Query", "BatchGetItem"] };
            assert_eq!(operations, expected, "{query:?}");
            all.extend(found.into_iter().map(str::to_owned));
            cursor = response.json["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        all
    }

    /// The ids of those members for whom `is_listed`, newest first.
    fn newest(&self, is_listed: impl Fn(usize) -> bool) -> Vec<String> {
        (0..USERS).rev().filter(|n| is_listed(*n)).map(|n| self.users[n].id.to_string()).collect()
    }

    /// The ids of those members for whom `is_listed`, by the word that finds them.
    fn by_word(&self, word: impl Fn(&User) -> String, is_listed: impl Fn(usize) -> bool) -> Vec<String> {
        let mut found: Vec<_> = (0..USERS).filter(|n| is_listed(*n)).map(|n| &self.users[n]).collect();
        found.sort_by_key(|user| format!("{}#{}", word(user), user.id));
        found.into_iter().map(|user| user.id.to_string()).collect()
    }
}

#[tokio::test]
async fn directory_of_100_000_users_reads_a_page_in_two_requests() {
    let conference = Conference::start().await;
    let me = [conference.caller.user_id.clone()];
    let username = |user: &User| user.username.clone().unwrap();
    let last_name = |user: &User| user.last_name.clone().unwrap().to_lowercase();
    let started = Instant::now();

    // Everybody, first and deep.
    let newest = [&me[..], &conference.newest(|_| true)].concat();
    assert_eq!(conference.pages(&[], true, 1).await, newest[..20]);
    assert_eq!(conference.pages(&[("limit", "100")], true, 50).await, newest[..5000]);

    // By tags, to the end.
    let hundred = ("limit", "100");
    let privacy = conference.newest(|n| n % 1000 == 7);
    assert_eq!(conference.pages(&[("topic", "privacy"), hundred], true, 10).await, privacy);
    let solana = conference.newest(|n| n % 5 == 0);
    assert_eq!(conference.pages(&[("ecosystem", "solana"), hundred], true, 10).await, solana[..1000]);
    let both = conference.newest(|n| n % 20 == 0);
    let query = [("ecosystem", "solana"), ("role", "developer"), hundred];
    assert_eq!(conference.pages(&query, true, 1000).await, both);

    // By the beginnings of words.
    let asha = conference.by_word(username, |n| n % 20 == 2);
    assert_eq!(conference.pages(&[("q", "ash"), hundred], true, 1000).await, asha);
    assert_eq!(
        conference.pages(&[("q", "asha_77")], true, 9).await,
        conference.by_word(username, |n| { n % 20 == 2 && n.to_string().starts_with("77") })
    );
    let ds = conference.by_word(username, |n| n % 20 == 5);
    assert_eq!(conference.pages(&[("q", "d"), hundred], true, 10).await, ds[..1000]);
    let two = conference.by_word(last_name, |n| n % 20 == 2 && n / 20 % 10 == 9);
    assert_eq!(conference.pages(&[("q", "ash sharma"), hundred], true, 1000).await, two);
    let role = conference.by_word(last_name, |n| n / 20 % 10 == 3 && n % 4 == 1);
    assert_eq!(conference.pages(&[("q", "Desai"), ("role", "founder"), hundred], true, 1000).await, role);
    assert_eq!(conference.pages(&[("q", "nobody")], true, 1).await, [] as [&str; 0]);
    assert_eq!(conference.pages(&[("q", "zz")], true, 1).await, me);

    // For who is not known: every tenth is public.
    let public = conference.newest(|n| n % 10 == 9);
    assert_eq!(conference.pages(&[], false, 10).await, public[..200]);
    println!("read it in {:.1?}", started.elapsed());
}
