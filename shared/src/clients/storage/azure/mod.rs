//! Azure Blob Storage (<https://learn.microsoft.com/rest/api/storageservices/>), by the five requests that are needed.
//! Why no crate does it: `docs/adr/0007-storage-backends.md`.

mod sas;

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, IF_MATCH, RANGE};
use reqwest::{Client, RequestBuilder, Response};

use self::sas::{Permissions, Signer};
use super::{ATTEMPT, ObjectInfo, PresignedUpload, Storage, StorageError, StorageFuture, Upload};
use crate::clients::http::{self, BodyError};
use crate::config::{Env, Secret};
use crate::deadline::in_time;
use crate::time::{Clock, Time};

/// How long the addresses are good that this client signs for itself, in seconds.
const OWN_LIFETIME: i64 = 300;

/// A container.
#[derive(Clone, Debug)]
pub(super) struct AzureBlob {
    http: Client,
    container: String,
    signer: Signer,
}

impl AzureBlob {
    /// `endpoint` is that of the account's blobs, `https://<account>.blob.core.windows.net`.
    pub(super) fn new(env: &mut Env, container: &str, endpoint: &str, account: &str, key: &Secret) -> Self {
        let signer = Signer::new(account, container, key).unwrap_or_else(|error| {
            env.problem("STORAGE_KEY", error);
            Signer::none()
        });
        let container = format!("{}/{container}", endpoint.trim_end_matches('/'));
        Self { http: http::client(env, ATTEMPT), container, signer }
    }

    /// An address for this client's own use. The system's clock: it has to be right for the storage.
    fn url(&self, key: &str, permissions: Permissions) -> String {
        self.signed(key, permissions, Clock::System.now().plus_seconds(OWN_LIFETIME))
    }

    fn signed(&self, key: &str, permissions: Permissions, until: Time) -> String {
        format!("{}/{key}?{}", self.container, self.signer.sign(key, permissions, until))
    }
}

impl Storage for AzureBlob {
    fn presign_upload<'a>(&'a self, upload: &'a Upload<'a>) -> StorageFuture<'a, PresignedUpload> {
        let until = upload.now.plus(upload.lifetime);
        let presigned = PresignedUpload {
            method: "PUT".to_owned(),
            url: self.signed(upload.key, Permissions::CREATE, until),
            headers: vec![
                ("content-type".to_owned(), upload.content_type.to_owned()),
                ("x-ms-blob-type".to_owned(), "BlockBlob".to_owned()),
            ],
        };
        Box::pin(std::future::ready(Ok(presigned)))
    }

    fn head<'a>(&'a self, key: &'a str) -> StorageFuture<'a, Option<ObjectInfo>> {
        Box::pin(async move {
            match answer(self.http.head(self.url(key, Permissions::READ))).await {
                Ok(found) => Ok(Some(info(found.headers()))),
                Err(StorageError::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    fn read_start<'a>(&'a self, key: &'a str, etag: &'a str, length: usize) -> StorageFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let request = self.http.get(self.url(key, Permissions::READ)).header(IF_MATCH, etag);
            let range = format!("bytes=0-{}", length.saturating_sub(1));
            body(answer(request.header(RANGE, range)).await?, length).await
        })
    }

    fn read<'a>(&'a self, key: &'a str, max: usize) -> StorageFuture<'a, Vec<u8>> {
        Box::pin(async move { body(answer(self.http.get(self.url(key, Permissions::READ))).await?, max).await })
    }

    fn copy<'a>(&'a self, from: &'a str, etag: &'a str, to: &'a str, content_type: &'a str) -> StorageFuture<'a, ()> {
        Box::pin(async move {
            // "Copy Blob From URL": done when it answers, up to 256 MiB.
            let request = self
                .http
                .put(self.url(to, Permissions::WRITE))
                .header("x-ms-copy-source", self.url(from, Permissions::READ))
                .header("x-ms-source-if-match", etag)
                .header("x-ms-requires-sync", "true")
                // With any metadata of its own, the copy takes none of the source.
                .header("x-ms-meta-checked", "true")
                .header(CONTENT_LENGTH, 0);
            answer(request).await?;
            // "Set Blob Properties" clears all that it does not name. Nobody knows the address before it is done.
            let url = format!("{}&comp=properties", self.url(to, Permissions::WRITE));
            let request = self.http.put(url).header("x-ms-blob-content-type", content_type).header(CONTENT_LENGTH, 0);
            answer(request).await.map(|_| ())
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> StorageFuture<'a, ()> {
        Box::pin(async move {
            match answer(self.http.delete(self.url(key, Permissions::DELETE))).await {
                Ok(_) | Err(StorageError::NotFound) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }
}

/// An answer of success, or what went wrong. Errors of the HTTP client would quote the address, which is a credential.
async fn answer(request: RequestBuilder) -> Result<Response, StorageError> {
    let sent = in_time(request.header("x-ms-version", sas::VERSION).send()).await;
    let sent = sent.map_err(|over| StorageError::Unavailable(over.to_string()))?;
    let response = sent.map_err(|error| {
        StorageError::Unavailable(if error.is_timeout() { "timeout" } else { "dispatch" }.to_owned())
    })?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status().as_u16();
    Err(StorageError::of_status(status, text(response.headers(), "x-ms-error-code")))
}

async fn body(response: Response, max: usize) -> Result<Vec<u8>, StorageError> {
    http::body(response, max).await.map_err(|error| match error {
        BodyError::TooLong => StorageError::TooLong,
        BodyError::Broken => StorageError::Unavailable("the answer ended early".to_owned()),
    })
}

fn info(headers: &HeaderMap) -> ObjectInfo {
    ObjectInfo {
        size: text(headers, CONTENT_LENGTH.as_str()).parse().unwrap_or_default(),
        content_type: text(headers, CONTENT_TYPE.as_str()).to_owned(),
        etag: text(headers, ETAG.as_str()).to_owned(),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
