//! Secrets Manager: the secrets that supply what the environment lacks, each read in one call at start.

use std::collections::HashMap;

use aws_sdk_secretsmanager::Client;

use super::aws::{Aws, failure_code};
use crate::config::Env;

/// Which secrets: that of the API and its workers, and that of a storage that has keys of its own. The latter is apart,
/// so that who only deletes objects need not know what signs logins.
const NAMES: [&str; 2] = ["SECRETS_ID", "STORAGE_SECRETS_ID"];

/// Adds the variables that the secrets hold, each a JSON object of strings, as far as the environment names them.
pub async fn supply(env: &mut Env, aws: &Aws) {
    for name in NAMES {
        if let Some(id) = env.optional::<String>(name) {
            read(env, aws, name, &id).await;
        }
    }
}

async fn read(env: &mut Env, aws: &Aws, name: &str, id: &str) {
    let client = Client::from_conf(aws.secrets_manager());
    match client.get_secret_value().secret_id(id).send().await {
        Ok(answer) => match serde_json::from_str::<HashMap<String, String>>(answer.secret_string().unwrap_or_default())
        {
            Ok(secrets) => env.supply(secrets),
            // The parser's own message could quote the secret.
            Err(_) => env.problem(name, "the secret is not a JSON object of strings"),
        },
        Err(error) => env.problem(name, format!("the secret cannot be read: {}", failure_code(&error))),
    }
}
