//! The attendee directory: attendees who chose to be listed.

use std::collections::HashMap;

use super::AttendeeService;
use crate::attendees::error::AttendeeError;
use crate::id::UserId;
use crate::page::{Page, PageRequest};
use crate::text::Slug;
use crate::users::model::{User, Viewer, Visibility};

impl AttendeeService {
    /// A page of the directory. Users that the viewer may not see are left out, so a page may have fewer users than the
    /// limit and still a next page.
    pub async fn directory(
        &self,
        conference: &Slug,
        viewer: &Viewer,
        page: &PageRequest,
    ) -> Result<Page<User>, AttendeeError> {
        let context = ["attendees", conference.as_str()];
        let after = page.after(&context)?;
        let listed = async { Ok(self.repository.directory(conference, page.limit, after).await?) };
        let conference = async { Ok::<_, AttendeeError>(self.conferences.get(conference).await?) };
        let (found, _) = tokio::try_join!(listed, conference)?;
        let ids: Vec<UserId> = found.items.iter().map(|attendee| attendee.user_id).collect();
        let seen = self.users.seen_by(viewer, self.users.get_all(&ids).await?).await?;
        let mut users: HashMap<UserId, User> = seen.into_iter().map(|user| (user.id, user)).collect();
        let shown = |user: &User| user.visibility != Visibility::Private && user.erase_after.is_none();
        let items = ids.iter().filter_map(|id| users.remove(id)).filter(shown).collect();
        Ok(page.page(&context, items, found.last))
    }

    /// Lists an attendee in the directory, or removes them.
    pub async fn set_listed(&self, user: UserId, conference: &Slug, listed: bool) -> Result<(), AttendeeError> {
        let attendee = self.repository.set_listed(conference, user, listed).await?;
        attendee.map(|_| ()).ok_or(AttendeeError::NotFound)
    }
}
