//! Groups of users that other domains know: bookmarks of a session, participants of an event, holders of a ticket.
//!
//! An audience names a group, and the group's domain lists its users through [`GroupSource`]. So notifications do not depend on
//! those domains, which depend on notifications.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dynamo;
use crate::id::{AgendaSessionId, EventId, UserId};
use crate::text::Slug;

/// How a user takes part in a side event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SideEventParticipation)]
pub enum TakingPart {
    /// Has a seat.
    Approved,
    /// Waits for the host's approval.
    PendingApproval,
    /// Waits for a seat, or has the offer of one.
    Waitlisted,
    /// Has arrived.
    CheckedIn,
}

/// A group of users of a conference or a side event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = AudienceGroup)]
pub enum Group {
    /// Users with a claimed ticket of a conference.
    #[schema(title = "AttendeesGroup")]
    Attendees {
        /// Slug of the conference.
        conference: Slug,
    },
    /// Users who bookmarked any of these sessions.
    #[schema(title = "BookmarkedGroup")]
    Bookmarked {
        /// Slug of the conference.
        conference: Slug,
        /// Ids of the sessions.
        sessions: BTreeSet<AgendaSessionId>,
    },
    /// Users who take part in a side event in any of these ways.
    #[schema(title = "SideEventGroup")]
    Event {
        /// Id of the side event.
        event: EventId,
        /// The ways of taking part.
        states: BTreeSet<TakingPart>,
    },
}

/// The users of a group; `None` if the group belongs to another source.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Option<BTreeSet<UserId>>, dynamo::Error>> + Send + 'a>>;

pub trait GroupSource: Debug + Send + Sync {
    /// The users of the group now.
    fn users<'a>(&'a self, group: &'a Group) -> Answer<'a>;
}

#[derive(Clone, Debug)]
pub struct GroupSources(Arc<[Box<dyn GroupSource>]>);

impl GroupSources {
    pub fn new(sources: Vec<Box<dyn GroupSource>>) -> Self {
        Self(sources.into())
    }

    /// The users of these groups now. The result lacks a group that no source knows.
    pub async fn users(&self, groups: &[&Group]) -> Result<HashMap<Group, BTreeSet<UserId>>, dynamo::Error> {
        let mut known = HashMap::new();
        for group in groups.iter().copied() {
            for source in self.0.iter() {
                if let Some(users) = source.users(group).await? {
                    known.insert(group.clone(), users);
                    break;
                }
            }
        }
        Ok(known)
    }
}
