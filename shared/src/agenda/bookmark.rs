//! Bookmarks, and the plan that a user's bookmarks make.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Agenda, Session};
use crate::id::{AgendaSessionId, UserId};
use crate::text::Slug;
use crate::time::Time;

/// Bookmarks of a user, of all conferences. The plan and the calendar read them all at once.
pub const MAX_BOOKMARKS: usize = 500;

/// A bookmark of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bookmark {
    /// Id of the user who set it.
    pub user_id: UserId,
    /// Slug of the conference.
    pub conference: Slug,
    /// Session id.
    pub session_id: AgendaSessionId,
    /// Time at which the bookmark was set.
    pub bookmarked_at: Time,
}

/// A bookmarked session, as the current release has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BookmarkedSession {
    /// The session.
    #[serde(flatten)]
    pub session: Session,
    /// Time at which the bookmark was set.
    pub bookmarked_at: Time,
    /// Whether the session was cancelled. A cancelled session is shown as it was last.
    pub cancelled: bool,
    /// Ids of other bookmarked sessions that overlap with this one.
    pub clashes_with: Vec<AgendaSessionId>,
}

/// The bookmarked sessions of a release, by start time. A cancelled session clashes with none.
pub fn plan(agenda: &Agenda, bookmarks: &[Bookmark]) -> Vec<BookmarkedSession> {
    let at: HashMap<AgendaSessionId, Time> =
        bookmarks.iter().map(|bookmark| (bookmark.session_id, bookmark.bookmarked_at)).collect();
    let bookmarked = |sessions: &[Session], cancelled| -> Vec<BookmarkedSession> {
        let of = |session: &Session| {
            let bookmarked_at = *at.get(&session.id)?;
            Some(BookmarkedSession { session: session.clone(), bookmarked_at, cancelled, clashes_with: Vec::new() })
        };
        sessions.iter().filter_map(of).collect()
    };
    let mut plan = bookmarked(&agenda.sessions, false);
    let clashes: Vec<Vec<AgendaSessionId>> = plan.iter().map(|one| clashes(one, &plan)).collect();
    for (one, clashes_with) in plan.iter_mut().zip(clashes) {
        one.clashes_with = clashes_with;
    }
    plan.extend(bookmarked(&agenda.cancelled, true));
    plan.sort_by_key(|one| (one.session.content.start, one.session.content.end, one.session.id));
    plan
}

fn clashes(one: &BookmarkedSession, plan: &[BookmarkedSession]) -> Vec<AgendaSessionId> {
    let others = plan.iter().map(|other| &other.session).filter(|other| other.id != one.session.id);
    others.filter(|other| other.content.overlaps(&one.session.content)).map(|other| other.id).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::random::Random;

    fn session(number: i64, start: &str, end: &str) -> Session {
        let id = AgendaSessionId::generate(Time::from_millis(number).unwrap(), &Random::seeded(1));
        let session = json!({
            "id": id, "sequence": 0, "changed_at": start, "title": "A talk", "start": start, "end": end, "speakers": [],
            "do_not_record": false,
        });
        serde_json::from_value(session).unwrap()
    }

    fn agenda(sessions: Vec<Session>, cancelled: Vec<Session>) -> Agenda {
        let released_at = Time::default();
        let (conference, timezone) = ("ibw-2026".parse().unwrap(), "Asia/Kolkata".parse().unwrap());
        Agenda { conference, number: 1, timezone, released_at, sessions, cancelled }
    }

    fn bookmark(session: &Session) -> Bookmark {
        let user_id = UserId::generate(Time::default(), &Random::seeded(1));
        let conference = "ibw-2026".parse().unwrap();
        Bookmark { user_id, conference, session_id: session.id, bookmarked_at: Time::default() }
    }

    #[test]
    fn plan_is_in_order_of_time_and_flags_what_overlaps() {
        let ten = session(1, "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        let half_past = session(2, "2026-12-01T10:30:00Z", "2026-12-01T11:30:00Z");
        let eleven = session(3, "2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z");
        let unmarked = session(4, "2026-12-01T10:00:00Z", "2026-12-01T12:00:00Z");
        let gone = session(5, "2026-12-01T10:15:00Z", "2026-12-01T10:45:00Z");
        let unknown = session(6, "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z");
        let bookmarks: Vec<Bookmark> = [&eleven, &ten, &unknown, &gone, &half_past].map(bookmark).into();
        let agenda = agenda(vec![ten.clone(), unmarked, half_past.clone(), eleven.clone()], vec![gone.clone()]);
        let plan = plan(&agenda, &bookmarks);
        let seen: Vec<_> = plan.iter().map(|one| (one.session.id, one.cancelled, one.clashes_with.clone())).collect();
        let expected = [
            (ten.id, false, vec![half_past.id]),
            (gone.id, true, Vec::new()),
            (half_past.id, false, vec![ten.id, eleven.id]),
            (eleven.id, false, vec![half_past.id]),
        ];
        assert_eq!(seen, expected);
    }
}
