//! The standing of a user: all that decides whether a request of theirs is accepted, and what it may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::grants::Grants;
use crate::id::SessionId;
use crate::text::Text;
use crate::time::Time;

/// Rights, ban and revoked logins of a user. The profile and the claim of the Telegram account hold the same standing,
/// so that authentication needs one read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Access roles, and on what. Given by admins.
    #[serde(default)]
    pub grants: Grants,
    /// The ban, also one that is over.
    #[serde(default)]
    pub ban: Option<Ban>,
    /// The last time that the user logged out everywhere.
    #[serde(default)]
    pub logged_out: Option<LoggedOut>,
}

impl Standing {
    /// Whether the user is banned at `now`.
    pub fn is_banned(&self, now: Time) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.until.is_none_or(|until| now < until))
    }

    /// Whether login data is refused, because the user logged out everywhere after Telegram had signed it.
    pub fn revokes(&self, signed_at: Time, fingerprint: &str) -> bool {
        self.logged_out.as_ref().is_some_and(|logged_out| {
            // Telegram's time is in whole seconds: what it signed in the second of the logout may be from after it.
            let is_older = signed_at.seconds() < logged_out.at.seconds();
            is_older && logged_out.except.as_deref() != Some(fingerprint)
        })
    }

    /// Whether a login session has ended, because the user logged out everywhere after it had begun.
    pub fn ends(&self, session: SessionId) -> bool {
        self.logged_out
            .as_ref()
            .is_some_and(|logged_out| session.time() < logged_out.at && logged_out.session != Some(session))
    }

    /// Whether a secret address of the user opens nothing: the user is banned, or logged out everywhere after the
    /// address was made. `None`: it is not known when.
    pub fn closes(&self, made_at: Option<Time>, now: Time) -> bool {
        let is_older = |logged_out: &LoggedOut| made_at.is_none_or(|made_at| made_at < logged_out.at);
        self.is_banned(now) || self.logged_out.as_ref().is_some_and(is_older)
    }

    /// Ends what the user logged in with before now, but for `kept`. What has ended by an earlier logout is not kept:
    /// it may be the one that the user wanted to be rid of.
    pub fn log_out(&mut self, kept: &Kept, now: Time) {
        let (except, session) = match kept {
            Kept::InitData { signed_at, fingerprint } if !self.revokes(*signed_at, fingerprint) => {
                (Some(fingerprint.clone()), None)
            }
            Kept::Session(session) if !self.ends(*session) => (None, Some(*session)),
            Kept::InitData { .. } | Kept::Session(_) => (None, None),
        };
        // The clock of another instance may be ahead.
        let at = self.logged_out.as_ref().map_or(now, |last| now.max(last.at));
        self.logged_out = Some(LoggedOut { at, except, session });
    }
}

/// The credential by which a user logs out everywhere, and which goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Init data of the mini app.
    InitData {
        /// When Telegram signed it.
        signed_at: Time,
        /// SHA-256 of what Telegram signed, hex.
        fingerprint: String,
    },
    /// A login session.
    Session(SessionId),
}

/// A ban: the user's requests are refused, and nothing is sent to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UserBan)]
pub struct Ban {
    /// Time of the ban.
    pub since: Time,
    /// End of the ban. `null` means that it has no end.
    pub until: Option<Time>,
    /// Reason, for admins.
    pub reason: Option<Text<500>>,
}

/// A logout everywhere. Login data that Telegram signed before it is refused, and sessions from before it have ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedOut {
    /// Time of the logout.
    pub at: Time,
    /// Fingerprint of the login data that the logout was requested with, which stays valid.
    pub except: Option<String>,
    /// Login session that the logout was requested with, which goes on.
    #[serde(default)]
    pub session: Option<SessionId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000).unwrap()
    }

    #[test]
    fn logout_keeps_the_session_of_the_call_alone() {
        let random = Random::seeded(1);
        let [first, second, later] = [1, 2, 11].map(|second| SessionId::generate(at(second), &random));
        let mut standing = Standing::default();
        standing.log_out(&Kept::Session(first), at(10));
        assert_eq!([first, second, later].map(|session| standing.ends(session)), [false, true, false]);
        assert!(standing.revokes(at(9), "any"));
    }

    #[test]
    fn what_has_ended_does_not_come_back_by_a_logout_of_its_own() {
        let random = Random::seeded(1);
        let [owner, thief] = [1, 2].map(|second| SessionId::generate(at(second), &random));
        let mut standing = Standing::default();
        standing.log_out(&Kept::Session(owner), at(10));
        standing.log_out(&Kept::Session(thief), at(11));
        assert!(standing.ends(thief));
        let stolen = Kept::InitData { signed_at: at(5), fingerprint: "stolen".to_owned() };
        standing.log_out(&stolen, at(12));
        assert!(standing.revokes(at(5), "stolen"));
    }

    #[test]
    fn secret_address_is_closed_by_a_ban_and_by_a_later_logout() {
        let mut standing =
            Standing { ban: Some(Ban { since: at(1), until: Some(at(5)), reason: None }), ..Default::default() };
        assert_eq!([4, 5].map(|now| standing.closes(Some(at(3)), at(now))), [true, false]);
        standing.log_out(&Kept::Session(SessionId::generate(at(1), &Random::seeded(1))), at(10));
        assert_eq!([Some(9), Some(11), None].map(|made| standing.closes(made.map(at), at(12))), [true, false, true]);
    }
}
