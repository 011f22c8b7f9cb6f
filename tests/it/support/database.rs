//! A DynamoDB of a test's own: embedded, in memory, with the template's tables, behind the API that the SDK speaks.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{Builder, Intercept};
use dynoxide::Database;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::freeze::Freeze;
use crate::support::guard::Guard;
use crate::support::log::show_warnings;
use crate::support::template::Template;
pub(crate) use crate::support::wire::PREFIX;

/// A database, gone with the test. Clones are the same database.
#[derive(Clone)]
pub(crate) struct TestDatabase {
    /// The engine, for what the API cannot do, such as loading 100,000 users fast.
    pub(crate) engine: Database,
    endpoint: String,
}

impl TestDatabase {
    /// An empty one.
    pub(crate) async fn start() -> Self {
        show_warnings();
        let engine = Database::memory().expect("a database in memory");
        for (name, table) in Template::read().tables() {
            let Value::Object(mut request) = table else { panic!("a table is not a mapping") };
            request.insert("TableName".to_owned(), format!("{PREFIX}-{name}").into());
            let request = serde_json::from_value(request.into()).expect("a CreateTable request");
            engine.create_table(request).expect("a table of the template");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(dynoxide::server::serve_on(listener, engine.clone()));
        Self { engine, endpoint }
    }

    /// Everything in a table, as DynamoDB's JSON.
    pub(crate) fn items(&self, table: &str) -> Vec<Value> {
        let (mut items, mut start) = (Vec::new(), Value::Null);
        loop {
            let request = json!({"TableName": format!("{PREFIX}-{table}"), "ExclusiveStartKey": start});
            let request = serde_json::from_value(request).expect("a Scan request");
            let answer = serde_json::to_value(self.engine.scan(request).expect("a scan")).expect("JSON");
            items.extend(answer["Items"].as_array().expect("items").iter().cloned());
            start = answer["LastEvaluatedKey"].clone();
            if start.is_null() {
                return items;
            }
        }
    }

    /// The environment of AWS clients that should reach this database.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        aws_environment(&self.endpoint)
    }

    /// The tables, with somebody between who watches calls, or ends them.
    pub(crate) fn dynamo(&self, between: &(impl Intercept + Clone + 'static)) -> Dynamo {
        tables(self.configuration().interceptor(between.clone()))
    }

    /// The tables, for work that this freezes.
    pub(crate) fn dynamo_until(&self, freeze: &Freeze) -> Dynamo {
        let configuration = self.configuration();
        let http = configuration.clone().build().http_client().expect("an HTTP client");
        tables(configuration.http_client(freeze.client(http)))
    }

    fn configuration(&self) -> Builder {
        let mut env = Env::of(self.environment());
        let aws = Aws::read(&mut env);
        env.finish(()).expect("a sound environment");
        // As the app has them, but without its waits between the tries.
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        aws.dynamodb().retry_config(retries).interceptor(Guard)
    }
}

fn tables(configuration: Builder) -> Dynamo {
    Dynamo::new(Client::from_conf(configuration.build()), PREFIX)
}

/// The environment of AWS clients that should reach `endpoint`.
pub(crate) fn aws_environment(endpoint: &str) -> Vec<(String, String)> {
    [
        ("AWS_REGION", "ap-south-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", endpoint),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
