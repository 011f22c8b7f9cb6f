//! What is signed for an upload, and how a configuration is read.

use super::*;
use crate::clients::aws::Aws;
use crate::config::Env;

const AWS: [(&str, &str); 3] =
    [("AWS_REGION", "ap-south-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];

fn storage(more: &[(&str, &str)]) -> Result<SharedStorage, String> {
    let mut env = Env::of(AWS.iter().chain(more).copied());
    let aws = Aws::read(&mut env);
    let storage = read(&mut env, &aws);
    env.finish(storage).map_err(|error| error.to_string())
}

async fn presigned(storage: &SharedStorage) -> PresignedUpload {
    let upload = Upload {
        key: "pending/image/med_1",
        content_type: "image/png",
        size: 1234,
        now: "2026-11-24T16:00:00Z".parse().unwrap(),
        lifetime: Duration::from_secs(900),
    };
    storage.presign_upload(&upload).await.unwrap()
}

fn parameters(url: &str) -> Vec<(String, String)> {
    let (_, query) = url.split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[tokio::test]
async fn upload_to_s3_is_signed_with_its_type_its_length_and_its_end() {
    let storage = storage(&[("STORAGE_BACKEND", "s3"), ("STORAGE_BUCKET", "ibw-media")]).unwrap();
    let upload = presigned(&storage).await;
    assert_eq!(upload.method, "PUT");
    assert_eq!(upload.headers, [("content-type".to_owned(), "image/png".to_owned())]);
    assert!(upload.url.starts_with("https://ibw-media.s3.ap-south-1.amazonaws.com/pending/image/med_1?"));
    let parameters = parameters(&upload.url);
    for (name, value) in [
        ("X-Amz-SignedHeaders", "content-length;content-type;host"),
        ("X-Amz-Date", "20261124T160000Z"),
        ("X-Amz-Expires", "900"),
    ] {
        assert!(parameters.contains(&(name.to_owned(), value.to_owned())), "{name}: {parameters:?}");
    }
    assert!(!parameters.iter().any(|(name, _)| name.contains("checksum")), "{parameters:?}");
}

#[tokio::test]
async fn upload_to_r2_is_signed_for_its_endpoint_with_its_keys() {
    let r2 = [
        ("STORAGE_BACKEND", "r2"),
        ("STORAGE_BUCKET", "ibw-media"),
        ("STORAGE_ENDPOINT", "https://account.r2.cloudflarestorage.com"),
        ("STORAGE_KEY_ID", "r2-key"),
        ("STORAGE_KEY", "r2-secret"),
    ];
    let upload = presigned(&storage(&r2).unwrap()).await;
    let start = "https://account.r2.cloudflarestorage.com/ibw-media/pending/image/med_1?";
    assert!(upload.url.starts_with(start), "{}", upload.url);
    let credential = ("X-Amz-Credential".to_owned(), "r2-key/20261124/auto/s3/aws4_request".to_owned());
    assert!(parameters(&upload.url).contains(&credential), "{}", upload.url);
}

#[tokio::test]
async fn upload_to_azure_may_create_its_blob_and_no_more() {
    let azure = [
        ("STORAGE_BACKEND", "azure"),
        ("STORAGE_BUCKET", "media"),
        ("STORAGE_ENDPOINT", "https://ibw.blob.core.windows.net"),
        ("STORAGE_KEY_ID", "ibw"),
        ("STORAGE_KEY", "c2VjcmV0"),
    ];
    let upload = presigned(&storage(&azure).unwrap()).await;
    assert!(upload.url.starts_with("https://ibw.blob.core.windows.net/media/pending/image/med_1?"), "{}", upload.url);
    let pairs = [("content-type", "image/png"), ("x-ms-blob-type", "BlockBlob")];
    assert_eq!(upload.headers, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let parameters = parameters(&upload.url);
    for (name, value) in [("sp", "c"), ("sr", "b"), ("se", "2026-11-24T16:15:00Z")] {
        assert!(parameters.contains(&(name.to_owned(), value.to_owned())), "{name}: {parameters:?}");
    }
}

#[test]
fn configuration_that_lacks_something_reports_all_of_it() {
    let message = storage(&[("STORAGE_BACKEND", "azure"), ("STORAGE_KEY", "!")]).unwrap_err();
    for name in [
        "STORAGE_BUCKET: is missing",
        "STORAGE_ENDPOINT: is missing",
        "STORAGE_KEY_ID: is missing",
        "STORAGE_KEY: must be base64",
    ] {
        assert!(message.contains(name), "{message}");
    }
    let message = storage(&[("STORAGE_BACKEND", "gcs"), ("STORAGE_BUCKET", "b")]).unwrap_err();
    assert!(message.contains("STORAGE_BACKEND: must be s3, r2 or azure"), "{message}");
}

#[test]
fn failures_are_sorted_by_what_can_be_done() {
    assert_eq!(StorageError::of_status(404, "NoSuchKey"), StorageError::NotFound);
    assert_eq!(StorageError::of_status(412, "ConditionNotMet"), StorageError::Changed);
    assert_eq!(StorageError::of_status(403, "AccessDenied"), StorageError::Refused("403 AccessDenied".to_owned()));
    assert_eq!(StorageError::of_status(503, "SlowDown"), StorageError::Unavailable("503 SlowDown".to_owned()));
}
