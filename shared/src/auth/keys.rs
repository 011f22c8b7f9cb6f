//! The keys of sessions (`ephemeral`) and API keys (`admin`).

use crate::auth::model::ApiKeyId;
use crate::control::model::KEPT_SECONDS;
use crate::dynamo::Key;
use crate::id::{SessionId, UserId};
use crate::time::Time;

/// All that `ephemeral` holds of a user.
pub fn partition(user: UserId) -> String {
    format!("USER#{user}")
}

/// The sort keys of sessions begin so.
pub const SESSION: &str = "SESSION#";

/// A session of a user.
pub fn session(user: UserId, session: SessionId) -> Key {
    Key { pk: partition(user), sk: format!("{SESSION}{session}") }
}

/// How many ends of single sessions of a user are in the control list, by window of [`KEPT_SECONDS`].
pub fn ends(user: UserId, now: Time) -> Key {
    Key { pk: partition(user), sk: format!("SESSION_ENDS#{}", now.seconds().div_euclid(KEPT_SECONDS)) }
}

/// What the control list says of a user's last logout everywhere.
pub fn listed_logout(user: UserId) -> Key {
    Key { pk: partition(user), sk: "LISTED_LOGOUT".to_owned() }
}

/// The confirmation of a user.
pub fn confirmation(user: UserId) -> Key {
    Key { pk: partition(user), sk: "CONFIRMATION".to_owned() }
}

/// An API key.
pub fn api_key(id: ApiKeyId) -> Key {
    Key { pk: format!("APIKEY#{id}"), sk: "APIKEY".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let user = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        let id = "ses_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        assert_eq!(session(user, id).to_string(), format!("USER#{user}/SESSION#{id}"));
        let at = Time::from_millis(1_999_999).unwrap();
        assert_eq!(ends(user, at).to_string(), format!("USER#{user}/SESSION_ENDS#1"));
        assert_eq!(listed_logout(user).to_string(), format!("USER#{user}/LISTED_LOGOUT"));
        let key: ApiKeyId = "key_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        assert_eq!(api_key(key).to_string(), format!("APIKEY#{key}/APIKEY"));
    }
}
