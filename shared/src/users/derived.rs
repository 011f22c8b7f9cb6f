//! What is derived from a profile and stored beside it: claims and directory entries, and the record of what was written.

use super::items::Owner;
use super::keys;
use super::listing::listings;
use super::model::{Claim, Derived, User};
use super::standing::Standing;

/// The claims of a user; none after the erasure has begun.
pub(super) fn owned(user: &User) -> Vec<Owner> {
    if user.erased {
        return Vec::new();
    }
    let email = user.email.as_ref().filter(|_| user.email_verified).map(Claim::email);
    let claims = [
        Some(Claim::telegram(user.telegram_id)),
        email,
        user.twitter_username.as_ref().map(|name| Claim::Twitter(name.folded())),
        user.linkedin_username.as_ref().map(|name| Claim::Linkedin(name.folded())),
        user.github_username.as_ref().map(|name| Claim::Github(name.folded())),
        user.kgen_username.as_ref().map(|name| Claim::Kgen(name.folded())),
    ];
    let owner = |claim: Claim| {
        let is_read = matches!(claim, Claim::Telegram(_));
        let standing = if is_read { user.standing.clone() } else { Standing::default() };
        Owner { claim, user_id: user.id, standing }
    };
    claims.into_iter().flatten().map(owner).collect()
}

impl Derived {
    /// What today's code derives from a profile.
    pub(super) fn of(user: &User) -> Self {
        let entries = listings(user).iter().map(|entry| keys::listing(user.id, &entry.facet).sk).collect();
        Self { claims: owned(user).into_iter().map(|owner| owner.claim).collect(), entries }
    }

    /// What was written beside a stored profile. A profile that does not say was written by code that derived the same.
    pub(super) fn written(user: &User) -> Self {
        user.derived.clone().unwrap_or_else(|| Self::of(user))
    }
}
