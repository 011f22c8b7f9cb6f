//! The keys of uploads, in the table `media`.

use crate::dynamo::Key;
use crate::media::model::MediaId;
use crate::time::Time;

/// An upload.
pub fn media(id: MediaId) -> Key {
    Key { pk: format!("MEDIA#{id}"), sk: "MEDIA".to_owned() }
}

/// An owner's number of open uploads. The partition is that of the owner's uploads in `gsi2`.
pub fn quota(owner: &str) -> Key {
    Key { pk: owned(owner), sk: "QUOTA".to_owned() }
}

/// Uploads of an owner, in `gsi2`, by id.
pub fn owned(owner: &str) -> String {
    format!("OWNER#{owner}")
}

/// Uploads with a clean-up, in `gsi1`.
pub const SWEEP: &str = "SWEEP";

/// Sort key of an upload there: the time of its clean-up.
pub fn sweep(at: Time, id: MediaId) -> String {
    format!("{at}#{id}")
}

/// The last sort key that is due at `now`: `~` sorts after all that follows a time.
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
