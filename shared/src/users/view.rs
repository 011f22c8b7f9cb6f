//! What of a profile is shown: to others, and to its owner and admins.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::contact::{CountryCode, EmailAddress, PhoneNumber};
use super::handles::{GithubUsername, KgenUsername, LinkedinUsername, TwitterUsername};
use super::model::{AccessRole, User, Visibility};
use crate::id::UserId;
use crate::text::{Line, Tags};
use crate::time::Time;
use crate::url::HttpsUrl;

/// A profile as others see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PublicUser {
    /// The user's id.
    pub id: UserId,
    /// Telegram's username, without `@`.
    pub username: Option<String>,
    /// First name: Telegram's until the user changes it here.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Telegram's profile photo.
    pub photo_url: Option<String>,
    /// Has Telegram Premium.
    pub is_premium: bool,
    /// Twitter (X) name.
    pub twitter_username: Option<TwitterUsername>,
    /// LinkedIn profile name.
    pub linkedin_username: Option<LinkedinUsername>,
    /// GitHub name.
    pub github_username: Option<GithubUsername>,
    /// KGeN name.
    pub kgen_username: Option<KgenUsername>,
    /// What the user does.
    pub job_title: Option<Line<100>>,
    /// Where the user does it.
    pub organization: Option<Line<100>>,
    /// What the user is: `developer`, `founder`, …
    pub roles: Tags<5>,
    /// Which ecosystems the user is in: `solana`, `ethereum`, …
    pub ecosystems: Tags<10>,
    /// What the user wants to talk about: `defi`, …
    pub topics: Tags<10>,
    /// How long or how deep.
    pub experience: Option<Line<100>>,
    /// Where the user lives.
    pub location: Option<Line<100>>,
    /// The user's "proof of gathering" picture.
    pub pog_image_url: Option<HttpsUrl>,
    /// When the user joined.
    pub created_at: Time,
}

/// A profile as its owner and admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OwnUser {
    /// What others see.
    #[serde(flatten)]
    pub public: PublicUser,
    /// Telegram's id.
    pub telegram_id: i64,
    /// Telegram's language, an IETF tag.
    pub language_code: Option<String>,
    /// The bot may write to the user.
    pub allows_write_to_pm: bool,
    /// The user has gone through onboarding.
    pub onboarding_completed: bool,
    /// The user wants notifications on Telegram.
    pub notifications_enabled: bool,
    /// The email address.
    pub email: Option<EmailAddress>,
    /// The user has proved the address.
    pub email_verified: bool,
    /// Phone number, E.164.
    pub phone_number: Option<PhoneNumber>,
    /// Country, or calling code.
    pub country_code: Option<CountryCode>,
    /// Who may see the profile.
    pub visibility: Visibility,
    /// What the user may do beyond attending.
    pub access_roles: BTreeSet<AccessRole>,
    /// When the profile was last changed.
    pub updated_at: Time,
    /// When the user will be erased, as asked; logging in before keeps the account.
    pub erase_after: Option<Time>,
}

impl From<User> for PublicUser {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            first_name: user.first_name,
            last_name: user.last_name,
            photo_url: user.photo_url,
            is_premium: user.is_premium,
            twitter_username: user.twitter_username,
            linkedin_username: user.linkedin_username,
            github_username: user.github_username,
            kgen_username: user.kgen_username,
            job_title: user.job_title,
            organization: user.organization,
            roles: user.roles,
            ecosystems: user.ecosystems,
            topics: user.topics,
            experience: user.experience,
            location: user.location,
            pog_image_url: user.pog_image_url,
            created_at: user.created_at,
        }
    }
}

impl From<User> for OwnUser {
    fn from(user: User) -> Self {
        Self {
            telegram_id: user.telegram_id,
            language_code: user.language_code.clone(),
            allows_write_to_pm: user.allows_write_to_pm,
            onboarding_completed: user.onboarding_completed,
            notifications_enabled: user.notifications_enabled,
            email: user.email.clone(),
            email_verified: user.email_verified,
            phone_number: user.phone_number.clone(),
            country_code: user.country_code.clone(),
            visibility: user.visibility,
            access_roles: user.access_roles.clone(),
            updated_at: user.updated_at,
            erase_after: user.erase_after,
            public: user.into(),
        }
    }
}
