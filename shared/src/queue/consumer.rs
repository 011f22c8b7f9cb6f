//! Handles a batch of SQS messages record by record: whatever one does, its neighbours are not concerned.
//!
//! A message that may succeed later becomes visible again after [`delay`], which doubles at each receive; the queue
//! moves it to its dead-letter queue after `maxReceiveCount` receives. A message that can never succeed is sent there
//! at once, with the reason, rather than failed as often as that. What cannot be sent there stays in the queue, so
//! nothing is lost.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_sqs::Client;
use futures_util::FutureExt;
use tracing::Instrument;

use super::message::{DEDUPE_KEY, Message, MissingMessageId};
use super::publish::text;
use crate::clients::aws::{Aws, failure_code};
use crate::config::Env;
use crate::deadline::left_until;
use crate::dynamo;
use crate::random::Random;
use crate::tasks;

/// No message waits longer than this for its next try, in seconds.
const MAX_DELAY: u64 = 900;

/// How the handling of one message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It had its effect, or needs none any more: the queue forgets it.
    Done,
    /// It may succeed later: after this time, or after one that doubles at each receive.
    Retry(Option<Duration>),
    /// It can never succeed, and why: a constant, so that a reason cannot quote the payload.
    Poison(&'static str),
}

/// Takes messages from one queue.
#[derive(Clone, Debug)]
pub struct Consumer {
    sqs: Client,
    queue_url: String,
    dead_letters_url: String,
    retry_base: u64,
    random: Random,
}

impl Consumer {
    /// Reads `QUEUE_URL`, `DEAD_LETTER_QUEUE_URL`, and `RETRY_BASE_SECONDS`, the delay before the first retry (10).
    pub fn read(env: &mut Env, aws: &Aws, random: Random) -> Self {
        let queue_url = env.required("QUEUE_URL", String::new());
        let dead_letters_url = env.required("DEAD_LETTER_QUEUE_URL", String::new());
        Self::of(env, aws, queue_url, dead_letters_url, random)
    }

    /// As [`Self::read`], for a function with several queues: `<name>_QUEUE_URL` and `<name>_DEAD_LETTER_QUEUE_URL`.
    pub fn read_named(env: &mut Env, aws: &Aws, name: &str, random: Random) -> Self {
        let queue_url = env.required(&format!("{name}_QUEUE_URL"), String::new());
        let dead_letters_url = env.required(&format!("{name}_DEAD_LETTER_QUEUE_URL"), String::new());
        Self::of(env, aws, queue_url, dead_letters_url, random)
    }

    fn of(env: &mut Env, aws: &Aws, queue_url: String, dead_letters_url: String, random: Random) -> Self {
        let retry_base = env.optional("RETRY_BASE_SECONDS").unwrap_or(10);
        Self { sqs: Client::from_conf(aws.sqs()), queue_url, dead_letters_url, retry_base, random }
    }

    /// Whether a record with this `eventSourceARN` came from its queue: both end in the queue's name.
    pub fn takes_from(&self, arn: &str) -> bool {
        arn.rsplit(':').next().is_some_and(|name| self.queue_url.rsplit('/').next() == Some(name))
    }

    /// Handles the messages of a batch at once, each in a task of its own, and reports those that shall come again. A
    /// handler that panics has its own message come again.
    pub async fn handle_batch<H, F>(&self, event: SqsEvent, handle: H) -> Result<SqsBatchResponse, MissingMessageId>
    where
        H: Fn(Message) -> F,
        F: Future<Output = Outcome> + Send + 'static,
    {
        let messages = event.records.into_iter().map(Message::try_from).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<String> = messages.iter().map(|message| message.id.clone()).collect();
        let works = messages.into_iter().map(|message| {
            let span =
                tracing::info_span!("message", message.id = %message.id, message.receive_count = message.receive_count);
            let (work, consumer) = (AssertUnwindSafe(handle(message.clone())).catch_unwind(), self.clone());
            let settled = async move { Ok::<_, dynamo::Error>(consumer.settle(&message, work.await.ok()).await) };
            settled.instrument(span)
        });
        let mut response = SqsBatchResponse::default();
        let settled = tasks::all(works).await.unwrap_or_else(|_| vec![false; ids.len()]);
        ids.into_iter().zip(settled).filter(|(_, is_done)| !is_done).for_each(|(id, _)| response.add_failure(id));
        Ok(response)
    }

    /// Whether the queue shall forget the message.
    async fn settle(&self, message: &Message, ended: Option<Outcome>) -> bool {
        let outcome = ended.unwrap_or_else(|| {
            // The panic hook has written where and why.
            tracing::error!("message.panicked");
            Outcome::Retry(None)
        });
        match outcome {
            Outcome::Done => return true,
            Outcome::Retry(after) => self.come_again(message, after).await,
            Outcome::Poison(reason) => {
                tracing::error!(reason, "message.poisoned");
                if self.bury(message, reason).await {
                    return true;
                }
                self.come_again(message, None).await;
            }
        }
        false
    }

    /// Makes the message visible before the queue's own time-out. Where that fails, the time-out does it.
    async fn come_again(&self, message: &Message, after: Option<Duration>) {
        let seconds = after.map_or_else(|| delay(self.retry_base, message.receive_count, &self.random), in_seconds);
        let call =
            self.sqs.change_message_visibility().queue_url(&self.queue_url).receipt_handle(&message.receipt_handle);
        match call.visibility_timeout(seconds).send().await {
            Ok(_) => tracing::warn!(delay_seconds = seconds, "message.deferred"),
            Err(error) => tracing::warn!(code = failure_code(&error), "message.deferral_failed"),
        }
    }

    /// Sends the message to the dead-letter queue with the reason; whether that worked.
    async fn bury(&self, message: &Message, reason: &str) -> bool {
        let (Ok(reason), Ok(key)) = (text(reason), text(&message.dedupe_key)) else { return false };
        let call = self.sqs.send_message().queue_url(&self.dead_letters_url).message_body(&message.body);
        let sent = call.message_attributes("reason", reason).message_attributes(DEDUPE_KEY, key).send().await;
        if let Err(error) = &sent {
            tracing::error!(code = failure_code(error), "message.burial_failed");
        }
        sent.is_ok()
    }
}

/// How long an invocation may still take.
pub fn time_left(context: &lambda_http::lambda_runtime::Context) -> Duration {
    left_until(context.deadline)
}

/// Seconds until the next try: `base * 2^(receives - 1)`, and up to `base` more so that messages that failed together
/// come apart.
fn delay(base: u64, receive_count: u32, random: &Random) -> i32 {
    let doubled = base.saturating_mul(2u64.saturating_pow(receive_count.saturating_sub(1)));
    in_seconds(Duration::from_secs(doubled.saturating_add(random.below(base.saturating_add(1)))))
}

/// Whole seconds as SQS counts them, rounded up, from 1 to [`MAX_DELAY`].
fn in_seconds(after: Duration) -> i32 {
    let seconds = after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0));
    i32::try_from(seconds.clamp(1, MAX_DELAY)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn delay_doubles_at_each_receive() {
        let random = Random::seeded(5);
        for (receives, least) in [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160)] {
            assert!((least..=least + 10).contains(&delay(10, receives, &random)), "{receives}");
        }
    }

    #[test]
    fn delay_of_a_wait_is_rounded_up_and_capped() {
        assert_eq!(in_seconds(Duration::ZERO), 1);
        assert_eq!(in_seconds(Duration::from_millis(2_001)), 3);
        assert_eq!(in_seconds(Duration::from_secs(5_000)), 900);
    }

    proptest! {
        #[test]
        fn delay_is_always_one_that_sqs_takes(base: u64, receives: u32, seed: u64) {
            prop_assert!((1..=900).contains(&delay(base, receives, &Random::seeded(seed))));
        }
    }
}
