//! Who sees whom. In deployments that use tickets, the visibility `attendees` is for users with a claimed ticket.

use super::UserService;
use crate::users::error::UserError;
use crate::users::model::{User, Viewer};

impl UserService {
    /// The users that `viewer` may see, in their order. It reads nothing, unless somebody among them is for attendees
    /// and the deployment uses tickets.
    pub async fn seen_by(&self, viewer: &Viewer, mut users: Vec<User>) -> Result<Vec<User>, UserError> {
        let depends = users.iter().any(|user| user.is_for_attendees(viewer));
        let viewer = if depends { self.admitted(viewer).await? } else { *viewer };
        users.retain(|user| user.is_visible_to(&viewer));
        Ok(users)
    }

    /// The viewer with regard to tickets: one read, if the deployment uses them.
    pub(super) async fn admitted(&self, viewer: &Viewer) -> Result<Viewer, UserError> {
        match viewer {
            Viewer::User(id) if self.uses_tickets && !self.repository.has_ticket(*id).await? => {
                Ok(Viewer::Outsider(*id))
            }
            known => Ok(*known),
        }
    }
}
