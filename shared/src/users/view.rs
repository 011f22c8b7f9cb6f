//! What of a profile is shown: to others, and to its owner and admins.

use serde::Serialize;
use utoipa::ToSchema;

use super::contact::{CountryCode, EmailAddress, PhoneNumber};
use super::grants::Grants;
use super::handles::{GithubUsername, KgenUsername, LinkedinUsername, TwitterUsername};
use super::model::{User, Visibility};
use crate::id::UserId;
use crate::text::{Line, Tags};
use crate::time::Time;
use crate::url::HttpsUrl;

/// Profile of a user, as other users see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(title = "PublicUser")]
pub struct PublicUser {
    /// Id of the user.
    pub id: UserId,
    /// Telegram username without `@`.
    pub username: Option<String>,
    /// First name. Default: the one on Telegram.
    pub first_name: String,
    /// Last name. Default: the one on Telegram.
    pub last_name: Option<String>,
    /// URL of the Telegram profile photo.
    pub photo_url: Option<String>,
    /// Whether the user has Telegram Premium.
    pub is_premium: bool,
    /// Twitter (X) username.
    pub twitter_username: Option<TwitterUsername>,
    /// LinkedIn username.
    pub linkedin_username: Option<LinkedinUsername>,
    /// GitHub username.
    pub github_username: Option<GithubUsername>,
    /// KGeN username.
    pub kgen_username: Option<KgenUsername>,
    /// Job title.
    pub job_title: Option<Line<100>>,
    /// Organisation, such as a company.
    pub organization: Option<Line<100>>,
    /// Roles, such as `developer` or `founder`.
    pub roles: Tags<5>,
    /// Ecosystems, such as `solana` or `ethereum`.
    pub ecosystems: Tags<10>,
    /// Topics of interest, such as `defi`.
    pub topics: Tags<10>,
    /// Experience, in the user's own words.
    pub experience: Option<Line<100>>,
    /// Place of residence.
    pub location: Option<Line<100>>,
    /// URL of the "proof of gathering" picture.
    pub pog_image_url: Option<HttpsUrl>,
    /// Time of the first login.
    pub created_at: Time,
}

/// Profile of a user, as the user and admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(title = "OwnUser")]
pub struct OwnUser {
    /// The part that other users can see.
    #[serde(flatten)]
    pub public: PublicUser,
    /// Telegram user id.
    pub telegram_id: i64,
    /// Language of the Telegram app, as an IETF language tag.
    pub language_code: Option<String>,
    /// Whether the bot may send messages to the user, as Telegram said at the last login in the mini app.
    pub allows_write_to_pm: bool,
    /// Whether the bot can send messages to the user now. After the login, the user may have started, stopped or
    /// blocked the bot.
    pub reachable: bool,
    /// Whether onboarding is complete.
    pub onboarding_completed: bool,
    /// Whether the user wants notifications on Telegram.
    pub notifications_enabled: bool,
    /// Email address.
    pub email: Option<EmailAddress>,
    /// Whether the email address is verified.
    pub email_verified: bool,
    /// Phone number in E.164 format.
    pub phone_number: Option<PhoneNumber>,
    /// Country code or calling code.
    pub country_code: Option<CountryCode>,
    /// Who can see the profile.
    pub visibility: Visibility,
    /// Access roles of the user, and on what.
    pub grants: Grants,
    /// Time of the last change.
    pub updated_at: Time,
    /// Time when the account is erased, though you use it meanwhile, unless you cancel the erasure. `null` if no erasure
    /// is requested.
    pub erasure_due_at: Option<Time>,
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
            reachable: user.is_reachable(),
            onboarding_completed: user.onboarding_completed,
            notifications_enabled: user.notifications_enabled,
            email: user.email.clone(),
            email_verified: user.email_verified,
            phone_number: user.phone_number.clone(),
            country_code: user.country_code.clone(),
            visibility: user.visibility,
            grants: user.standing.grants.clone(),
            updated_at: user.updated_at,
            erasure_due_at: user.erase_after,
            public: user.into(),
        }
    }
}
