//! Loses answers of DynamoDB: the call has its effect, and its caller learns nothing of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;

/// What DynamoDB says when it does not know itself whether a write was done.
const NO_ANSWER: &str = r#"{"__type": "com.amazon.coral.service#InternalServerError", "message": "lost by the test"}"#;
/// How often the SDK makes a call in all, if there is no answer.
const ATTEMPTS: u64 = 3;

/// Counts answers, and loses some; clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Lossy {
    first: u64,
    last: u64,
    seen: Arc<AtomicU64>,
}

impl Lossy {
    /// Loses this answer, counted from 1. The SDK calls again and learns what there is to know.
    pub(crate) fn once(answer: u64) -> Self {
        Self { first: answer, last: answer, seen: Arc::default() }
    }

    /// Loses this answer and those of all repetitions by the SDK, whose caller gets an error.
    pub(crate) fn thrice(answer: u64) -> Self {
        Self { last: answer + ATTEMPTS - 1, ..Self::once(answer) }
    }

    /// Loses this answer and all that follow: the request fails, whatever it has done.
    pub(crate) fn from(answer: u64) -> Self {
        Self { last: u64::MAX, ..Self::once(answer) }
    }

    /// Whether it loses those of the SDK's repetitions, too.
    pub(crate) const fn is_outage(&self) -> bool {
        self.last > self.first
    }

    /// Answers that have come so far, whether lost or not.
    pub(crate) fn seen(&self) -> u64 {
        self.seen.load(Ordering::SeqCst)
    }

    /// Whether it came to losing one.
    pub(crate) fn has_lost(&self) -> bool {
        self.seen() >= self.first
    }
}

impl Intercept for Lossy {
    fn name(&self) -> &'static str {
        "Lossy"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        if (self.first..=self.last).contains(&answer) {
            let response = context.response_mut();
            *response = HttpResponse::new(500.try_into()?, NO_ANSWER.into());
        }
        Ok(())
    }
}
