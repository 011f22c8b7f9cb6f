//! Signing in: the first login creates the user. Later logins update what Telegram says about the user.

use super::UserService;
use crate::expected::Expected;
use crate::id::UserId;
use crate::users::error::UserError;
use crate::users::model::{ChatState, Claim, Identity, User, Visibility};
use crate::users::start::Start;
use crate::users::telegram_user::TelegramUser;

/// Source of a Telegram account. Sources differ in what they tell about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The Mini App's init data: everything.
    MiniApp,
    /// The Login Widget: name, username and photo.
    LoginWidget,
}

impl UserService {
    /// The user of a Telegram account that was proved; created if there is none. A scheduled erasure stays: the answer
    /// tells when
    /// it is due, and the user may cancel it.
    pub async fn sign_in(
        &self,
        telegram: &TelegramUser,
        source: Source,
        start: Option<&str>,
    ) -> Result<User, UserError> {
        let returned = match self.repository.identity(telegram.id).await? {
            Some(identity) => self.return_of(identity.user_id, telegram, source).await,
            None => Err(UserError::NotFound),
        };
        let user = match returned {
            // The account has no user, or an erasure has just begun and freed it.
            Err(UserError::NotFound) => self.first_visit(telegram).await?,
            other => other?,
        };
        if let Some(parameter) = start {
            self.repository.record_start(&Start::new(user.id, parameter, self.clock.now())).await?;
        }
        Ok(user)
    }

    /// The user of a Telegram account; created if there is none. This is authentication without a login: it changes no
    /// profile.
    pub async fn recognise(&self, telegram: &TelegramUser) -> Result<Identity, UserError> {
        if let Some(identity) = self.repository.identity(telegram.id).await? {
            return Ok(identity);
        }
        let user = self.first_visit(telegram).await?;
        Ok(Identity { user_id: user.id, standing: user.standing })
    }

    async fn first_visit(&self, telegram: &TelegramUser) -> Result<User, UserError> {
        let now = self.clock.now();
        let mut user = User {
            id: UserId::generate(now, &self.random),
            telegram_id: telegram.id,
            username: None,
            first_name: String::new(),
            last_name: None,
            name_edited: false,
            photo_url: None,
            language_code: None,
            is_premium: false,
            allows_write_to_pm: false,
            chat: ChatState::Unknown,
            chat_as_of: None,
            standing: Default::default(),
            onboarding_completed: false,
            notifications_enabled: true,
            email: None,
            email_verified: false,
            twitter_username: None,
            linkedin_username: None,
            github_username: None,
            kgen_username: None,
            job_title: None,
            organization: None,
            roles: Default::default(),
            ecosystems: Default::default(),
            topics: Default::default(),
            experience: None,
            location: None,
            phone_number: None,
            country_code: None,
            pog_image_url: None,
            visibility: Visibility::default(),
            version: 1,
            created_at: now,
            updated_at: now,
            erase_after: None,
            erased: false,
            derived: None,
        };
        update_from(&mut user, telegram, Source::MiniApp);
        match self.repository.create(&user).await {
            Ok(()) => {
                tracing::info!(user.id = %user.id, "user.created");
                Ok(user)
            }
            // Another first login of the same person was faster and has created the user.
            Err(UserError::Taken(Claim::Telegram(_))) => self.by_telegram(telegram.id).await,
            Err(error) => Err(error),
        }
    }

    async fn return_of(&self, id: UserId, telegram: &TelegramUser, source: Source) -> Result<User, UserError> {
        let change = |user: &mut User| {
            update_from(user, telegram, source);
        };
        self.change(id, &Expected::Any, change).await
    }
}

/// Copies what Telegram says, except for a name that the user changed here.
fn update_from(user: &mut User, telegram: &TelegramUser, source: Source) {
    if !user.name_edited {
        user.first_name.clone_from(&telegram.first_name);
        user.last_name.clone_from(&telegram.last_name);
    }
    user.username.clone_from(&telegram.username);
    user.photo_url.clone_from(&telegram.photo_url);
    if source == Source::LoginWidget {
        return;
    }
    user.language_code.clone_from(&telegram.language_code);
    user.is_premium = telegram.is_premium;
    user.allows_write_to_pm = telegram.allows_write_to_pm;
    // The user had blocked the bot and allows messages again: `allows_write_to_pm` decides from now on.
    if user.chat == ChatState::Blocked && telegram.allows_write_to_pm {
        user.chat = ChatState::Unknown;
    }
}
