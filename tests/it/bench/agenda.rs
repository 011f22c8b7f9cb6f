//! What the agenda costs that everybody reads: requests and read units, before an instance had it in memory and after;
//! its size, plain and compressed, and where the time goes.

use std::time::Instant;

use ibw::agenda::model::Agenda;
use ibw::agenda::released::Released;
use serde_json::{Value, json};

use crate::agenda::CONFERENCE;
use crate::agenda::reading::with_large_agenda;
use crate::support::app::TestApp;
use crate::support::policy::Call;
use crate::support::request::TestFunction;

/// The reads among some calls, and the read units that they consume. Strongly consistent ones cost twice as much.
fn cost(app: &TestApp, calls: &[Call], consistent: Option<bool>) -> (usize, f64) {
    let reads = calls.iter().filter(|call| call.operation == "GetItem" || call.operation == "Query");
    let units = reads.map(|call| {
        let mut body = call.body.clone();
        body["ReturnConsumedCapacity"] = json!("TOTAL");
        if let Some(consistent) = consistent {
            body["ConsistentRead"] = json!(consistent);
        }
        let answer = if call.operation == "GetItem" {
            serde_json::to_value(app.database.engine.get_item(serde_json::from_value(body).unwrap()).unwrap())
        } else {
            serde_json::to_value(app.database.engine.query(serde_json::from_value(body).unwrap()).unwrap())
        };
        answer.unwrap()["ConsumedCapacity"]["CapacityUnits"].as_f64().expect("the units")
    });
    let units: Vec<f64> = units.collect();
    (units.len(), units.iter().fold(0.0, |sum, units| sum + units))
}

/// Reads the agenda; the calls that it took, the bytes and the milliseconds.
async fn read(instance: &TestFunction, encoding: &str) -> (Vec<Call>, usize, f64) {
    instance.watch.take();
    let begun = Instant::now();
    let request = instance.get(&format!("{CONFERENCE}/agenda")).header(("accept-encoding", encoding));
    let (_, bytes) = request.send_for_bytes().await;
    (instance.watch.take(), bytes.len(), begun.elapsed().as_secs_f64() * 1e3)
}

/// The milliseconds of some work.
fn time<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed().as_secs_f64() * 1e3)
}

#[tokio::test]
async fn agenda_of_300_sessions_costs_a_tenth_from_memory() {
    let app = with_large_agenda().await;
    let instance = app.agenda();
    let (cold, plain, first) = read(&instance, "identity").await;
    let (_, compressed, _) = read(&instance, "gzip").await;
    let (known, _, again) = read(&instance, "gzip").await;
    app.clock.advance(5);
    let (warm, _, _) = read(&instance, "gzip").await;
    println!("agenda: 300 sessions by 200 speakers are {} KB, gzip {} KB", plain / 1024, compressed / 1024);
    // Before, each request read head and release, strongly consistent.
    let before = cost(&app, &cold, Some(true));
    for (what, (requests, units)) in [
        ("before", before),
        ("after, first of an instance", cost(&app, &cold, None)),
        ("after, every 5 s", cost(&app, &warm, None)),
        ("after, between", cost(&app, &known, None)),
    ] {
        println!("agenda: {what:28} {requests} reads, {units:5.1} read units");
    }
    println!(
        "agenda: first request of an instance {first:.1} ms, from memory {again:.1} ms (engine and test included)"
    );
    let json = serde_json::to_vec(&instance.get(&format!("{CONFERENCE}/agenda")).send().await.json).unwrap();
    let (agenda, parsing) = time(|| serde_json::from_slice::<Agenda>(&json).unwrap());
    let (released, writing) = time(|| Released::new(agenda).unwrap());
    let (_, compressing) = time(|| released.gzip());
    let (_, copying) = time(|| (released.json.clone(), released.gzip()));
    println!(
        "agenda: once for a release: parse {parsing:.1} ms, write JSON {writing:.1} ms, gzip {compressing:.1} ms; then {copying:.3} ms"
    );
    assert_eq!((before.0, cost(&app, &warm, None), cost(&app, &known, None)), (2, (1, 0.5), (0, 0.0)));
    assert!(compressed < plain / 2);
    let _: Value = serde_json::from_slice(&released.json).unwrap();
}
