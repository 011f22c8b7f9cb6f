//! Splits a document into compressed parts, and joins them again. An agenda is read and replaced as a whole: in parts
//! that takes one request, where an item for each session would take many.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::agenda::items::{Document, Part};
use crate::dynamo::{Entity, Error};
use crate::text::Slug;

/// Bytes of a part. An item has at most 400 KB with its keys and attribute names (DynamoDB's limit).
const PART_BYTES: usize = 350 * 1024;
/// Parts of a document. A transaction writes at most 4 MB (DynamoDB's limit), and that of a release writes more than
/// the parts.
pub(super) const MAX_PARTS: usize = 10;

/// Splits the content of a document.
pub(super) fn pack<T: Serialize>(conference: &Slug, document: Document, content: &T) -> Result<Vec<Part>, Error> {
    let failed = |reason: String| Error::Encode { entity: Part::NAME, reason };
    let json = serde_json::to_vec(content).map_err(|e| failed(e.to_string()))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(&json).map_err(|e| failed(e.to_string()))?;
    let bytes = encoder.finish().map_err(|e| failed(e.to_string()))?;
    let parts = bytes.len().div_ceil(PART_BYTES);
    let part = |(part, bytes): (usize, &[u8])| Part {
        conference: conference.clone(),
        document,
        part,
        parts,
        bytes: bytes.to_vec(),
    };
    Ok(bytes.chunks(PART_BYTES).enumerate().map(part).collect())
}

/// Joins the parts of a document, which are in order. `None` if some are missing: the document may be replaced while it
/// is read.
pub(super) fn unpack<T: DeserializeOwned>(document: Document, parts: &[Part]) -> Result<Option<T>, Error> {
    let found: Vec<&Part> = parts.iter().filter(|part| part.document == document).collect();
    let Some(first) = found.first().filter(|first| first.parts == found.len()) else { return Ok(None) };
    let failed = |reason: String| Error::Decode { entity: Part::NAME, key: first.key(), reason };
    let bytes: Vec<u8> = found.iter().flat_map(|part| part.bytes.iter().copied()).collect();
    let mut json = Vec::new();
    GzDecoder::new(bytes.as_slice()).read_to_end(&mut json).map_err(|e| failed(e.to_string()))?;
    serde_json::from_slice(&json).map(Some).map_err(|e| failed(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn document_of_any_size_comes_out_of_its_parts() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        for (bytes, expected) in [(0, 1), (1_000, 1), (200_000, 2)] {
            // Random text, which does not become smaller than its four bits a letter.
            let random = Random::seeded(1);
            let text: String = (0..bytes / 8).map(|_| hex::encode(random.bytes::<16>())).collect();
            let parts = pack(&slug, Document::Release(3), &text).unwrap();
            assert_eq!(parts.len(), expected, "{bytes}");
            assert_eq!(unpack::<String>(Document::Release(3), &parts).unwrap(), Some(text));
        }
    }

    #[test]
    fn parts_of_another_version_or_too_few_are_no_document() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        let random = Random::seeded(1);
        let text: String = (0..25_000).map(|_| hex::encode(random.bytes::<16>())).collect();
        let parts = pack(&slug, Document::Draft(1), &text).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(unpack::<String>(Document::Draft(1), &parts[..1]).unwrap(), None);
        assert_eq!(unpack::<String>(Document::Draft(2), &parts).unwrap(), None);
    }
}
