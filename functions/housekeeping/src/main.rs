//! Starts the `housekeeping` function.

use std::time::{Instant, SystemTime};

use housekeeping::Housekeeping;
use ibw::app;
use ibw::clients::aws::Aws;
use ibw::clients::{secrets, storage};
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::random::Random;
use ibw::time::Clock;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::IgnoredAny;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut env = Env::of_process();
    let aws = Aws::read(&mut env);
    secrets::supply(&mut env, &aws).await;
    let dynamo = Dynamo::read(&mut env, &aws);
    let storage = storage::read(&mut env, &aws);
    let (dynamo, storage) = env.finish((dynamo, storage))?;
    let media = app::media(&dynamo, Some(storage), Clock::System, Random::System);
    let erasures = app::erasures(&dynamo, media.clone(), Clock::System, Random::System);
    let housekeeping = &Housekeeping::new(erasures, media);
    let run = |event: LambdaEvent<IgnoredAny>| {
        let left = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        // Boxed, as the compiler gives up on a future that nests this deep.
        Box::pin(housekeeping.run(Instant::now() + left))
    };
    lambda_runtime::run(service_fn(run)).await
}
