//! Starts the `relay` function.

use std::time::Duration;

use ibw::app::{Start, time_before_end, work};
use lambda_runtime::{Error, LambdaEvent};
use relay::{Input, Relay};
use serde_json::Value;

/// What a replay may still need when it begins nothing more.
const RESERVE: Duration = Duration::from_secs(4);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    ibw::telemetry::init();
    let mut start = Start::without_secret();
    let relay = Relay::read(&mut start.env, &start.aws, start.platform.clone());
    let relay = &start.finish(relay)?;
    work(|event: LambdaEvent<Value>| run(relay, event)).await
}

async fn run(relay: &Relay, LambdaEvent { payload, context }: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(match Input::of(payload)? {
        Input::Stream(records) => serde_json::to_value(relay.handle(records).await?)?,
        Input::Replay(replay) => serde_json::to_value(relay.replay(replay, time_before_end(&context, RESERVE)).await?)?,
    })
}
