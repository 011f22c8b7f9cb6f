//! Outages of SQS: what the relay tries again, and what an operator has sent again.

use std::collections::BTreeSet;

use ibw::dynamo::{Dynamo, Expression, OUTBOX_TABLES, OutboxMessage, Topic};
use ibw::platform::Platform;
use ibw::random::Random;
use ibw::time::{Clock, Time};
use relay::{Input, Replay, Replayed};
use serde_json::{Value, json};

use super::{queue, relay, relay_of, show};
use crate::attendees::world::{World, row};
use crate::support::app::start_of_test;
use crate::support::aws::{Sqs, stream_record};
use crate::support::database::TestDatabase;
use crate::support::policy::Watch;
use crate::support::template::Template;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// For how long Lambda shows the relay a record that it does not take: in seconds, and in tries.
#[derive(Clone, Copy, Debug)]
struct Patience {
    seconds: i64,
    tries: Option<i64>,
}

/// The patience of each stream's mapping in the template.
fn patience() -> Vec<Patience> {
    let template = Template::read();
    let mappings = template.of_type("AWS::Lambda::EventSourceMapping");
    let of_streams = mappings.filter(|(_, mapping)| mapping["EventSourceArn"].to_string().contains("StreamArn"));
    let patience = |(id, mapping): (&str, &Value)| {
        assert_eq!(mapping["BisectBatchOnFunctionError"], true, "{id}: a batch that fails is split");
        let failures = &mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"];
        assert_eq!(failures, "RelayFailures.Arn", "{id}: what is dropped is told");
        let tries = mapping["MaximumRetryAttempts"].as_i64().expect("a number");
        let seconds = mapping["MaximumRecordAgeInSeconds"].as_i64().expect("a number");
        Patience { seconds, tries: (tries >= 0).then_some(tries) }
    };
    of_streams.map(patience).collect()
}

/// Shows records once a minute, as Lambda does, while SQS is down for some seconds, and then to a relay that works.
/// Returns how many are dropped.
async fn shown(records: &[Value], patience: Patience, outage: i64, sqs: &Sqs) -> usize {
    let (down, up) = (relay(&Sqs::start(&["SendMessageBatch"]).await), relay(sqs));
    let mut left = records.to_vec();
    for (tries, age) in (0i64..).zip((0i64..).step_by(60)) {
        if age > patience.seconds || patience.tries.is_some_and(|most| tries > most) {
            break;
        }
        let again = show(if age < outage { &down } else { &up }, &left).await;
        left.retain(|record| again.iter().any(|number| record["dynamodb"]["SequenceNumber"] == number.as_str()));
        if left.is_empty() {
            break;
        }
    }
    left.len()
}

/// Writes messages of all topics into all outboxes, one a minute. Returns the tables, and their payloads by queue.
async fn written(count: i64) -> (TestDatabase, Dynamo, BTreeSet<(String, String)>) {
    let database = TestDatabase::start().await;
    let dynamo = database.dynamo(&Watch::over("relay"));
    let writing = database.dynamo(&Watch::over_test());
    let mut payloads = BTreeSet::new();
    for n in 0..count {
        let place = usize::try_from(n).expect("a few");
        let (topic, table) = (Topic::ALL[place % Topic::ALL.len()], OUTBOX_TABLES[place % OUTBOX_TABLES.len()]);
        let now = start_of_test().plus_seconds(n * MINUTE);
        let message = OutboxMessage::new(topic, format!("k{n}"), &n, now, &Random::System).expect("a message");
        writing.table(table).put(&message, &Expression::default()).await.expect("a put");
        payloads.insert((queue(topic), n.to_string()));
    }
    (database, dynamo, payloads)
}

/// The stream's records of all outboxes.
fn records(database: &TestDatabase) -> Vec<Value> {
    let items = OUTBOX_TABLES.into_iter().flat_map(|table| database.items(table));
    items.enumerate().map(|(n, item)| stream_record(&n.to_string(), &item)).collect()
}

/// What reached the queues.
async fn arrived(sqs: &Sqs) -> Vec<(String, String)> {
    let mut arrived = Vec::new();
    for topic in Topic::ALL {
        let published = sqs.published(&queue(*topic)).await;
        arrived.extend(published.into_iter().map(|(body, _)| (queue(*topic), body)));
    }
    arrived
}

/// Has the relay replay a time, each invocation without time for more than one step.
async fn replayed(sqs: &Sqs, platform: &Platform, from: Time, to: Time) -> Vec<Replayed> {
    let (relay, mut steps, mut next) = (relay_of(sqs, platform.clone()), Vec::new(), None);
    loop {
        let step = relay.replay(Replay { from, to, next }, Time::MIN).await.expect("an answer");
        next = step.next.clone();
        steps.push(step);
        if next.is_none() || steps.last().is_some_and(|step| step.failed > 0) {
            return steps;
        }
    }
}

#[tokio::test]
async fn outage_of_two_hours_loses_no_message() {
    let (database, _, payloads) = written(24).await;
    let mappings = patience();
    assert_eq!(mappings.len(), OUTBOX_TABLES.len(), "`OUTBOX_TABLES` has the tables whose stream the relay reads");
    for patience in mappings {
        let sqs = Sqs::start(&[]).await;
        assert_eq!(shown(&records(&database), patience, 2 * HOUR, &sqs).await, 0);
        assert_eq!(BTreeSet::from_iter(arrived(&sqs).await), payloads);
    }
}

#[tokio::test]
async fn replay_sends_what_was_dropped_of_its_time_and_nothing_else() {
    let (database, tables, payloads) = written(240).await;
    let sqs = Sqs::start(&[]).await;
    let patience = Patience { seconds: HOUR, tries: None };
    assert_eq!(shown(&records(&database), patience, 2 * HOUR, &sqs).await, 240, "an outage that outlives the stream");
    let clock = Clock::manual(start_of_test().plus_seconds(24 * HOUR));
    let platform = Platform { tables, clock, random: Random::System };
    let steps = replayed(&sqs, &platform, start_of_test(), start_of_test().plus_seconds(239 * MINUTE)).await;
    assert!(steps.len() > 1 && steps.iter().map(|step| step.sent).sum::<usize>() == 240, "{steps:?}");
    let all = arrived(&sqs).await;
    assert_eq!((all.len(), BTreeSet::from_iter(all)), (240, payloads));
    let sqs = Sqs::start(&[]).await;
    replayed(&sqs, &platform, start_of_test().plus_seconds(MINUTE), start_of_test().plus_seconds(2 * MINUTE)).await;
    let some: BTreeSet<String> = arrived(&sqs).await.into_iter().map(|(_, body)| body).collect();
    assert_eq!(some, ["1", "2"].map(str::to_owned).into());
}

#[tokio::test]
async fn replay_stops_where_a_queue_takes_nothing_and_continues_there() {
    let (_database, tables, payloads) = written(24).await;
    let platform = Platform { tables, clock: Clock::manual(start_of_test()), random: Random::System };
    let (from, to) = (start_of_test(), start_of_test().plus_seconds(HOUR));
    let down = replayed(&Sqs::start(&["SendMessageBatch"]).await, &platform, from, to).await;
    let last = down.last().expect("a step").clone();
    assert!(last.failed > 0 && last.sent == 0, "{last:?}");
    let sqs = Sqs::start(&[]).await;
    let rest = Replay { from, to, next: last.next };
    let done = relay_of(&sqs, platform).replay(rest, Time::MAX).await.expect("an answer");
    assert_eq!((done.sent, done.failed, done.next), (24, 0, None));
    assert_eq!(BTreeSet::from_iter(arrived(&sqs).await), payloads);
}

#[tokio::test]
async fn replay_passes_over_an_item_that_does_not_decode() {
    let (database, tables, _) = written(24).await;
    let mut bad = database.items("users").remove(0);
    bad["topic"]["S"] = json!("pigeons");
    let request = serde_json::from_value(json!({"TableName": "ibw-test-users", "Item": bad})).expect("a request");
    database.engine.put_item(request).expect("a put");
    let platform = Platform { tables, clock: Clock::manual(start_of_test()), random: Random::System };
    let sqs = Sqs::start(&[]).await;
    let all = Replay { from: start_of_test(), to: start_of_test().plus_seconds(HOUR), next: None };
    let done = relay_of(&sqs, platform).replay(all, Time::MAX).await.expect("an answer");
    assert_eq!((done.sent, done.unreadable, done.failed), (23, 1, 0));
}

#[tokio::test]
async fn replay_of_what_consumers_have_forgotten_is_refused() {
    let (_database, tables, _) = written(1).await;
    let now = start_of_test().plus_seconds(5 * 24 * HOUR);
    let platform = Platform { tables, clock: Clock::manual(now), random: Random::System };
    let relay = relay_of(&Sqs::start(&[]).await, platform);
    for (from, to) in [(start_of_test(), now), (now, now.plus_seconds(-1))] {
        assert!(relay.replay(Replay { from, to, next: None }, Time::MAX).await.is_err());
    }
}

#[tokio::test]
async fn replay_of_messages_that_had_arrived_changes_nothing() {
    let world = World::start().await;
    world.tickets(&[row("ticket-1", "Asha"), row("ticket-2", "Tara")]).await;
    let before = world.app.database.items("conferences");
    let sqs = Sqs::start(&[]).await;
    let tables = world.app.database.dynamo(&Watch::over("relay"));
    let platform = Platform { tables, clock: world.app.clock.clone(), random: Random::System };
    replayed(&sqs, &platform, start_of_test(), world.app.now()).await;
    let messages: Vec<String> = sqs.published("attendee-import").await.into_iter().map(|(body, _)| body).collect();
    assert_eq!(messages.len(), 1);
    assert!(world.handle(&world.own_worker(), &messages, std::time::Duration::from_secs(60)).await.is_empty());
    assert_eq!(world.app.database.items("conferences"), before);
}

#[test]
fn command_and_records_are_told_apart() {
    let command = json!({"replay": {"from": "2026-11-22T09:00:00Z", "to": "2026-11-22T11:00:00Z"}});
    assert!(matches!(Input::of(command), Ok(Input::Replay(Replay { next: None, .. }))));
    let records = serde_json::from_str(include_str!("../../../events/relay/outbox.json")).expect("JSON");
    assert!(matches!(Input::of(records), Ok(Input::Stream(event)) if event.records.len() == 1));
    for bad in [json!({"replay": {"from": "yesterday"}}), json!({"replay": {"from": "2026-11-22T09:00:00Z"}})] {
        assert!(Input::of(bad).is_err());
    }
}
