//! Writes whose answer is lost: done once, and known to be done.

use ibw::dynamo::{Entity, Error, Expression, Key, Table, if_held};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Badge, Fake, badge, key, put};
use crate::support::database::TestDatabase;
use crate::support::lossy::Lossy;

/// A table, the same where the first answer is lost, and where those of the SDK's repetitions are lost, too.
async fn tables() -> (TestDatabase, [Table; 3]) {
    let database = TestDatabase::start().await;
    let all = [Lossy::once(u64::MAX), Lossy::once(1), Lossy::thrice(1)];
    let tables = all.each_ref().map(|lossy| database.dynamo(lossy).table("ephemeral"));
    (database, tables)
}

#[tokio::test]
async fn put_whose_answer_is_lost_is_done() {
    let (_database, [table, once, thrice]) = tables().await;
    put(&once, "speaker").await;
    assert_eq!(table.get::<Badge>(&key("speaker")).await.unwrap(), Some(badge("speaker")));
    // Another put of the same entity is not taken for it.
    let second = table.put(&badge("speaker"), &Expression::absent()).await;
    assert!(matches!(second, Err(Error::ConditionFailed)));
    put(&thrice, "host").await;
    assert!(table.get::<Badge>(&key("host")).await.unwrap().is_some());
}

#[tokio::test]
async fn delete_whose_answer_is_lost_is_done() {
    let (_database, [table, once, thrice]) = tables().await;
    put(&table, "speaker").await;
    let speaker = Expression::new("#name = :name").name("#name", "name").text(":name", "speaker");
    once.delete(&key("speaker"), &speaker).await.unwrap();
    assert_eq!(table.get::<Badge>(&key("speaker")).await.unwrap(), None);
    put(&table, "speaker").await;
    thrice.delete(&key("speaker"), &speaker).await.unwrap();
    assert_eq!(table.get::<Badge>(&key("speaker")).await.unwrap(), None);
    put(&table, "host").await;
    let refused = table.delete(&key("host"), &speaker).await;
    assert!(matches!(refused, Err(Error::ConditionFailed)));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Count {
    name: String,
    number: u64,
}

impl Entity for Count {
    const NAME: &'static str = "badge";

    fn key(&self) -> Key {
        key(&self.name)
    }
}

#[tokio::test]
async fn update_whose_answer_is_lost_adds_once_and_answers_what_is_there() {
    let (_database, [table, once, thrice]) = tables().await;
    put(&table, "speaker").await;
    let add = Expression::new("ADD #number :one").name("#number", "number").number(":one", 1);
    let below = |most: u64| {
        let open = Expression::new("attribute_not_exists(#number) OR #number < :most");
        open.name("#number", "number").number(":most", most)
    };
    let speaker = key("speaker");
    let count = Count { name: "speaker".to_owned(), number: 1 };
    assert_eq!(once.update::<Count>(&speaker, &add, &below(1)).await.unwrap(), count);
    let second = if_held(table.update::<Count>(&speaker, &add, &below(1)).await).unwrap();
    assert_eq!(second, None, "the count is full");
    assert_eq!(thrice.update::<Count>(&speaker, &add, &below(2)).await.unwrap().number, 2);
    let set = Expression::new("SET #number = #number + :one").name("#number", "number").number(":one", 1);
    let third = table.update::<Count>(&speaker, &set, &Expression::default()).await.unwrap();
    assert_eq!(third.number, 3, "each update has added one");
}

#[tokio::test]
async fn plain_write_that_meets_a_transaction_is_tried_again() {
    let fake = Fake::start().await;
    let conflict =
        json!({"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message": "busy"});
    for operation in ["PutItem", "UpdateItem", "DeleteItem"] {
        fake.answer(operation, 2, 400, &conflict).await;
        let stored = json!({"Attributes": {"pk": {"S": "BADGE#a"}, "sk": {"S": "BADGE"}, "entity": {"S": "badge"},
            "v": {"N": "1"}, "name": {"S": "a"}}});
        fake.answer(operation, 1, 200, &stored).await;
    }
    let table = fake.table();
    put(&table, "a").await;
    let rename = Expression::new("SET #name = :name").name("#name", "name").text(":name", "a");
    assert_eq!(table.update::<Badge>(&key("a"), &rename, &Expression::default()).await.unwrap(), badge("a"));
    table.delete(&key("a"), &Expression::absent()).await.unwrap();
    assert_eq!(fake.requests().await.len(), 9);
}
