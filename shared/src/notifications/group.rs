//! Groups of users that other domains know: who bookmarked a session, who takes part in an event, who has a ticket.
//!
//! An audience names a group; the domain that knows it answers who is in it, through [`GroupSource`]. So notifications need not
//! know those domains, which use notifications themselves.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dynamo;
use crate::id::{AgendaSessionId, EventId, UserId};
use crate::text::Slug;

/// How somebody takes part in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakingPart {
    /// With a seat.
    Approved,
    /// Waiting for the host's word.
    PendingApproval,
    /// Waiting for a seat, or offered one.
    Waitlisted,
    /// Seen at the door.
    CheckedIn,
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Group {
    /// Those who have claimed a ticket of a conference.
    Attendees {
        /// The conference.
        conference: Slug,
    },
    /// Those who bookmarked any of these sessions.
    Bookmarked {
        /// The conference.
        conference: Slug,
        /// The sessions.
        sessions: BTreeSet<AgendaSessionId>,
    },
    /// Those who take part in an event in any of these ways.
    Event {
        /// The event.
        event: EventId,
        /// The ways.
        states: BTreeSet<TakingPart>,
    },
}

/// The users of a group, or that the group is not of this source.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Option<BTreeSet<UserId>>, dynamo::Error>> + Send + 'a>>;

pub trait GroupSource: Debug + Send + Sync {
    /// Who is in the group now; `None` when it is another domain's to say.
    fn users<'a>(&'a self, group: &'a Group) -> Answer<'a>;
}

#[derive(Clone, Debug)]
pub struct GroupSources(Arc<[Box<dyn GroupSource>]>);

impl GroupSources {
    pub fn new(sources: Vec<Box<dyn GroupSource>>) -> Self {
        Self(sources.into())
    }

    /// Who is in these groups now. A group that no domain knows is not among them.
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
