//! Object storage: one interface, and behind it S3, Cloudflare R2 (which speaks S3) and Azure Blob.
//!
//! Clients upload past the functions, with an address that was signed for one object. The functions look at what came,
//! copy it and delete it. Which backend it is, the configuration of a function decides; only those that read it carry
//! the code.

mod azure;
mod backend;
mod s3;

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::time::Time;

pub use backend::read;

/// What a call on storage comes to.
pub type StorageFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// The storage of a deployment.
pub type SharedStorage = Arc<dyn Storage>;

/// A bucket of S3 or R2, or a container of Azure Blob. Keys are plain ASCII of `A-Z a-z 0-9 / _ - .`.
pub trait Storage: Debug + Send + Sync {
    /// Signs an address with which anybody can upload this object until it expires; nothing is sent.
    fn presign_upload<'a>(&'a self, upload: &'a Upload<'a>) -> StorageFuture<'a, PresignedUpload>;

    /// What an object is, without its content; `None` when there is none.
    fn head<'a>(&'a self, key: &'a str) -> StorageFuture<'a, Option<ObjectInfo>>;

    /// The first `length` bytes of an object, fewer if it is shorter, if it still has this `ETag`. It must not be
    /// empty.
    fn read_start<'a>(&'a self, key: &'a str, etag: &'a str, length: usize) -> StorageFuture<'a, Vec<u8>>;

    /// A whole object; [`StorageError::TooLong`] when it has more than `max` bytes.
    fn read<'a>(&'a self, key: &'a str, max: usize) -> StorageFuture<'a, Vec<u8>>;

    /// Copies an object within the storage if it still has this `ETag`. What was at `to` is replaced. The copy has this
    /// content type, and no other header or metadata of the upload: browsers obey those.
    fn copy<'a>(&'a self, from: &'a str, etag: &'a str, to: &'a str, content_type: &'a str) -> StorageFuture<'a, ()>;

    /// Deletes an object; one that is not there is no failure.
    fn delete<'a>(&'a self, key: &'a str) -> StorageFuture<'a, ()>;
}

/// An object that somebody may upload.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// Where it goes.
    pub key: &'a str,
    /// The `Content-Type` that it must come with. S3 and R2 insist on it; Azure takes any, so look at the object
    /// afterwards.
    pub content_type: &'a str,
    /// Its length in bytes, of which the same is true.
    pub size: u64,
    /// When the address is signed.
    pub now: Time,
    /// How long it is good.
    pub lifetime: Duration,
}

/// A request that uploads an object.
#[derive(Clone, PartialEq, Eq)]
pub struct PresignedUpload {
    /// The method.
    pub method: String,
    /// The address. It is a credential: do not log it.
    pub url: String,
    /// Headers that must be sent as they are. `Content-Length` is not among them: every client sends it by itself.
    pub headers: Vec<(String, String)>,
}

/// What an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its length in bytes.
    pub size: u64,
    /// The `Content-Type` that it was uploaded with.
    pub content_type: String,
    /// Names its content: another upload to the key has another one.
    pub etag: String,
}

/// A call on storage that did not do what was asked. No message quotes a key, an address or a credential.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StorageError {
    /// There is no such object.
    #[error("the object is not there")]
    NotFound,
    /// The object has another `ETag` by now.
    #[error("the object has changed")]
    Changed,
    /// It has more bytes than the caller wants.
    #[error("the object is too long")]
    TooLong,
    /// The storage refuses, however often it is asked; with its code.
    #[error("the storage refuses: {0}")]
    Refused(String),
    /// It may work later.
    #[error("the storage is not available: {0}")]
    Unavailable(String),
    /// The function was not given any storage.
    #[error("this function has no storage")]
    NotConfigured,
}

impl StorageError {
    /// By the status of an answer, with the storage's own word for it.
    fn of_status(status: u16, code: &str) -> Self {
        match status {
            404 => Self::NotFound,
            412 => Self::Changed,
            408 | 429 | 500.. => Self::Unavailable(format!("{status} {code}")),
            _ => Self::Refused(format!("{status} {code}")),
        }
    }
}

/// How long one attempt of a call may take: copying 200 MB within a storage is the longest.
const ATTEMPT: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests;
