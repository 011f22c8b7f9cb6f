//! Shared access signatures of Azure Blob: an address for one blob, for some operations, until some time
//! (<https://learn.microsoft.com/rest/api/storageservices/create-service-sas>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::Serializer;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

use crate::config::Secret;
use crate::time::Time;

/// The version of the service that is spoken, and whose rules of signing hold.
pub(super) const VERSION: &str = "2021-12-02";

/// What an address is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Permissions(&'static str);

impl Permissions {
    /// To write a blob where there is none: one that was written cannot be replaced by this.
    pub(super) const CREATE: Self = Self("c");
    /// To write a blob, whatever is there.
    pub(super) const WRITE: Self = Self("cw");
    /// To read a blob.
    pub(super) const READ: Self = Self("r");
    /// To delete a blob.
    pub(super) const DELETE: Self = Self("d");
}

/// Signs addresses of a container's blobs with the account's key.
#[derive(Clone)]
pub(super) struct Signer {
    container: String,
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.container).finish()
    }
}

impl Signer {
    /// `key` is one of the account's two keys, base64 as Azure shows it.
    pub(super) fn new(account: &str, container: &str, key: &Secret) -> Result<Self, &'static str> {
        let key = STANDARD.decode(key.expose()).map_err(|_| "must be base64")?;
        let mac = Hmac::new_from_slice(&key).map_err(|_| "is too long")?;
        Ok(Self { container: format!("/blob/{account}/{container}"), mac })
    }

    /// One whose addresses are good for nothing, to go on with when the configuration is wrong.
    pub(super) fn none() -> Self {
        Self { container: String::new(), mac: Hmac::new(&Default::default()) }
    }

    /// The query that makes an address of a blob good until `until`.
    pub(super) fn sign(&self, key: &str, permissions: Permissions, until: Time) -> String {
        // Azure takes whole seconds.
        let until = until.to_string();
        let until = format!("{}Z", until.get(..19).unwrap_or_default());
        let signature = self.signature(key, permissions, &until);
        Serializer::new(String::new())
            .extend_pairs([("sv", VERSION), ("sr", "b"), ("sp", permissions.0), ("se", &until), ("sig", &signature)])
            .finish()
    }

    /// The lines that are signed: those left empty are start, identifier, addresses and protocol, then snapshot,
    /// encryption scope and the headers of the answer.
    fn signature(&self, key: &str, permissions: Permissions, until: &str) -> String {
        let resource = format!("{}/{key}", self.container);
        let lines =
            [permissions.0, "", until, &resource, "", "", "", VERSION, "b", "", "", "", "", "", "", ""].join("\n");
        let mut mac = self.mac.clone();
        mac.update(lines.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The account of Azure's own emulators, whose key is in Microsoft's documentation of them.
    fn signer() -> Signer {
        let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        Signer::new("devstoreaccount1", "media", &Secret::new(key)).unwrap()
    }

    #[test]
    fn signature_is_the_hmac_of_the_documented_lines() {
        let until = "2026-11-24T16:00:00.123Z".parse().unwrap();
        let query = signer().sign("image/med_1", Permissions::READ, until);
        // Computed apart, with OpenSSL, from the lines of the documentation.
        let expected =
            "sv=2021-12-02&sr=b&sp=r&se=2026-11-24T16%3A00%3A00Z&sig=XpC3ouWOTiduHYbwLteGoflAbxsH3VNEwZqtBw1CByU%3D";
        assert_eq!(query, expected);
    }

    #[test]
    fn signature_covers_blob_permission_and_time() {
        let sign = |key, permissions, until: &str| signer().sign(key, permissions, until.parse().unwrap());
        let all = [
            sign("image/med_1", Permissions::READ, "2026-11-24T16:00:00Z"),
            sign("image/med_2", Permissions::READ, "2026-11-24T16:00:00Z"),
            sign("image/med_1", Permissions::DELETE, "2026-11-24T16:00:00Z"),
            sign("image/med_1", Permissions::READ, "2026-11-24T16:00:01Z"),
        ];
        let signatures: std::collections::BTreeSet<_> =
            all.iter().filter_map(|query| query.split("sig=").nth(1)).collect();
        assert_eq!(signatures.len(), 4);
    }

    #[test]
    fn key_that_is_not_base64_is_refused() {
        assert_eq!(Signer::new("a", "b", &Secret::new("not base64!")).unwrap_err(), "must be base64");
    }
}
