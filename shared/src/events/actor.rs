//! Who asks for something of an event, and whether it is theirs to ask for.

use super::error::EventError;
use super::model::Event;
use crate::id::UserId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user, if it is one.
    pub user: Option<UserId>,
    /// Whether it is an admin for what is asked.
    pub admin: bool,
}

impl Actor {
    /// Whether the event is theirs to deal with: its host's, and admins'.
    pub fn owns(&self, event: &Event) -> bool {
        self.admin || self.user == Some(event.host_id)
    }

    /// Whether it is, as an error. That an event is another's is said only of one that everybody sees: of others, not even that they are.
    pub fn claim(&self, event: &Event) -> Result<(), EventError> {
        match event.is_public() {
            _ if self.owns(event) => Ok(()),
            true => Err(EventError::NotYours),
            false => Err(EventError::NotFound),
        }
    }
}
