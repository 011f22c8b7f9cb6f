//! Starts the `relay` function.

use aws_lambda_events::event::dynamodb::Event;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use lambda_runtime::{LambdaEvent, service_fn};
use relay::Relay;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut env = Env::of_process();
    let aws = Aws::read(&mut env);
    let relay = Relay::read(&mut env, &aws);
    let relay = &env.finish(relay)?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Event>| relay.handle(event.payload))).await
}
