//! The keys of uploads, in the table `media`.

use crate::dynamo::Key;
use crate::id::MediaId;
use crate::time::Time;

/// An upload.
pub fn media(id: MediaId) -> Key {
    Key { pk: format!("MEDIA#{id}"), sk: "MEDIA".to_owned() }
}

/// How many uploads somebody has under way. The partition is that of all their uploads in `gsi2`.
pub fn quota(owner: &str) -> Key {
    Key { pk: owned(owner), sk: "QUOTA".to_owned() }
}

/// Somebody's uploads, in `gsi2`, by id.
pub fn owned(owner: &str) -> String {
    format!("OWNER#{owner}")
}

/// What is to be looked after, in `gsi1`.
pub const SWEEP: &str = "SWEEP";

/// An upload's place there: by when.
pub fn sweep(at: Time, id: MediaId) -> String {
    format!("{at}#{id}")
}

/// The last place that is due at `now`: `~` is after all that follows a time.
pub fn sweep_due(now: Time) -> String {
    format!("{now}~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let id: MediaId = "med_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        let at: Time = "2026-11-24T16:00:00Z".parse().unwrap();
        assert_eq!(media(id).to_string(), "MEDIA#med_01J9ZQ4Y6V3T8K2M5N7P0R1S3W/MEDIA");
        assert_eq!(quota("usr_1").to_string(), "OWNER#usr_1/QUOTA");
        assert_eq!(sweep(at, id), "2026-11-24T16:00:00.000Z#med_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        assert!(sweep(at, id) <= sweep_due(at) && sweep(at.plus_seconds(1), id) > sweep_due(at));
    }
}
