//! A release with its answer, made once: for most readers the instance has nothing left to do.

use std::io::Write;
use std::sync::OnceLock;

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::model::Agenda;

/// A release, as an instance keeps it.
#[derive(Debug)]
pub struct Released {
    /// The release.
    pub agenda: Agenda,
    /// The release as JSON.
    pub json: Bytes,
    /// The JSON compressed, once a reader has asked for it.
    gzip: OnceLock<Bytes>,
}

impl Released {
    /// With the release's JSON.
    pub fn new(agenda: Agenda) -> serde_json::Result<Self> {
        let json = serde_json::to_vec(&agenda)?.into();
        Ok(Self { agenda, json, gzip: OnceLock::new() })
    }

    /// The JSON, compressed. Workers never ask for it, so it is made for the first reader.
    pub fn gzip(&self) -> Bytes {
        self.gzip.get_or_init(|| compressed(&self.json)).clone()
    }
}

/// Better than an answer that is compressed for one reader, as this one is for many.
fn compressed(json: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Neither can fail: what is written to is memory.
    let written = encoder.write_all(json).and_then(|()| encoder.finish());
    written.unwrap_or_default().into()
}
