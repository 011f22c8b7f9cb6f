//! Starts the `media` function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    ibw::telemetry::init();
    let app = ibw::app::App::from_process_with_storage().await?;
    ibw::http::serve(media::router(), app).await
}
