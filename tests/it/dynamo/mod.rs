//! DynamoDB as repositories use it: transactions, batches, items that do not decode, and what each route asks for.

mod access;
mod answers;
mod audit;
mod batches;
mod transactions;

use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::{Dynamo, Entity, Error, Expression, Key, Table};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wiremock::matchers::header;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::app::TestApp;
use crate::support::database::{PREFIX, aws_environment};
use crate::support::telegram::Person;
use crate::users::ME;

/// An entity of the tests' own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Badge {
    name: String,
}

impl Entity for Badge {
    const NAME: &'static str = "badge";

    fn key(&self) -> Key {
        key(&self.name)
    }
}

fn badge(name: &str) -> Badge {
    Badge { name: name.to_owned() }
}

fn key(name: &str) -> Key {
    Key { pk: format!("BADGE#{name}"), sk: "BADGE".to_owned() }
}

async fn put(table: &Table, name: &str) {
    table.put(&badge(name), &Expression::absent()).await.unwrap();
}

/// A DynamoDB that answers an operation as it is told, for what the embedded one never says.
struct Fake(MockServer);

impl Fake {
    async fn start() -> Self {
        Self(MockServer::start().await)
    }

    /// Gives this answer so many times, after those that were told before.
    async fn answer(&self, operation: &str, times: u64, status: u16, body: &Value) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_string(), "application/x-amz-json-1.0");
        let target = header("x-amz-target", format!("DynamoDB_20120810.{operation}").as_str());
        Mock::given(target).respond_with(answer).up_to_n_times(times).mount(&self.0).await;
    }

    fn table(&self) -> Table {
        let mut env = Env::of(aws_environment(&self.0.uri()));
        let aws = Aws::read(&mut env);
        env.finish(()).unwrap();
        Dynamo::new(aws_sdk_dynamodb::Client::from_conf(aws.dynamodb().build()), PREFIX).table("users")
    }

    /// What it was asked.
    async fn requests(&self) -> Vec<Value> {
        let requests = self.0.received_requests().await.unwrap();
        requests.iter().map(|request| request.body_json().unwrap()).collect()
    }
}

#[tokio::test]
async fn item_that_does_not_decode_is_a_500_whose_entity_and_key_are_in_the_log_only() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let place = format!("USER#{}", login.user_id);
    let item = json!({
        "pk": {"S": place}, "sk": {"S": "PROFILE"}, "entity": {"S": "user"}, "v": {"N": "1"}, "first_name": {"N": "7"},
    });
    let request = json!({"TableName": format!("{PREFIX}-users"), "Item": item});
    app.database.engine.put_item(serde_json::from_value(request).unwrap()).unwrap();
    let (log, _guard) = crate::frame::Log::start();
    let response = app.users().get(ME).header(login.bearer()).send().await;
    assert_eq!(response.error(), (500, "INTERNAL_ERROR"));
    assert_eq!(response.json["error"], "Something went wrong on our side.");
    assert_eq!(response.json["details"], json!([]));
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(&format!("user item {place}/PROFILE does not decode")), "{}", lines[0]);
}

#[tokio::test]
async fn item_of_another_entity_at_the_key_does_not_decode() {
    let app = TestApp::start().await;
    let table = app.backstage().platform.tables.table("users");
    put(&table, "a").await;
    #[derive(Debug, Serialize, Deserialize)]
    struct Ticket {
        name: String,
    }
    impl Entity for Ticket {
        const NAME: &'static str = "ticket";
        fn key(&self) -> Key {
            key(&self.name)
        }
    }
    let error = table.get::<Ticket>(&key("a")).await.unwrap_err();
    assert!(matches!(&error, Error::Decode { entity: "ticket", key, .. } if key.pk == "BADGE#a"), "{error}");
}
