//! Starts the `housekeeping` function.

use std::time::Instant;

use housekeeping::Input;
use ibw::app::{DomainConfig, Domains, Start, work};
use ibw::clients::storage;
use ibw::platform::Platform;
use ibw::queue::time_left;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    ibw::telemetry::init();
    let mut start = Start::with_secret().await;
    let config = DomainConfig::of_storage(storage::read(&mut start.env, &start.aws));
    let platform = start.platform.clone();
    let domains = &start.finish(Domains::new(&platform, config))?;
    work(|event: LambdaEvent<Value>| run(domains, &platform, event)).await
}

async fn run(domains: &Domains, platform: &Platform, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let deadline = Instant::now() + time_left(&event.context);
    Ok(match Input::of(event.payload)? {
        Input::Schedule => {
            housekeeping::run(&domains.scheduled(platform), deadline).await?;
            Value::Null
        }
        Input::Grant(command) => {
            serde_json::to_value(command.run(&domains.users.service, &event.context.request_id).await?)?
        }
    })
}
