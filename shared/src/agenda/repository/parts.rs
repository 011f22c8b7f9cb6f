//! Documents larger than an item: their JSON, compressed, in as few items as it fits into. An agenda is read and replaced as a
//! whole, so this takes one request where an item for each session would take many.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_with::{Bytes, serde_as};

use crate::agenda::keys;
use crate::agenda::model::Head;
use crate::dynamo::{Entity, Error, Key};
use crate::text::Slug;

/// Bytes of a part: an item may have 400 KB, keys and names of attributes included (DynamoDB's limit).
const PART: usize = 350 * 1024;
/// Parts of a document: a transaction may have 4 MB (DynamoDB's limit), and a release has more to write than its parts.
pub(super) const MAX_PARTS: usize = 10;

/// Whose part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Of {
    /// The draft at this version.
    Draft(u64),
    /// The release of this number.
    Release(u64),
}

/// A part of a document.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    conference: Slug,
    of: Of,
    part: usize,
    /// How many parts there are.
    parts: usize,
    #[serde_as(as = "Bytes")]
    bytes: Vec<u8>,
}

impl Entity for Part {
    /// The head's, as one request reads both.
    const NAME: &'static str = Head::NAME;

    fn key(&self) -> Key {
        match self.of {
            Of::Draft(_) => keys::draft_part(&self.conference, self.part),
            Of::Release(number) => keys::release_part(&self.conference, number, self.part),
        }
    }
}

/// The parts of a document.
pub(super) fn pack<T: Serialize>(conference: &Slug, of: Of, document: &T) -> Result<Vec<Part>, Error> {
    let failed = |reason: String| Error::Encode { entity: Part::NAME, reason };
    let json = serde_json::to_vec(document).map_err(|e| failed(e.to_string()))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(&json).map_err(|e| failed(e.to_string()))?;
    let bytes = encoder.finish().map_err(|e| failed(e.to_string()))?;
    let parts = bytes.len().div_ceil(PART);
    let part =
        |(part, bytes): (usize, &[u8])| Part { conference: conference.clone(), of, part, parts, bytes: bytes.to_vec() };
    Ok(bytes.chunks(PART).enumerate().map(part).collect())
}

/// The document of these parts, in order; `None` when they are not all parts of what is asked for, as when it was replaced
/// while they were read.
pub(super) fn unpack<T: DeserializeOwned>(of: Of, parts: &[Part]) -> Result<Option<T>, Error> {
    let of_it: Vec<&Part> = parts.iter().filter(|part| part.of == of).collect();
    let Some(first) = of_it.first().filter(|first| first.parts == of_it.len()) else { return Ok(None) };
    let failed = |reason: String| Error::Decode { entity: Part::NAME, key: first.key(), reason };
    let bytes: Vec<u8> = of_it.iter().flat_map(|part| part.bytes.iter().copied()).collect();
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
            let parts = pack(&slug, Of::Release(3), &text).unwrap();
            assert_eq!(parts.len(), expected, "{bytes}");
            assert_eq!(unpack::<String>(Of::Release(3), &parts).unwrap(), Some(text));
        }
    }

    #[test]
    fn parts_of_another_version_or_too_few_are_no_document() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        let random = Random::seeded(1);
        let text: String = (0..25_000).map(|_| hex::encode(random.bytes::<16>())).collect();
        let parts = pack(&slug, Of::Draft(1), &text).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(unpack::<String>(Of::Draft(1), &parts[..1]).unwrap(), None);
        assert_eq!(unpack::<String>(Of::Draft(2), &parts).unwrap(), None);
    }
}
