//! How check-in lists, scans and counts are stored: their keys, and what is an item of its own.

use serde::{Deserialize, Serialize};

use super::keys;
use super::model::{CheckinList, Count, Nonce, Reason, Scan};
use super::scan_log::ScanLog;
use crate::attendees::model::TicketCode;
use crate::dynamo::{Entity, Key};
use crate::id::CheckinListId;
use crate::text::Slug;
use crate::time::Time;

/// Export: none, because the name is a thing's, not a person's.
///
/// Erasure: none, because the name is a thing's, not a person's.
impl Entity for CheckinList {
    const NAME: &'static str = "checkin_list";

    fn key(&self) -> Key {
        keys::list(&self.conference, self.id)
    }
}

/// Export: none, because organisers need to know who of the staff did it.
///
/// Erasure: none, because organisers need to know who of the staff did it.
impl Entity for ScanLog {
    const NAME: &'static str = "scan_log";

    fn key(&self) -> Key {
        keys::log(&self.conference, &self.code, self.list)
    }
}

/// Scans that were moved out of a long log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SettledScans {
    pub(super) conference: Slug,
    pub(super) code: TicketCode,
    pub(super) list: CheckinListId,
    pub(super) times: u32,
    pub(super) scans: Vec<Scan>,
}

/// Export: none, because organisers need to know who of the staff did it.
///
/// Erasure: none, because organisers need to know who of the staff did it.
impl Entity for SettledScans {
    const NAME: &'static str = "settled_scans";

    fn key(&self) -> Key {
        keys::settled(&self.conference, &self.code, self.list, self.times)
    }
}

/// A part of a list's counts.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CountShard {
    pub(super) list: CheckinListId,
    pub(super) shard: u8,
    #[serde(flatten)]
    pub(super) count: Count,
}

impl Entity for CountShard {
    const NAME: &'static str = "checkin_count";

    fn key(&self) -> Key {
        keys::count(self.list, self.shard, &self.count.ticket_type)
    }
}

/// A scan of a code that belongs to no ticket of the conference. The code may be anything, so only a keyed
/// hash is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrayScan {
    pub list: CheckinListId,
    pub nonce: Nonce,
    /// HMAC-SHA256 of what was scanned, with a key of the list, hex.
    pub code_hash: String,
    /// Time of the scan, if the scanner sent one.
    pub datetime: Option<Time>,
    pub received_at: Time,
    pub by: String,
    pub refused: Reason,
}

/// Export: none, because organisers need to know who of the staff did it.
///
/// Erasure: none, because organisers need to know who of the staff did it.
impl Entity for StrayScan {
    const NAME: &'static str = "stray_scan";

    fn key(&self) -> Key {
        keys::stray(self.list, &self.nonce, &self.code_hash)
    }
}
