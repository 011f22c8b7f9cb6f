//! The messages of the import worker: tagged and versioned, of ids.

use serde::{Deserialize, Serialize};

use crate::attendees::import::ImportId;
use crate::text::Slug;

/// The version of all messages.
pub const VERSION: u32 = 1;

/// Work for `attendee-import`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "v is the version of the shape, the others are what their types say")]
pub enum ImportMessage {
    /// Go on with an import, from where it was left.
    Import { v: u32, conference: Slug, import_id: ImportId },
}
