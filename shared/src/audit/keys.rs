//! The keys of the table `audit`.

use super::model::AuditId;
use crate::dynamo::Key;
use crate::time::Zone;

/// Partitions of a day. One would take 1,000 writes a second.
const PARTS: u8 = 4;

/// An entry, in the partition of its day that its id chooses.
pub fn entry(id: AuditId) -> Key {
    let sk = id.to_string();
    let part = sk.bytes().last().unwrap_or_default() % PARTS;
    Key { pk: format!("AUDIT#{}#{part}", Zone::utc().date(id.time())), sk }
}

/// All entries of an actor.
pub fn of_actor(name: &str) -> String {
    format!("ACTOR#{name}")
}

/// All entries about an object.
pub fn of_object(path: &str) -> String {
    format!("OBJECT#{path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Time;

    #[test]
    fn entry_is_in_a_partition_of_its_day() {
        let at: Time = "2026-11-22T23:59:59.000Z".parse().unwrap();
        let id = AuditId::generate(at, &Random::seeded(1));
        let key = entry(id);
        let parts = ["0", "1", "2", "3"].map(|part| format!("AUDIT#2026-11-22#{part}"));
        assert!(parts.contains(&key.pk), "{key}");
        assert_eq!((key.sk, entry(id).pk), (id.to_string(), key.pk));
    }
}
