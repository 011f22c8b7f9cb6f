//! What all AWS clients share: region, credentials and endpoints from the environment, and one HTTP client on one TLS
//! stack.
//!
//! `aws-config` is not used: in Lambda the credentials are environment variables, and its providers would cost a cold
//! start more than the rest of it. The numbers are in `docs/adr/0005-one-tls-stack.md`.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::in_time::InTime;
use crate::config::{Env, Secret};

/// The certification authorities of AWS's endpoints (Amazon Trust Services). Parsing a system's whole store costs 7 ms
/// a start.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");

/// What an AWS client is made of.
#[derive(Clone, Debug)]
pub struct Aws {
    region: Region,
    credentials: Credentials,
    endpoint: Option<String>,
    ses_endpoint: Option<String>,
    http: SharedHttpClient,
}

/// One SDK's configuration; the services' types differ and their builders do not.
macro_rules! configure {
    ($aws:expr, $sdk:ident, $endpoint:expr) => {{
        let mut builder = $sdk::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region($aws.region.clone())
            .credentials_provider($aws.credentials.clone())
            .http_client($aws.http.clone())
            // The attempt's timeout below ends a stalled one.
            .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(1))
                    .operation_attempt_timeout(Duration::from_secs(3))
                    .operation_timeout(Duration::from_secs(8))
                    .build(),
            );
        builder.set_endpoint_url($endpoint.clone());
        builder
    }};
}

impl Aws {
    /// Reads `AWS_REGION`, the credentials, and `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_SESV2` where the cloud is a local
    /// one.
    pub fn read(env: &mut Env) -> Self {
        let region = env.required("AWS_REGION", String::new());
        let key = env.required("AWS_ACCESS_KEY_ID", String::new());
        let secret = env.required("AWS_SECRET_ACCESS_KEY", Secret::new(""));
        let token = env.optional::<String>("AWS_SESSION_TOKEN");
        let endpoint = env.optional("AWS_ENDPOINT_URL");
        Self {
            region: Region::new(region),
            credentials: Credentials::new(key, secret.expose(), token, None, "environment"),
            ses_endpoint: env.optional("AWS_ENDPOINT_URL_SESV2").or_else(|| endpoint.clone()),
            endpoint,
            http: http_client(env, TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)),
        }
    }

    /// For DynamoDB; tests add interceptors to it.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::config::Builder {
        configure!(self, aws_sdk_dynamodb, self.endpoint)
    }

    /// For S3. Another endpoint than AWS's has its buckets in the path.
    pub fn s3(&self) -> aws_sdk_s3::config::Builder {
        configure!(self, aws_sdk_s3, self.endpoint).force_path_style(self.endpoint.is_some())
    }

    /// For a storage of another company that speaks S3, which signs for the region `auto` and has a certificate of any
    /// public authority: the system's store is read for it.
    pub fn s3_elsewhere(
        &self,
        env: &mut Env,
        endpoint: &str,
        key_id: &str,
        key: &Secret,
    ) -> aws_sdk_s3::config::Builder {
        let credentials = Credentials::new(key_id, key.expose(), None, None, "environment");
        let http = http_client(env, TrustStore::default());
        let there = Self { region: Region::new("auto"), credentials, http, ..self.clone() };
        configure!(there, aws_sdk_s3, Some(endpoint.to_owned())).force_path_style(true)
    }

    /// For SQS.
    pub fn sqs(&self) -> aws_sdk_sqs::Config {
        configure!(self, aws_sdk_sqs, self.endpoint).build()
    }

    /// For SES.
    pub fn ses(&self) -> aws_sdk_sesv2::Config {
        configure!(self, aws_sdk_sesv2, self.ses_endpoint).build()
    }

    /// For Secrets Manager.
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Config {
        configure!(self, aws_sdk_secretsmanager, self.endpoint).build()
    }
}

/// The service's code for a failed call, or how far the call came. The message is left out: it may quote what was sent.
pub fn failure_code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> &str {
    error.code().unwrap_or(match error {
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(_) => "dispatch",
        SdkError::ConstructionFailure(_) => "construction",
        _ => "response",
    })
}

fn http_client(env: &mut Env, roots: TrustStore) -> SharedHttpClient {
    let context = TlsContext::builder().with_trust_store(roots).build().unwrap_or_else(|error| {
        env.problem("TLS", error);
        TlsContext::default()
    });
    let https = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(context).build_https();
    SharedHttpClient::new(InTime(https))
}
