//! A request to DynamoDB as it is sent: the operation, the body, and what a policy must allow for it.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::error::BoxError;
use serde_json::Value;

use crate::support::template::Access;

/// What stands before the tables' names in tests.
pub(crate) const PREFIX: &str = "ibw-test";

/// The name of the operation, such as `TransactWriteItems`.
pub(crate) fn operation(context: &BeforeTransmitInterceptorContextRef<'_>) -> String {
    let target = context.request().headers().get("x-amz-target").unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

/// The body.
pub(crate) fn body(context: &BeforeTransmitInterceptorContextRef<'_>) -> Result<Value, BoxError> {
    Ok(serde_json::from_slice(context.request().body().bytes().unwrap_or_default())?)
}

/// What AWS checks for an operation: of batches and transactions, each part.
pub(crate) fn needs(operation: &str, body: &Value) -> BTreeSet<Access> {
    let access = |action: &str, table: &str, index: Option<&str>| {
        let table = table.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('-')).unwrap_or(table);
        let resource = index.map_or_else(|| table.to_owned(), |index| format!("{table}/index/{index}"));
        Access { action: action.to_owned(), resource }
    };
    let name = |value: &Value| value["TableName"].as_str().unwrap_or_default().to_owned();
    match operation {
        "TransactWriteItems" => {
            let parts = body["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object).flatten();
            parts
                .map(|(kind, part)| {
                    let action =
                        if kind == "ConditionCheck" { "ConditionCheckItem".to_owned() } else { format!("{kind}Item") };
                    access(&action, &name(part), None)
                })
                .collect()
        }
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(table, _)| access(operation, table, None)).collect()
        }
        _ => BTreeSet::from([access(operation, &name(body), body["IndexName"].as_str())]),
    }
}
