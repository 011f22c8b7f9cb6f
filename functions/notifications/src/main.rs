//! Starts the `notifications` function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    ibw::telemetry::init();
    let app = ibw::app::App::from_process().await?;
    ibw::http::serve(notifications::router(), app).await
}
