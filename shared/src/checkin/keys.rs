//! The keys of check-in in the `conferences` table. Lists are in their conference's partition, scans in their ticket's,
//! and counts in one of their list's own.

use sha2::{Digest, Sha256};

use crate::attendees::model::{TicketCode, TicketType};
use crate::dynamo::Key;
use crate::id::CheckinListId;
use crate::text::Slug;

use super::model::Nonce;

/// Shards of a list's counts, so that entrances do not wait for each other.
pub const SHARDS: u8 = 8;

/// Partition of a conference, with its check-in lists.
pub fn conference(conference: &Slug) -> String {
    format!("CONF#{conference}")
}

/// The conference itself, which must be there when it gets a list.
pub fn owner(conference_: &Slug) -> Key {
    Key { pk: conference(conference_), sk: "CONFERENCE".to_owned() }
}

/// Prefix of the sort keys of lists.
pub const LISTS: &str = "CHECKIN#";

pub fn list(conference_: &Slug, list: CheckinListId) -> Key {
    Key { pk: conference(conference_), sk: format!("{LISTS}{list}") }
}

/// The scan log of a ticket at a list.
pub fn log(conference: &Slug, code: &TicketCode, list: CheckinListId) -> Key {
    Key { pk: format!("TICKET#{conference}#{code}"), sk: format!("REDEMPTION#{list}") }
}

/// Prefix of the sort keys of settled scans at a list.
pub fn settled_at(list: CheckinListId) -> String {
    format!("REDEMPTION#{list}#")
}

/// Scans that were settled, the `times`-th time.
pub fn settled(conference: &Slug, code: &TicketCode, list: CheckinListId, times: u32) -> Key {
    Key { sk: format!("{}{times:06}", settled_at(list)), ..log(conference, code, list) }
}

/// Partition of a list's counts and stray scans.
pub fn at_list(list: CheckinListId) -> String {
    format!("CHECKIN#{list}")
}

/// The shard of the counts that a ticket is in.
pub fn shard(code: &TicketCode) -> u8 {
    Sha256::digest(code.as_str()).first().copied().unwrap_or_default() % SHARDS
}

/// Prefix of the sort keys of counts.
pub const COUNTS: &str = "COUNT#";

/// One shard of the counts of a ticket type.
pub fn count(list: CheckinListId, shard: u8, ticket_type: &TicketType) -> Key {
    Key { pk: at_list(list), sk: format!("{COUNTS}{shard}#{ticket_type}") }
}

/// A scan of a code that belongs to no ticket.
pub fn stray(list: CheckinListId, nonce: &Nonce, code_hash: &str) -> Key {
    Key { pk: at_list(list), sk: format!("STRAY#{nonce}#{code_hash}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        let id: CheckinListId = "cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        assert_eq!(owner(&slug).to_string(), "CONF#ibw-2026/CONFERENCE");
        let code: TicketCode = "k7xq2mv9".parse().unwrap();
        let (vip, nonce): (TicketType, Nonce) = ("VIP".parse().unwrap(), "n-1".parse().unwrap());
        assert_eq!(list(&slug, id).to_string(), "CONF#ibw-2026/CHECKIN#cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        let log_key = "TICKET#ibw-2026#k7xq2mv9/REDEMPTION#cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
        assert_eq!(log(&slug, &code, id).to_string(), log_key);
        assert_eq!(settled(&slug, &code, id, 2).to_string(), format!("{log_key}#000002"));
        let counts = "CHECKIN#cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
        assert_eq!(count(id, shard(&code), &vip).to_string(), format!("{counts}/COUNT#5#VIP"));
        assert_eq!(stray(id, &nonce, "ab12").to_string(), format!("{counts}/STRAY#n-1#ab12"));
    }
}
