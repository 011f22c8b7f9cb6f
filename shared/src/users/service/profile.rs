//! Changes that users make to their own profile.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::UserService;
use crate::expected::Expected;
use crate::id::UserId;
use crate::text::{Line, Tag, Tags, not_null, set};
use crate::url::HttpsUrl;
use crate::users::contact::{CountryCode, PhoneNumber};
use crate::users::error::UserError;
use crate::users::handles::{GithubUsername, KgenUsername, LinkedinUsername, TwitterUsername};
use crate::users::model::{User, Visibility};

/// Changes to a profile. A field that is missing stays as it is. `null` clears a field that may be empty.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"job_title": "Protocol engineer", "topics": ["defi", "zero-knowledge"], "location": null}))]
pub struct ProfilePatch {
    /// First name. After a change, a login no longer replaces it by the name on Telegram.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub first_name: Option<Line<64>>,
    /// Last name. After a change, a login no longer replaces it by the name on Telegram.
    #[serde(with = "double_option")]
    pub last_name: Option<Option<Line<64>>>,
    /// Job title.
    #[serde(with = "double_option")]
    pub job_title: Option<Option<Line<100>>>,
    /// Organisation, such as a company.
    #[serde(with = "double_option")]
    pub organization: Option<Option<Line<100>>>,
    /// Roles, such as `developer` or `founder`. `null` means none.
    #[serde(with = "double_option")]
    pub roles: Option<Option<Tags<5>>>,
    /// Ecosystems, such as `solana` or `ethereum`. `null` means none.
    #[serde(with = "double_option")]
    pub ecosystems: Option<Option<Tags<10>>>,
    /// Topics of interest, such as `defi`. `null` means none.
    #[serde(with = "double_option")]
    pub topics: Option<Option<Tags<10>>>,
    /// Experience, in your own words.
    #[serde(with = "double_option")]
    pub experience: Option<Option<Line<100>>>,
    /// Place of residence.
    #[serde(with = "double_option")]
    pub location: Option<Option<Line<100>>>,
    /// Phone number. Only organisers see it.
    #[serde(with = "double_option")]
    pub phone_number: Option<Option<PhoneNumber>>,
    /// Country code or calling code.
    #[serde(with = "double_option")]
    pub country_code: Option<Option<CountryCode>>,
    /// URL of your "proof of gathering" picture.
    #[serde(with = "double_option")]
    pub pog_image_url: Option<Option<HttpsUrl>>,
    /// Who can see your profile.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub visibility: Option<Visibility>,
    /// Whether you want notifications on Telegram.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub notifications_enabled: Option<bool>,
}

/// Social accounts of a user, as a complete set. An account that is missing or `null` is removed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SocialAccounts, example = json!({"twitter_username": "asha_rao", "github_username": "asharao"}))]
pub struct Socials {
    /// Twitter (X) username.
    pub twitter_username: Option<TwitterUsername>,
    /// LinkedIn username.
    pub linkedin_username: Option<LinkedinUsername>,
    /// GitHub username.
    pub github_username: Option<GithubUsername>,
    /// KGeN username.
    pub kgen_username: Option<KgenUsername>,
}

/// Answers to the questions of onboarding.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OnboardingAnswers, example = json!({
    "roles": ["developer"], "ecosystems": ["ethereum"], "topics": ["defi"], "job_title": "Protocol engineer",
}))]
pub struct Onboarding {
    /// Roles, such as `developer` or `founder`. At least one.
    #[schema(value_type = Vec<Tag>, min_items = 1, max_items = 5)]
    #[serde(deserialize_with = "not_empty")]
    pub roles: Tags<5>,
    /// Ecosystems, such as `solana` or `ethereum`. Default: none.
    #[serde(default)]
    pub ecosystems: Tags<10>,
    /// Topics of interest, such as `defi`. Default: none.
    #[serde(default)]
    pub topics: Tags<10>,
    /// Experience, in your own words.
    pub experience: Option<Line<100>>,
    /// Job title.
    pub job_title: Option<Line<100>>,
    /// Organisation, such as a company.
    pub organization: Option<Line<100>>,
    /// Place of residence.
    pub location: Option<Line<100>>,
}

fn not_empty<'de, D: Deserializer<'de>, const MAX: usize>(deserializer: D) -> Result<Tags<MAX>, D::Error> {
    let tags = Tags::deserialize(deserializer)?;
    let is_empty = tags.iter().next().is_none();
    if is_empty { Err(D::Error::custom("must have at least one tag")) } else { Ok(tags) }
}

impl UserService {
    /// Applies a patch; `expected` is the version from `If-Match`.
    pub async fn update(&self, id: UserId, patch: &ProfilePatch, expected: &Expected) -> Result<User, UserError> {
        self.change(id, expected, |user| apply(user, patch.clone())).await
    }

    /// Replaces the claimed accounts; [`UserError::Taken`] if another user has one, and then nothing changes.
    pub async fn set_socials(&self, id: UserId, socials: &Socials, expected: &Expected) -> Result<User, UserError> {
        let change = |user: &mut User| {
            let socials = socials.clone();
            user.twitter_username = socials.twitter_username;
            user.linkedin_username = socials.linkedin_username;
            user.github_username = socials.github_username;
            user.kgen_username = socials.kgen_username;
        };
        self.change(id, expected, change).await
    }

    /// Stores the answers of onboarding. A text that is left out stays as it is.
    pub async fn onboard(&self, id: UserId, answers: &Onboarding) -> Result<User, UserError> {
        let change = |user: &mut User| {
            let answers = answers.clone();
            user.roles = answers.roles;
            user.ecosystems = answers.ecosystems;
            user.topics = answers.topics;
            user.experience = answers.experience.or(user.experience.take());
            user.job_title = answers.job_title.or(user.job_title.take());
            user.organization = answers.organization.or(user.organization.take());
            user.location = answers.location.or(user.location.take());
            user.onboarding_completed = true;
        };
        self.change(id, &Expected::Any, change).await
    }
}

fn apply(user: &mut User, patch: ProfilePatch) {
    let text = |line: Line<64>| line.to_string();
    user.name_edited |= patch.first_name.is_some() || patch.last_name.is_some();
    set(&mut user.first_name, patch.first_name.map(text));
    set(&mut user.last_name, patch.last_name.map(|name| name.map(text)));
    set(&mut user.job_title, patch.job_title);
    set(&mut user.organization, patch.organization);
    set(&mut user.roles, patch.roles.map(Option::unwrap_or_default));
    set(&mut user.ecosystems, patch.ecosystems.map(Option::unwrap_or_default));
    set(&mut user.topics, patch.topics.map(Option::unwrap_or_default));
    set(&mut user.experience, patch.experience);
    set(&mut user.location, patch.location);
    set(&mut user.phone_number, patch.phone_number);
    set(&mut user.country_code, patch.country_code);
    set(&mut user.pog_image_url, patch.pog_image_url);
    set(&mut user.visibility, patch.visibility);
    set(&mut user.notifications_enabled, patch.notifications_enabled);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(json: &str) -> Result<ProfilePatch, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn patch_tells_absent_from_null_from_value() {
        assert_eq!(patch("{}").unwrap().job_title, None);
        assert_eq!(patch(r#"{"job_title": null}"#).unwrap().job_title, Some(None));
        assert_eq!(patch(r#"{"job_title": "CTO"}"#).unwrap().job_title, Some(Some("CTO".parse().unwrap())));
    }

    #[test]
    fn patch_with_null_where_a_value_must_be_is_refused() {
        for field in ["first_name", "visibility", "notifications_enabled"] {
            assert!(patch(&format!(r#"{{"{field}": null}}"#)).is_err(), "{field}");
        }
    }

    #[test]
    fn patch_of_what_is_not_the_users_to_change_is_refused() {
        for field in ["telegram_id", "grants", "email", "email_verified", "version", "twitter_username", "is_premium"] {
            assert!(patch(&format!(r#"{{"{field}": 1}}"#)).is_err(), "{field}");
        }
    }
}
