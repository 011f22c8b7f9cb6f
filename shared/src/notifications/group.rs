//! Groups of users that other domains know: bookmarks of a session, participants of an event, holders of a ticket.
//!
//! An audience names a group, and the group's domain lists its users as a [`GroupSource`](super::service::GroupSource).
//! So notifications do not depend on those domains, which depend on notifications.

use std::collections::BTreeSet;

use crate::id::{AgendaSessionId, EventId};
use crate::text::{Slug, distinct};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
        #[serde(deserialize_with = "distinct")]
        sessions: BTreeSet<AgendaSessionId>,
    },
    /// Users who take part in a side event in any of these ways.
    #[schema(title = "SideEventGroup")]
    Event {
        /// Id of the side event.
        event: EventId,
        /// The ways of taking part.
        #[serde(deserialize_with = "distinct")]
        states: BTreeSet<TakingPart>,
    },
}
