//! The stand-in for the outside world, which later tests lean on: it answers, remembers, and misbehaves when told.

use reqwest::Method;
use serde_json::json;

use super::cloud::{Cloud, json as answer};

#[tokio::test]
async fn stand_in_records_what_it_gets_and_misbehaves_when_told() {
    let cloud = Cloud::running();
    let outside = cloud.variable("TELEGRAM_FAKE_URL");
    let (person, _) = cloud.somebody();
    let text = format!("hello {}", person.user["id"]);
    let url = format!("{outside}/telegram/bot{}/sendMessage", cloud.variable("TELEGRAM_BOT_TOKEN"));
    let send = || answer(cloud.raw(Method::POST, &url).json(&json!({"chat_id": 1, "text": text})));
    let faults = format!("{outside}/_control/faults");
    let told = |fault| answer(cloud.raw(Method::PUT, &faults).json(&fault));

    assert_eq!(send().await.1["ok"], true);
    told(json!({"service": "telegram", "status": 429, "retry_after": 3, "times": 1, "match": text})).await;
    let (status, refused) = send().await;
    assert_eq!((status, refused["parameters"]["retry_after"].as_u64()), (429, Some(3)), "{refused}");
    told(json!({"service": "telegram", "status": 403, "times": 1, "match": text})).await;
    assert_eq!(send().await.0, 403);
    assert_eq!(send().await.1["ok"], true);

    let records = format!("{outside}/_control/requests?service=telegram&match={}", person.user["id"]);
    let (_, records) = answer(cloud.raw(Method::GET, &records)).await;
    assert_eq!(records["items"].as_array().map(Vec::len), Some(4), "{records}");
    assert!(!records.to_string().contains(cloud.variable("TELEGRAM_BOT_TOKEN")), "the token is kept out of the record");
}
