//! Which storage a deployment has, by its configuration.

use std::str::FromStr;
use std::sync::Arc;

use super::SharedStorage;
use super::azure::AzureBlob;
use super::s3::S3;
use crate::clients::aws::Aws;
use crate::config::{Env, Secret};

/// The kinds of storage, as `STORAGE_BACKEND` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backend {
    S3,
    R2,
    Azure,
}

impl FromStr for Backend {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "s3" => Ok(Self::S3),
            "r2" => Ok(Self::R2),
            "azure" => Ok(Self::Azure),
            _ => Err("must be s3, r2 or azure"),
        }
    }
}

/// Reads `STORAGE_BACKEND` (`s3`, `r2` or `azure`) and `STORAGE_BUCKET` (a container on Azure). R2 and Azure also have
/// `STORAGE_ENDPOINT`, `STORAGE_KEY_ID` (an access key's id; the account's name on Azure) and `STORAGE_KEY` (its
/// secret). S3 takes the credentials and the endpoint of the function.
pub fn read(env: &mut Env, aws: &Aws) -> SharedStorage {
    let bucket = env.required("STORAGE_BUCKET", String::new());
    match env.required("STORAGE_BACKEND", Backend::S3) {
        Backend::S3 => Arc::new(S3::of_aws(aws, bucket)),
        Backend::R2 => {
            let (endpoint, id, key) = keyed(env);
            Arc::new(S3::of_r2(env, aws, bucket, &endpoint, &id, &key))
        }
        Backend::Azure => {
            let (endpoint, account, key) = keyed(env);
            Arc::new(AzureBlob::new(env, &bucket, &endpoint, &account, &key))
        }
    }
}

/// What a storage with keys of its own has.
fn keyed(env: &mut Env) -> (String, String, Secret) {
    let endpoint = env.required("STORAGE_ENDPOINT", String::new());
    let id = env.required("STORAGE_KEY_ID", String::new());
    (endpoint, id, env.required("STORAGE_KEY", Secret::new("")))
}
