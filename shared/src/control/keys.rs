//! The keys of the control list, in `ephemeral`.

use super::model::ControlId;
use crate::dynamo::Key;
use crate::time::Time;

/// The one partition of the list: every instance reads what is new of it.
pub const PARTITION: &str = "CONTROL";

/// An entry, in the order of time.
pub fn entry(at: Time, id: ControlId) -> Key {
    Key { pk: PARTITION.to_owned(), sk: format!("{at}#{id}") }
}

/// The sort keys of entries from `at` on: the first, and one behind the last.
pub fn since(at: Time) -> (String, &'static str) {
    (at.to_string(), ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let id: ControlId = "ctl_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        let at: Time = "2026-11-22T09:30:00.000Z".parse().unwrap();
        let key = entry(at, id);
        assert_eq!(key.to_string(), format!("CONTROL/2026-11-22T09:30:00.000Z#{id}"));
        let (first, last) = since(at);
        assert!(*first < *key.sk && *key.sk < *last);
    }
}
