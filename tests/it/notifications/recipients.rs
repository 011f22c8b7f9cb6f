//! Who a job went to, in pages and as a file.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::organise;
use crate::delivery::fake::{Answer, FakeTelegram};
use crate::delivery::world::World;
use crate::support::app::{ADMIN_API_KEY, TestApp};

/// A job that went to 60, of whom every fourth could not be told.
async fn over() -> (Arc<World>, String) {
    let app = TestApp::start().await;
    let plan = Arc::new(|chat: i64, _: usize| if chat % 4 == 0 { Answer::NotFound } else { Answer::Taken });
    let telegram = FakeTelegram::start(&app.clock, plan).await;
    let world = World::start(app, telegram, &[]).await;
    world.crowd(60);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.run_until_over(id).await;
    (world, format!("/jobs/{id}"))
}

/// All pages of a list.
async fn pages(world: &World, path: &str, limit: usize) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = organise(&world.app, "GET", &format!("{path}{sign}limit={limit}{cursor}")).send().await;
        let items = page.json["items"].as_array().expect("items").clone();
        assert!(items.len() <= limit);
        all.extend(items);
        let Some(next) = page.json["next_cursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn recipients_come_once_each_in_pages_and_by_state() {
    let (world, job) = over().await;
    let users = |items: &[Value]| items.iter().map(|item| item["to"]["user"].to_string()).collect::<BTreeSet<_>>();
    for limit in [7, 100] {
        let all = pages(&world, &format!("{job}/recipients"), limit).await;
        assert_eq!((all.len(), users(&all).len()), (60, 60), "{limit}");
        let failed = pages(&world, &format!("{job}/recipients?state=failed"), limit).await;
        assert_eq!(failed.len(), 15, "{limit}");
        assert!(failed.iter().all(|item| item["state"] == "failed" && item["reason"] == "chat_not_found"));
        let sent = pages(&world, &format!("{job}/recipients?state=sent"), limit).await;
        assert_eq!(users(&sent).union(&users(&failed)).count(), 60, "{limit}");
    }
    let bad = organise(&world.app, "GET", &format!("{job}/recipients?state=lost")).send().await;
    assert_eq!(bad.error(), (400, "INVALID_REQUEST"));
}

#[tokio::test]
async fn export_is_a_csv_of_everybody_compressed_if_that_is_accepted() {
    let (world, job) = over().await;
    let plain = organise(&world.app, "GET", &format!("{job}/export")).send().await;
    assert_eq!((plain.status, plain.header("content-type")), (200, "text/csv; charset=utf-8"));
    let mut reader = csv::Reader::from_reader(plain.text.as_bytes());
    assert_eq!(reader.headers().expect("a header"), vec!["user_id", "group", "state", "reason", "at"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let of = |state: &str, reason: &str| rows.iter().filter(|row| &row[2] == state && &row[3] == reason).count();
    assert_eq!((rows.len(), of("sent", ""), of("failed", "chat_not_found")), (60, 45, 15));
    assert!(rows.iter().all(|row| row[0].starts_with("usr_") && row[4].ends_with('Z')));

    let request = world.app.notifications().get(&format!("/api/v1/notifications{job}/export"));
    let request = request.header(("x-api-key", ADMIN_API_KEY)).header(("accept-encoding", "br, gzip;q=0.8"));
    let (headers, bytes) = request.send_for_bytes().await;
    assert_eq!(headers["content-encoding"], "gzip");
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, plain.text);
}
