//! S3, and R2, which speaks S3 (<https://developers.cloudflare.com/r2/api/s3/api/>).

use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::MetadataDirective;

use super::{ATTEMPT, ObjectInfo, PresignedUpload, Storage, StorageError, StorageFuture, Upload};
use crate::clients::aws::{Aws, failure_code};
use crate::config::{Env, Secret};

/// A bucket.
#[derive(Clone, Debug)]
pub(super) struct S3 {
    client: Client,
    bucket: String,
}

impl S3 {
    /// On AWS, or what stands for it, with the function's own credentials.
    pub(super) fn of_aws(aws: &Aws, bucket: String) -> Self {
        Self::new(aws.s3(), bucket)
    }

    /// On R2, with keys of its own.
    pub(super) fn of_r2(env: &mut Env, aws: &Aws, bucket: String, endpoint: &str, id: &str, key: &Secret) -> Self {
        Self::new(aws.s3_elsewhere(env, endpoint, id, key), bucket)
    }

    fn new(config: Builder, bucket: String) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(ATTEMPT + Duration::from_secs(5));
        // A checksum would become part of what is signed, and browsers would have to send it.
        let config = config
            .timeout_config(timeouts.build())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self { client: Client::from_conf(config), bucket }
    }
}

impl Storage for S3 {
    fn presign_upload<'a>(&'a self, upload: &'a Upload<'a>) -> StorageFuture<'a, PresignedUpload> {
        Box::pin(async move {
            let signed_at = u64::try_from(upload.now.millis()).unwrap_or_default();
            let lifetime = PresigningConfig::builder()
                .start_time(SystemTime::UNIX_EPOCH + Duration::from_millis(signed_at))
                .expires_in(upload.lifetime)
                .build();
            let lifetime = lifetime.map_err(|error| StorageError::Refused(error.to_string()))?;
            let call = self.client.put_object().bucket(&self.bucket).key(upload.key);
            let call = call.content_type(upload.content_type).content_length(i64::try_from(upload.size).unwrap_or(-1));
            let signed = call.presigned(lifetime).await.map_err(|error| failed(&error))?;
            let headers = signed.headers().filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
            Ok(PresignedUpload {
                method: signed.method().to_owned(),
                url: signed.uri().to_owned(),
                headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            })
        })
    }

    fn head<'a>(&'a self, key: &'a str) -> StorageFuture<'a, Option<ObjectInfo>> {
        Box::pin(async move {
            let found = match self.client.head_object().bucket(&self.bucket).key(key).send().await {
                Ok(found) => found,
                Err(error) => {
                    return match failed(&error) {
                        StorageError::NotFound => Ok(None),
                        error => Err(error),
                    };
                }
            };
            Ok(Some(ObjectInfo {
                size: found.content_length().and_then(|size| size.try_into().ok()).unwrap_or_default(),
                content_type: found.content_type().unwrap_or_default().to_owned(),
                etag: found.e_tag().unwrap_or_default().to_owned(),
            }))
        })
    }

    fn read_start<'a>(&'a self, key: &'a str, etag: &'a str, length: usize) -> StorageFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let call = self.client.get_object().bucket(&self.bucket).key(key).if_match(etag);
            let range = format!("bytes=0-{}", length.saturating_sub(1));
            let found = call.range(range).send().await.map_err(|error| failed(&error))?;
            collect(found.body, length).await
        })
    }

    fn read<'a>(&'a self, key: &'a str, max: usize) -> StorageFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let call = self.client.get_object().bucket(&self.bucket).key(key);
            let found = call.send().await.map_err(|error| failed(&error))?;
            collect(found.body, max).await
        })
    }

    fn copy<'a>(&'a self, from: &'a str, etag: &'a str, to: &'a str, content_type: &'a str) -> StorageFuture<'a, ()> {
        Box::pin(async move {
            let source = format!("{}/{from}", self.bucket);
            let call = self.client.copy_object().bucket(&self.bucket).key(to);
            let call = call.copy_source(source).copy_source_if_match(etag);
            let call = call.metadata_directive(MetadataDirective::Replace).content_type(content_type);
            call.send().await.map(|_| ()).map_err(|error| failed(&error))
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> StorageFuture<'a, ()> {
        Box::pin(async move {
            let deleted = self.client.delete_object().bucket(&self.bucket).key(key).send().await;
            match deleted.map_err(|error| failed(&error)) {
                Ok(_) | Err(StorageError::NotFound) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }
}

/// A body, of `max` bytes at most.
async fn collect(mut body: ByteStream, max: usize) -> Result<Vec<u8>, StorageError> {
    let mut content = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| StorageError::Unavailable("the answer ended early".to_owned()))?;
        if content.len() + chunk.len() > max {
            return Err(StorageError::TooLong);
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

fn failed<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> StorageError {
    let code = failure_code(error);
    match error.raw_response() {
        Some(response) => StorageError::of_status(response.status().as_u16(), code),
        None if code == "construction" => StorageError::Refused(code.to_owned()),
        None => StorageError::Unavailable(code.to_owned()),
    }
}
