//! Transactions: all or nothing, and the broken rule by its name; conflicts are tried again while there is time.

use std::time::{Duration, Instant};

use axum::routing::post;
use ibw::deadline::with_deadline;
use ibw::dynamo::{Error, Expression, Transaction};
use ibw::error::ApiError;
use ibw::http::{Router, Routes};
use ibw::random::Random;
use serde_json::{Value, json};

use super::{Badge, Fake, badge, key, put};
use crate::support::app::TestApp;

/// The rules of a domain, one for each badge.
#[derive(Debug)]
enum Broken {
    Rule(&'static str),
    Dynamo(Error),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Dynamo(error)
    }
}

fn cancelled(codes: &[&str]) -> Value {
    let reasons: Vec<Value> = codes.iter().map(|code| json!({"Code": code, "Message": "of that"})).collect();
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled", "CancellationReasons": reasons,
    })
}

/// Puts of badges that must not be there yet.
fn puts(table: &ibw::dynamo::Table, names: &[&'static str]) -> Transaction<Broken> {
    let mut transaction = Transaction::new();
    for name in names {
        transaction.put_if(table, &badge(name), &Expression::absent(), Broken::Rule(name));
    }
    transaction
}

#[tokio::test]
async fn transaction_of_none_one_and_three_writes_does_them_all() {
    let app = TestApp::start().await;
    let table = app.backstage().platform.tables.table("users");
    for names in [&[][..], &["a"], &["b", "c", "d"]] {
        puts(&table, names).run(&Random::System).await.unwrap();
    }
    let items = app.database.items("users");
    let mut names: Vec<&str> = items.iter().map(|item| item["name"]["S"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn transaction_that_breaks_a_rule_names_it_and_does_nothing() {
    let app = TestApp::start().await;
    let table = app.backstage().platform.tables.table("users");
    put(&table, "b").await;
    put(&table, "d").await;
    // Of several the first decides.
    for (names, expected) in [(&["a", "b", "c"][..], "b"), (&["a", "c", "d", "b"], "d"), (&["b"], "b")] {
        let broken = puts(&table, names).run(&Random::System).await.unwrap_err();
        assert!(matches!(broken, Broken::Rule(name) if name == expected), "{broken:?}");
    }
    let mut last = puts(&table, &["a"]);
    last.delete_if(&table, &key("x"), &Expression::new("attribute_exists(pk)"), Broken::Rule("x"));
    assert!(matches!(last.run(&Random::System).await.unwrap_err(), Broken::Rule("x")));
    assert_eq!(app.database.items("users").len(), 2);
}

#[tokio::test]
async fn transaction_in_conflict_is_tried_again_under_the_same_token() {
    let fake = Fake::start().await;
    fake.answer("TransactWriteItems", 2, 400, &cancelled(&["None", "TransactionConflict"])).await;
    fake.answer("TransactWriteItems", 1, 200, &json!({})).await;
    puts(&fake.table(), &["a", "b"]).run(&Random::seeded(1)).await.unwrap();
    let requests = fake.requests().await;
    assert_eq!(requests.len(), 3);
    assert_eq!((&requests[1], &requests[2]), (&requests[0], &requests[0]));
    assert_eq!(requests[0]["ClientRequestToken"].as_str().unwrap().len(), 32);
}

#[tokio::test]
async fn transaction_in_conflict_beyond_its_time_is_given_up_before_the_deadline() {
    let fake = Fake::start().await;
    fake.answer("TransactWriteItems", 1000, 400, &cancelled(&["TransactionConflict"])).await;
    let started = Instant::now();
    let deadline = started + Duration::from_millis(1000);
    let broken = with_deadline(deadline, puts(&fake.table(), &["a"]).run(&Random::System)).await.unwrap_err();
    assert!(Instant::now() < deadline);
    assert!(matches!(broken, Broken::Dynamo(Error::Busy(_))), "{broken:?}");
    assert!(fake.requests().await.len() > 1);
}

#[tokio::test]
async fn transaction_in_conflict_for_good_is_a_503_to_be_tried_again() {
    let fake = Fake::start().await;
    fake.answer("TransactWriteItems", 1000, 400, &cancelled(&["TransactionConflict"])).await;
    let table = fake.table();
    let write = async move || -> Result<(), ApiError> {
        let mut transaction = Transaction::<Error>::new();
        transaction.put::<Badge>(&table, &badge("a"));
        Ok(transaction.run(&Random::System).await?)
    };
    let app = TestApp::start().await;
    let function = app.function("users", Router::default().undocumented("/api/v1/test", post(write)));
    let response = function.post("/api/v1/test").send().await;
    assert_eq!((response.error(), response.header("retry-after")), ((503, "UNAVAILABLE"), "1"));
    assert_eq!(response.json["error"], "The service is busy. Please try again.");
    assert_eq!(fake.requests().await.len(), 8);
}

#[tokio::test]
async fn transaction_that_cannot_succeed_is_not_tried_again() {
    for (codes, expected) in [
        (["TransactionConflict", "ConditionalCheckFailed"], "Rule(\"b\")"),
        (["ConditionalCheckFailed", "TransactionConflict"], "Rule(\"a\")"),
        (["None", "ValidationError"], "TransactionCanceledException"),
        (["TransactionConflict", "ItemCollectionSizeLimitExceeded"], "TransactionCanceledException"),
    ] {
        let fake = Fake::start().await;
        fake.answer("TransactWriteItems", 1000, 400, &cancelled(&codes)).await;
        let broken = puts(&fake.table(), &["a", "b"]).run(&Random::System).await.unwrap_err();
        assert!(format!("{broken:?}").contains(expected), "{broken:?}");
        assert_eq!(fake.requests().await.len(), 1, "{codes:?}");
    }
}

#[tokio::test]
async fn transaction_whose_answer_was_lost_is_done_once() {
    let fake = Fake::start().await;
    // The SDK sends it again by itself, with the same token: DynamoDB knows it then.
    fake.answer("TransactWriteItems", 1, 500, &json!({"__type": "InternalServerError"})).await;
    fake.answer("TransactWriteItems", 1, 200, &json!({})).await;
    puts(&fake.table(), &["a"]).run(&Random::System).await.unwrap();
    let requests = fake.requests().await;
    assert_eq!((requests.len(), &requests[0]), (2, &requests[1]));
}
