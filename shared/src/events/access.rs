//! The caller of a request about an event, and what they may do.

use super::error::EventError;
use super::model::Event;
use crate::audit::model::Actor;
use crate::id::UserId;
use crate::users::model::Viewer;

/// A caller who changes something, with their name in the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub access: Access,
    pub actor: Actor,
}

impl Caller {
    /// The actor, if they use a right. What a host does with their own event has no part in the audit.
    pub fn in_office(&self) -> Option<&Actor> {
        self.access.admin.then_some(&self.actor)
    }
}

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The user; `None` for an API key.
    pub user: Option<UserId>,
    /// Whether the caller is an admin for this request.
    pub admin: bool,
}

impl Access {
    /// The caller, as far as it decides whose names they see.
    pub const fn viewer(&self) -> Viewer {
        match self.user {
            _ if self.admin => Viewer::Admin,
            Some(user) => Viewer::User(user),
            None => Viewer::Anonymous,
        }
    }

    /// Whether the caller is the host or an admin.
    pub fn owns(&self, event: &Event) -> bool {
        self.admin || self.user == Some(event.host_id)
    }

    /// An error unless the caller is the host or an admin. An event that is not public is not found, so that nobody
    /// learns of it.
    pub fn claim(&self, event: &Event) -> Result<(), EventError> {
        match event.is_public() {
            _ if self.owns(event) => Ok(()),
            true => Err(EventError::NotYours),
            false => Err(EventError::NotFound),
        }
    }
}
