//! Starts the `housekeeping` function.

use std::time::Instant;

use ibw::app::{DomainConfig, Domains, Start, work};
use ibw::clients::storage;
use ibw::queue::time_left;
use lambda_runtime::LambdaEvent;
use serde::de::IgnoredAny;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut start = Start::with_secret().await;
    let config = DomainConfig::of_storage(storage::read(&mut start.env, &start.aws));
    let platform = start.platform.clone();
    let scheduled = &start.finish(Domains::new(&platform, config).scheduled(&platform))?;
    let run = |event: LambdaEvent<IgnoredAny>| housekeeping::run(scheduled, Instant::now() + time_left(&event.context));
    work(run).await
}
