//! HTTP to outside systems: one way to make a client, on the TLS stack of AWS's clients, and a cap on what is read of
//! an answer.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, retry};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use crate::config::Env;

/// Bytes that are read of an answer where its client does not say otherwise.
pub const MAX_BODY: usize = 1024 * 1024;
/// A host that does not take a connection by then is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection idle for longer is not used again. Lambda freezes an instance between its events, and a connection that
/// died meanwhile looks well until a request is lost in it.
const MAX_IDLE: Duration = Duration::from_secs(20);

/// A client whose calls end after `timeout`, the reading of the body included. It follows no redirects, heeds no
/// proxies, and sends a request once: what may be sent again, its caller decides.
pub fn client(env: &mut Env, timeout: Duration) -> Client {
    build(timeout).unwrap_or_else(|error| {
        env.problem("TLS", error);
        Client::new()
    })
}

fn build(timeout: Duration) -> Result<Client, String> {
    // Embedded, like Amazon's: parsing a system's own store costs a start 7 ms.
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(Policy::none())
        .retry(retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(MAX_IDLE)
        .timeout(timeout)
        .build()
        .map_err(|error| error.to_string())
}

/// A body that was not read to its end.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than allowed.
    #[error("the answer is too long")]
    TooLong,
    /// The connection broke, or the time was over.
    #[error("the answer ended early")]
    Broken,
}

/// The body of an answer, of `max` bytes at most.
pub async fn body(mut response: Response, max: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| BodyError::Broken)? {
        if body.len() + chunk.len() > max {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
