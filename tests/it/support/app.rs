//! A function as its callers see it: the real router and services on a database of the test's own, with the test's
//! clock.

use std::sync::Arc;

use aws_sdk_dynamodb::config::Intercept;
use ibw::app::{App, AppConfig, DomainConfig, Domains};
use ibw::clients::storage::{self, SharedStorage};
use ibw::config::Env;
use ibw::http::{Router, stack};
use ibw::platform::Platform;
use ibw::privacy::service::PrivacyService;
use ibw::random::Random;
use ibw::time::{Clock, Time};

use crate::support::aws::configuration;
use crate::support::database::TestDatabase;
use crate::support::lossy::Lossy;
use crate::support::policy::Watch;
use crate::support::request::TestFunction;
use crate::support::telegram::{BOT_TOKEN, Person};

/// The key that signs cursors and codes in tests.
pub(crate) const SIGNING_KEY: &str = "test signing key of at least 32 bytes";
/// The bootstrap key in tests.
pub(crate) const ADMIN_API_KEY: &str = "test-bootstrap-key-of-24-characters";

/// What Telegram calls the webhook with in tests.
pub(crate) const WEBHOOK_SECRET: &str = "test-webhook-secret";

/// When tests begin: 2026-11-22T09:30:00Z.
pub(crate) fn start_of_test() -> Time {
    "2026-11-22T09:30:00Z".parse().expect("a time")
}

/// Functions on one database. The clock stands still until the test moves it.
pub(crate) struct TestApp {
    /// The database.
    pub(crate) database: TestDatabase,
    /// The clock of all functions.
    pub(crate) clock: Clock,
    /// What loses answers of DynamoDB, while something does.
    pub(crate) losing: Option<Lossy>,
    variables: Vec<(String, String)>,
}

impl TestApp {
    /// With the configuration that tests share. The limit of requests is out of the way, except for codes.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With more or other variables.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let database = TestDatabase::start().await;
        let defaults = [
            ("TELEGRAM_BOT_TOKENS", BOT_TOKEN),
            ("JWT_SECRETS", "test:a secret of tests that has 32 bytes"),
            ("SIGNING_KEY", SIGNING_KEY),
            ("ADMIN_API_KEY", ADMIN_API_KEY),
            ("TELEGRAM_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("CORS_ORIGINS", "https://app.example.org"),
            ("RATE_LIMITS", "read=100000/60,write=100000/60,login=100000/60,scan=100000/60,admin=100000/60"),
        ];
        let all = defaults.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let clock = Clock::manual(start_of_test());
        Self { variables: all.collect(), database, clock, losing: None }
    }

    /// The app of a function: its policy in the template holds.
    pub(crate) fn app(&self, function: &str) -> (Arc<App>, Watch) {
        let watch = Watch::over(function);
        (self.build(&watch), watch)
    }

    /// An app that may do anything, to arrange things past the API.
    pub(crate) fn backstage(&self) -> Arc<App> {
        self.build(&Watch::over_test())
    }

    /// The same with something between it and the database.
    pub(crate) fn over(&self, between: &(impl Intercept + Clone + 'static)) -> Arc<App> {
        App::new(self.config(), self.platform(between))
    }

    fn build(&self, watch: &Watch) -> Arc<App> {
        let platform = self.losing.as_ref().map_or_else(|| self.platform(watch), |lossy| self.platform(lossy));
        App::new(self.config(), platform)
    }

    fn config(&self) -> AppConfig {
        let mut env = Env::of(self.variables.clone());
        let config = AppConfig::read(&mut env);
        env.finish(()).expect("a sound environment");
        let mut config = config.expect("a configuration");
        config.domains.media.storage = self.storage();
        config
    }

    /// The domains of a worker, under its policy.
    pub(crate) fn domains(&self, function: &str) -> (Domains, Platform) {
        let platform = self.platform(&Watch::over(function));
        let mut config = DomainConfig::default();
        config.media.storage = self.storage();
        (Domains::new(&platform, config), platform)
    }

    /// Export and erasure, as `housekeeping` has them.
    pub(crate) fn privacy(&self) -> PrivacyService {
        let (domains, platform) = self.domains("housekeeping");
        domains.privacy(&platform).service
    }

    /// The platform of a function: its calls are watched, or ended, by who is between.
    pub(crate) fn platform(&self, between: &(impl Intercept + Clone + 'static)) -> Platform {
        Platform { tables: self.database.dynamo(between), clock: self.clock.clone(), random: Random::System }
    }

    /// The storage that the variables name, if any does. Its endpoint is the storage's own, not the database's.
    pub(crate) fn storage(&self) -> Option<SharedStorage> {
        let named = |name: &str| self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        named("STORAGE_BACKEND")?;
        let (mut env, aws) = configuration(&named("STORAGE_ENDPOINT").unwrap_or_default(), &[]);
        env.supply(self.variables.iter().cloned().collect());
        let storage = storage::read(&mut env, &aws);
        env.finish(()).expect("a sound environment");
        Some(storage)
    }

    /// A function with routes of the test's own. The functions themselves have a method each, in `functions.rs`.
    pub(crate) fn function(&self, name: &str, routes: Router) -> TestFunction {
        let (app, watch) = self.app(name);
        TestFunction { router: stack(routes, app), watch, database: self.database.clone() }
    }

    /// The time now.
    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    /// `X-Telegram-Auth` of a person, signed now.
    pub(crate) fn signed(&self, person: &Person) -> (&'static str, String) {
        ("x-telegram-auth", person.init_data(self.now()))
    }

    /// Has a user request erasure, which takes fresh proof. It has to work.
    pub(crate) async fn leave(&self, login: &Login) {
        let users = self.database.items("users");
        let profile = users.iter().find(|item| item["entity"]["S"] == "user" && item["id"]["S"] == *login.user_id);
        let telegram_id = profile.and_then(|item| item["telegram_id"]["N"].as_str()?.parse().ok()).expect("a user");
        let request = self.users().delete("/api/v1/users/me").header(self.signed(&Person::new(telegram_id)));
        let response = request.send().await;
        assert_eq!(response.status, 202, "{}", response.text);
    }

    /// Logs a person in.
    pub(crate) async fn login(&self, person: &Person) -> Login {
        let response = self.auth().post("/api/v1/auth/login").header(self.signed(person)).send().await;
        assert_eq!(response.status, 200, "{}", response.text);
        let text = |name: &str| response.json[name].as_str().expect("a text").to_owned();
        Login {
            access_token: text("access_token"),
            refresh_token: text("refresh_token"),
            user_id: response.json["user"]["id"].as_str().expect("an id").to_owned(),
        }
    }
}

/// What a login gave.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// The access token.
    pub(crate) access_token: String,
    /// The refresh token.
    pub(crate) refresh_token: String,
    /// The user's id.
    pub(crate) user_id: String,
}

impl Login {
    /// `Authorization` with the access token.
    pub(crate) fn bearer(&self) -> (&'static str, String) {
        ("authorization", format!("Bearer {}", self.access_token))
    }
}
