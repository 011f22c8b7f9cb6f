//! What the template says of queues and of the time that functions have.

use std::collections::BTreeMap;
use std::time::Duration;

use ibw::notifications::service::LEASE;
use ibw::users::service::WORKERS;
use serde_json::Value;

use crate::support::template::Template;

#[test]
fn queues_and_mappings_lose_nothing() {
    let template = Template::read();
    let functions: BTreeMap<&str, &Value> = template.of_type("AWS::Serverless::Function").collect();
    // A queue must keep a message back for six times as long as whoever takes it may work on it (AWS's advice).
    let mut longest: BTreeMap<String, u64> = BTreeMap::new();
    for (id, mapping) in template.of_type("AWS::Lambda::EventSourceMapping") {
        let kinds = &mapping["FunctionResponseTypes"][0];
        assert_eq!(
            kinds, "ReportBatchItemFailures",
            "template.yaml, {id}: one failed message must not take its batch along"
        );
        let function = mapping["FunctionName"]["Ref"].as_str().expect("a function of the template");
        let source = mapping["EventSourceArn"]["Fn::GetAtt"].as_str().expect("a source of the template");
        if let Some(queue) = source.strip_suffix(".Arn") {
            let workers = &mapping["ScalingConfig"]["MaximumConcurrency"];
            assert!(workers.is_u64(), "template.yaml, {id} has no ScalingConfig.MaximumConcurrency");
            let timeout = functions[function]["Timeout"].as_u64().unwrap_or(10);
            let known = longest.entry(queue.to_owned()).or_default();
            *known = timeout.max(*known);
        }
    }
    for (id, queue) in template.of_type("AWS::SQS::Queue") {
        assert_eq!(queue["SqsManagedSseEnabled"], true, "template.yaml, {id}: SqsManagedSseEnabled is missing");
        assert_eq!(
            queue["RedrivePolicy"].is_null(),
            !longest.contains_key(id),
            "template.yaml, {id}: a queue with a consumer has a RedrivePolicy, and no other has"
        );
        if let Some(timeout) = longest.get(id) {
            assert_eq!(
                queue["RedrivePolicy"]["maxReceiveCount"], 5,
                "template.yaml, {id}: tries before the dead letters"
            );
            let visible = queue["VisibilityTimeout"].as_u64().expect("a visibility");
            assert!(
                visible >= 6 * timeout,
                "template.yaml, {id}: VisibilityTimeout is {visible}, and must be at least {}",
                6 * timeout
            );
        }
    }
}

#[test]
fn worker_whose_lease_of_a_job_lapses_has_been_stopped() {
    let template = Template::read();
    let timeout = template.functions()["notification-jobs"]["Timeout"].as_u64().expect("a time-out");
    assert!(
        LEASE > Duration::from_secs(timeout),
        "the lease of a job is {LEASE:?}, and must be longer than the Timeout of notification-jobs in template.yaml, {timeout} s"
    );
}

#[test]
fn mails_are_sent_at_the_rate_that_the_template_names_and_a_batch_fits_into_its_time() {
    let template = Template::read();
    let (_, mapping) = template
        .of_type("AWS::Lambda::EventSourceMapping")
        .find(|(_, mapping)| mapping["EventSourceArn"]["Fn::GetAtt"] == "EmailQueue.Arn")
        .expect("a mapping of the queue `email`");
    assert_eq!(
        mapping["ScalingConfig"]["MaximumConcurrency"], WORKERS,
        "template.yaml, EmailMapping: each of so many workers sends its share of MailsPerSecond"
    );
    let slowest = template.parameters()["MailsPerSecond"]["MinValue"].as_u64().expect("a least rate");
    let mails = mapping["BatchSize"].as_u64().expect("a size");
    let (batch, timeout) = (mails * u64::from(WORKERS) / slowest, template.functions()["email"]["Timeout"].as_u64());
    assert!(
        timeout >= Some(batch + 8),
        "template.yaml: {mails} mails take {batch} s, and SES may answer late by 8 s; the Timeout of `email` is {timeout:?}"
    );
}
