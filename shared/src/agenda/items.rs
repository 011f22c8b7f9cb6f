//! How agendas and bookmarks are stored. A head item per conference says which draft and which release are current.
//! Drafts and releases are documents that are larger than an item can be, so each is stored in parts.

use serde::{Deserialize, Serialize};
use serde_with::{Bytes, serde_as};

use super::bookmark::Bookmark;
use super::keys;
use super::model::{Head, Release};
use crate::dynamo::{Entity, Key};
use crate::text::Slug;

/// Export: none, because sessions name speakers by id.
///
/// Erasure: none, because sessions name speakers by id.
impl Entity for Head {
    const NAME: &'static str = "agenda";

    fn key(&self) -> Key {
        keys::head(&self.conference)
    }
}

impl Entity for Release {
    const NAME: &'static str = "agenda_release";

    fn key(&self) -> Key {
        keys::release(&self.conference, self.number)
    }
}

/// Export: `plan`.
///
/// Erasure: `calendar` deletes it.
impl Entity for Bookmark {
    const NAME: &'static str = "bookmark";

    fn key(&self) -> Key {
        keys::bookmark(self.user_id, &self.conference, self.session_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::bookmarked(&self.conference, self.session_id)), ("gsi1sk", self.user_id.to_string())]
    }
}

/// A document that is stored in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Document {
    /// The draft at this version.
    Draft(u64),
    /// The release with this number.
    Release(u64),
}

/// A part of a document.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) conference: Slug,
    #[serde(rename = "of")]
    pub(super) document: Document,
    /// Position among the parts, from 0.
    pub(super) part: usize,
    /// The number of parts. A reader sees by it whether it has them all.
    pub(super) parts: usize,
    #[serde_as(as = "Bytes")]
    pub(super) bytes: Vec<u8>,
}

/// Export: none, because sessions name speakers by id.
///
/// Erasure: none, because sessions name speakers by id.
impl Entity for Part {
    // The head's name, as one query reads the head together with the parts of the draft.
    const NAME: &'static str = Head::NAME;

    fn key(&self) -> Key {
        match self.document {
            Document::Draft(_) => keys::draft_part(&self.conference, self.part),
            Document::Release(number) => keys::release_part(&self.conference, number, self.part),
        }
    }
}

/// An item of the query that reads a draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum DraftItem {
    Part(Part),
    Head(Head),
}

/// Export: none, because sessions name speakers by id.
///
/// Erasure: none, because sessions name speakers by id.
impl Entity for DraftItem {
    const NAME: &'static str = Head::NAME;

    fn key(&self) -> Key {
        match self {
            Self::Part(part) => part.key(),
            Self::Head(head) => head.key(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamo::encode;

    #[test]
    fn part_keeps_the_names_of_its_attributes() {
        let part = Part {
            conference: "ibw-2026".parse().unwrap(),
            document: Document::Draft(3),
            part: 0,
            parts: 1,
            bytes: b"x".to_vec(),
        };
        let item = encode(&part).unwrap();
        let mut names: Vec<_> = item.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["bytes", "conference", "entity", "of", "part", "parts", "pk", "sk", "v"]);
        assert!(item["bytes"].as_b().is_ok(), "bytes are stored as such, not as a list of numbers");
    }
}
