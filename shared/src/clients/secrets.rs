//! Secrets Manager: the one secret that supplies what the environment lacks, read in one call at start.

use std::collections::HashMap;

use aws_sdk_secretsmanager::Client;

use super::aws::{Aws, failure_code};
use crate::config::Env;

/// Which secret.
const SECRETS_ID: &str = "SECRETS_ID";

/// Adds the variables that the secret `SECRETS_ID` holds as a JSON object of strings, if one is named.
pub async fn supply(env: &mut Env, aws: &Aws) {
    let Some(id) = env.optional::<String>(SECRETS_ID) else { return };
    let client = Client::from_conf(aws.secrets_manager());
    match client.get_secret_value().secret_id(&id).send().await {
        Ok(answer) => match serde_json::from_str::<HashMap<String, String>>(answer.secret_string().unwrap_or_default())
        {
            Ok(secrets) => env.supply(secrets),
            // The parser's own message could quote the secret.
            Err(_) => env.problem(SECRETS_ID, "the secret is not a JSON object of strings"),
        },
        Err(error) => env.problem(SECRETS_ID, format!("the secret cannot be read: {}", failure_code(&error))),
    }
}
