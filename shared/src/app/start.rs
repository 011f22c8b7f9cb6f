//! The start of a worker: its environment, the clouds it reaches, the platform; and the time that an invocation has.

use std::time::Duration;

use lambda_http::LambdaEvent;
use lambda_http::lambda_runtime::{self, Context, Error, service_fn};
use serde::{Deserialize, Serialize};

use crate::clients::aws::Aws;
use crate::clients::secrets;
use crate::config::{ConfigError, Env};
use crate::deadline::{Deadline, with_deadline};
use crate::dynamo::Dynamo;
use crate::platform::Platform;
use crate::queue::{Consumer, time_left};
use crate::time::{Clock, Time};

/// What every function reads first.
#[derive(Debug)]
pub struct Start {
    /// The variables, for the parts to read.
    pub env: Env,
    /// For queues and mail.
    pub aws: Aws,
    /// Tables, clock and randomness.
    pub platform: Platform,
}

impl Start {
    /// From the environment of a Lambda function that has no secret.
    pub fn without_secret() -> Self {
        let mut env = Env::of_process();
        let aws = Aws::read(&mut env);
        Self::of(env, aws)
    }

    /// The same, with the variables of the function's secret.
    pub async fn with_secret() -> Self {
        let mut env = Env::of_process();
        let aws = Aws::read(&mut env);
        secrets::supply(&mut env, &aws).await;
        Self::of(env, aws)
    }

    fn of(mut env: Env, aws: Aws) -> Self {
        let platform = Platform::new(Dynamo::read(&mut env, &aws));
        Self { env, aws, platform }
    }

    /// The function's one queue.
    pub fn consumer(&mut self) -> Consumer {
        Consumer::read(&mut self.env, &self.aws, self.platform.random.clone())
    }

    /// One of the function's several queues.
    pub fn consumer_named(&mut self, name: &str) -> Consumer {
        Consumer::read_named(&mut self.env, &self.aws, name, self.platform.random.clone())
    }

    /// Ends the start: every problem of the configuration at once, or the parts that were read.
    pub fn finish<T>(self, parts: T) -> Result<T, ConfigError> {
        self.env.finish(parts)
    }
}

/// Has a worker handle Lambda's events until the instance ends. No call of an invocation goes out after its end.
#[expect(clippy::disallowed_methods, reason = "this gives invocations their deadline")]
pub async fn work<T, R, F>(handle: impl Fn(LambdaEvent<T>) -> F) -> Result<(), Error>
where
    T: for<'de> Deserialize<'de>,
    R: Serialize,
    F: Future<Output = Result<R, Error>>,
{
    let in_time = |event: LambdaEvent<T>| {
        let end = Deadline::after(time_left(&event.context), &Clock::System);
        // Boxed, as the compiler does not follow some handlers to their end.
        with_deadline(end, Box::pin(handle(event)))
    };
    lambda_runtime::run(service_fn(in_time)).await
}

/// When a worker is to begin nothing more: after this share of the invocation's time.
pub fn share_of_time(context: &Context, share: f64) -> Time {
    Clock::System.now().plus(time_left(context).mul_f64(share))
}

/// When a worker is to begin nothing more: as long before the invocation's end as what was begun may need.
pub fn time_before_end(context: &Context, reserve: Duration) -> Time {
    Clock::System.now().plus(time_left(context).saturating_sub(reserve))
}
