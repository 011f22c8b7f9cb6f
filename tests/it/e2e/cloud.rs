//! The local cloud, as its environment file describes it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::types::QueueAttributeName;
use ibw::clients::aws::Aws;
use ibw::clients::http;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::http::BASE_PATH;
use ibw::platform::Platform;
use ibw::random::Random;
use ibw::time::Clock;
use ibw::users::repository::UserRepository;
use reqwest::header::HeaderMap;
use reqwest::{Body, Client, Method, RequestBuilder};
use serde_json::Value;

use crate::support::contract::{self, Exchange};
use crate::support::telegram::Person;

/// A deployed system.
pub(crate) struct Cloud {
    variables: HashMap<String, String>,
    http: Client,
    /// Its queues.
    pub(crate) sqs: Sqs,
}

impl Cloud {
    /// The one that `make test` started.
    pub(crate) fn running() -> Self {
        let path = std::env::var("IBW_E2E_ENV").expect("end-to-end tests run under `make test`");
        let text = std::fs::read_to_string(path).expect("the cloud's environment file");
        let unquote = |value: &str| value.trim_matches('\'').to_owned();
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let variables: HashMap<String, String> = pairs.map(|(name, value)| (name.to_owned(), unquote(value))).collect();
        let mut env = Env::of(variables.clone());
        let aws = Aws::read(&mut env);
        let http = http::client(&mut env, Duration::from_secs(30));
        env.finish(()).expect("a sound environment");
        Self { variables, http, sqs: Sqs::from_conf(aws.sqs()) }
    }

    /// Users, past the API.
    pub(crate) fn users(&self) -> UserRepository {
        let mut env = Env::of(self.variables.clone());
        let aws = Aws::read(&mut env);
        UserRepository::new(&Platform::new(Dynamo::read(&mut env, &aws)))
    }

    /// A variable of the environment file.
    pub(crate) fn variable(&self, name: &str) -> &str {
        self.variables.get(name).unwrap_or_else(|| panic!("{name} is not in the environment file"))
    }

    /// A request to the API.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.variable("BASE_URL")))
    }

    /// A request to any address.
    pub(crate) fn raw(&self, method: Method, url: &str) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// Somebody whom no other test knows, and their header.
    pub(crate) fn somebody(&self) -> (Person, String) {
        let person = Person::new(i64::try_from(Random::System.below(1 << 40)).expect("fits") + 1);
        let header = self.header_of(&person);
        (person, header)
    }

    /// The header of a person.
    pub(crate) fn header_of(&self, person: &Person) -> String {
        person.init_data_for(self.variable("TELEGRAM_BOT_TOKEN"), Clock::System.now())
    }

    /// How many messages a queue of this deployment holds: to be received, and being worked on.
    pub(crate) async fn depth(&self, queue_url: &str) -> (u32, u32) {
        use QueueAttributeName::{
            ApproximateNumberOfMessages as Waiting, ApproximateNumberOfMessagesNotVisible as InFlight,
        };
        let call =
            self.sqs.get_queue_attributes().queue_url(queue_url).attribute_names(Waiting).attribute_names(InFlight);
        let attributes = call.send().await.expect("the queue's attributes").attributes.unwrap_or_default();
        let count = |name| attributes.get(&name).and_then(|count| count.parse().ok()).expect("a count");
        (count(Waiting), count(InFlight))
    }

    /// The URL of a queue.
    pub(crate) async fn queue(&self, name: &str) -> String {
        let name = format!("{}-{name}", self.variable("TABLE_PREFIX"));
        self.sqs.get_queue_url().queue_name(name).send().await.expect("the queue").queue_url.expect("its URL")
    }

    /// What the stand-in of Telegram was asked, where `text` is in it.
    pub(crate) async fn told_telegram(&self, text: &str) -> Vec<Value> {
        let url = format!("{}/_control/requests?service=telegram&match={text}", self.variable("TELEGRAM_FAKE_URL"));
        let (_, records) = json(self.raw(Method::GET, &url)).await;
        records["items"].as_array().expect("requests").clone()
    }

    /// The mails that SES took for an address.
    pub(crate) async fn mails_to(&self, address: &str) -> Vec<Value> {
        let url = format!("{}/_ministack/ses/messages", self.variable("AWS_ENDPOINT_URL"));
        let all: Value = json(self.raw(Method::GET, &url)).await.1;
        let all = all["messages"].as_object().expect("mails by account").values().filter_map(Value::as_array).flatten();
        all.filter(|mail| mail.to_string().contains(address)).cloned().collect()
    }
}

/// The status, headers and body of an answer. What the API answers is checked against its contract.
pub(crate) async fn send(request: RequestBuilder) -> (u16, HeaderMap, Vec<u8>) {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let sent = request.body().and_then(Body::as_bytes).unwrap_or_default();
    // The local cloud's gateway has more in front of the path.
    let path = request.url().path();
    let path = path.find(BASE_PATH).map_or(path, |start| &path[start..]);
    let exchange = Exchange::begin(request.method().clone(), path, request.headers(), sent);
    let response = client.execute(request).await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await.expect("a body").to_vec();
    contract::check(&exchange.answered(status, &headers, &body));
    (status, headers, body)
}

/// The status and body of an answer, as JSON if it is.
pub(crate) async fn json(request: RequestBuilder) -> (u16, Value) {
    let (status, _, body) = send(request).await;
    (status, parsed(&body))
}

/// A body as JSON if it is, and else its text.
pub(crate) fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

/// Asks again and again until there is an answer, a minute at most.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    within(Duration::from_secs(60), what, ask).await
}

/// As [`eventually`], for what may take another time.
pub(crate) async fn within<T, F: Future<Output = Option<T>>>(
    time: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + time;
    while Instant::now() < deadline {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what} did not happen within {} s", time.as_secs());
}
