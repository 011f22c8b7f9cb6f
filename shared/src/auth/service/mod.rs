//! Logins, tokens and API keys: [`AuthService`], here. Fresh proof, in `confirm`: `start_confirmation`, `confirm`,
//! `require_fresh_proof`. Login sessions, in `sessions`: `log_out_elsewhere`, and [`SessionService`] with `list`,
//! `close` and `close_all`.

mod confirm;
mod sessions;

pub use sessions::SessionService;

use std::collections::BTreeSet;

use crate::auth::api_key;
use crate::auth::config::AuthConfig;
use crate::auth::error::AuthError;
use crate::auth::init_data::{self, InitData};
use crate::auth::jwt::{Access, Admin, JwtError, Refresh};
use crate::auth::login_widget::{self, LoginWidget};
use crate::auth::model::{
    ApiKey, ApiKeyId, AuthenticatedKey, AuthenticatedUser, Credential, Principal, SESSION_SECONDS, Session,
};
use crate::auth::repository::AuthRepository;
use crate::config::Secret;
use crate::dynamo::Contention;
use crate::id::{SessionId, UserId};
use crate::platform::Platform;
use crate::random::Random;
use crate::time::{Clock, Time};
use crate::users::error::UserError;
use crate::users::grants::{Grants, Resource};
use crate::users::model::{Identity, User};
use crate::users::service::{Source, UserService};
use crate::users::standing::Standing;
use crate::users::telegram_user::TelegramUser;

/// Lifetime of an access token in seconds.
pub const ACCESS_SECONDS: i64 = 900;
/// Lifetime of an admin token in seconds.
pub const ADMIN_SECONDS: i64 = 900;
/// Seconds between two writes of a key's last use: a busy key must not cost a write a request.
const TOUCH_SECONDS: i64 = 60;
/// Characters of a `User-Agent` that are stored.
const MAX_USER_AGENT: usize = 200;

/// A Telegram account, proved by the caller.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The account.
    pub telegram: TelegramUser,
    /// When Telegram signed it.
    pub signed_at: Time,
    /// SHA-256 of what Telegram signed, hex.
    pub fingerprint: String,
    /// Where the proof comes from.
    pub source: Source,
    /// Start parameter of the link that opened the app.
    pub start: Option<String>,
}

/// Result of a login or a refresh.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For `Authorization: Bearer`, valid for [`ACCESS_SECONDS`].
    pub access: String,
    /// For one refresh, within 30 days.
    pub refresh: String,
    /// Lifetime of the refresh token in seconds.
    pub refresh_seconds: i64,
}

/// The subject of the key by which the first API key is made.
const BOOTSTRAP: &str = "bootstrap";

fn bootstrap_key() -> AuthenticatedKey {
    AuthenticatedKey {
        subject: BOOTSTRAP.to_owned(),
        scopes: BTreeSet::from(["*".to_owned()]),
        resources: BTreeSet::from([Resource::Everything]),
    }
}

/// Authentication.
#[derive(Clone, Debug)]
pub struct AuthService {
    config: AuthConfig,
    repository: AuthRepository,
    users: UserService,
    clock: Clock,
    random: Random,
}

impl AuthService {
    /// On this platform, for these users.
    pub fn new(platform: &Platform, config: AuthConfig, users: UserService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { config, repository: AuthRepository::new(platform), users, clock, random }
    }

    /// Checks Mini App init data.
    pub fn verify_init_data(&self, raw: &str) -> Result<Proof, AuthError> {
        let InitData { user, start_param, auth_date, fingerprint } =
            init_data::verify(raw, &self.config.verifiers, self.clock.now())?;
        Ok(Proof { telegram: user, signed_at: auth_date, fingerprint, source: Source::MiniApp, start: start_param })
    }

    /// Checks the Login Widget's data.
    pub fn verify_widget(&self, widget: &LoginWidget) -> Result<Proof, AuthError> {
        let (user, signed_at) = login_widget::verify(widget, &self.config.widget_keys, self.clock.now())?;
        let fingerprint = widget.hash.clone();
        Ok(Proof { telegram: user, signed_at, fingerprint, source: Source::LoginWidget, start: None })
    }

    /// Logs in with a proof: creates the user at the first login, and opens a login session. If the profile changes
    /// meanwhile, such as by a ban, the proof is looked at again.
    pub async fn login(&self, proof: &Proof, user_agent: Option<&str>) -> Result<(Tokens, User), AuthError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let user = self.users.sign_in(&proof.telegram, proof.source, proof.start.as_deref()).await?;
            self.admit(&user.standing, Some(proof))?;
            let now = self.clock.now();
            let session = Session {
                id: SessionId::generate(now, &self.random),
                user_id: user.id,
                user_agent: user_agent.map(|text| text.chars().take(MAX_USER_AGENT).collect()),
                generation: 0,
                created_at: now,
                last_used_at: now,
            };
            match self.repository.open(&session, &user).await {
                Ok(()) => return Ok((self.tokens(&session, &user.standing, now)?, user)),
                Err(AuthError::User(UserError::VersionConflict)) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Checks a refresh token, but not yet whether it was used before.
    pub fn verify_refresh(&self, token: &str) -> Result<(UserId, Refresh), AuthError> {
        let claims = self.config.tokens.verify::<Refresh>(token, self.clock.now())?;
        Ok((claims.sub.parse().map_err(|_| JwtError::Invalid)?, claims.body))
    }

    /// Exchanges a refresh token. Each works once, and again for a moment. One that was used earlier ends its login
    /// session.
    pub async fn refresh(&self, user_id: UserId, token: &Refresh) -> Result<Tokens, AuthError> {
        let now = self.clock.now();
        let session = self.repository.rotate(user_id, token.sid, token.generation, now).await?;
        let user = match self.users.get(user_id).await {
            Err(UserError::NotFound) => return Err(AuthError::SessionEnded),
            other => other?,
        };
        self.admit(&user.standing, None)?;
        // A logout everywhere that was interrupted has left the session behind.
        if user.standing.ends(session.id) {
            self.repository.close(user_id, session.id, now).await?;
            return Err(AuthError::SessionEnded);
        }
        self.tokens(&session, &user.standing, now)
    }

    fn tokens(&self, session: &Session, standing: &Standing, now: Time) -> Result<Tokens, AuthError> {
        let keys = &self.config.tokens;
        let sub = session.user_id.to_string();
        let access = Access { staff: !standing.grants.is_empty(), sid: session.id };
        let refresh = Refresh { sid: session.id, generation: session.generation };
        Ok(Tokens {
            access: keys.sign(&sub, &self.token_id(), access, now, ACCESS_SECONDS)?,
            refresh: keys.sign(&sub, &self.token_id(), refresh, now, SESSION_SECONDS)?,
            refresh_seconds: SESSION_SECONDS,
        })
    }

    fn token_id(&self) -> String {
        hex::encode(self.random.bytes::<16>())
    }

    /// The user of a request with init data. A user is created if the Telegram account has none.
    pub async fn by_init_data(&self, raw: &str) -> Result<Principal, AuthError> {
        let proof = self.verify_init_data(raw)?;
        let Identity { user_id: id, standing } = self.users.recognise(&proof.telegram).await?;
        self.admit(&standing, Some(&proof))?;
        let credential = Credential::InitData { signed_at: proof.signed_at, fingerprint: proof.fingerprint };
        Ok(Principal::User(AuthenticatedUser { id, grants: standing.grants, credential }))
    }

    /// Refuses a banned user, and a proof that the user has revoked.
    fn admit(&self, standing: &Standing, proof: Option<&Proof>) -> Result<(), AuthError> {
        if standing.is_banned(self.clock.now()) {
            return Err(AuthError::Banned);
        }
        match proof {
            Some(proof) if standing.revokes(proof.signed_at, &proof.fingerprint) => Err(AuthError::InitDataRevoked),
            _ => Ok(()),
        }
    }

    /// The user or the API key that a bearer token stands for. Rights are never in a token: those of staff and keys are
    /// read.
    pub async fn by_token(&self, token: &str) -> Result<Principal, AuthError> {
        let now = self.clock.now();
        match self.config.tokens.verify::<Access>(token, now) {
            Ok(claims) => {
                let id = claims.sub.parse().map_err(|_| JwtError::Invalid)?;
                let Access { staff, sid } = claims.body;
                let grants = if staff { self.grants(id).await? } else { Grants::new() };
                Ok(Principal::User(AuthenticatedUser { id, grants, credential: Credential::Session(sid) }))
            }
            Err(JwtError::Expired) => Err(JwtError::Expired.into()),
            Err(JwtError::Invalid) => {
                let claims = self.config.tokens.verify::<Admin>(token, now)?;
                self.by_key_subject(&claims.sub).await.map(Principal::Key)
            }
        }
    }

    /// The grants of a user with a valid token, as they are now.
    pub async fn grants(&self, id: UserId) -> Result<Grants, AuthError> {
        let user = match self.users.get(id).await {
            Err(UserError::NotFound) => return Err(AuthError::SessionEnded),
            other => other?,
        };
        self.admit(&user.standing, None)?;
        Ok(user.standing.grants)
    }

    /// The API key with this text.
    pub async fn by_api_key(&self, text: &str) -> Result<AuthenticatedKey, AuthError> {
        if let Some(bootstrap) = &self.config.bootstrap_key
            && api_key::same(bootstrap.expose(), text)
        {
            return Ok(bootstrap_key());
        }
        let (id, secret) = api_key::parse(text).ok_or(AuthError::ApiKeyInvalid)?;
        let key = self.repository.api_key(id).await?.filter(|key| api_key::matches(key, secret));
        self.used(key.ok_or(AuthError::ApiKeyInvalid)?).await
    }

    /// The key that an admin token stands for, if the key is still valid.
    async fn by_key_subject(&self, subject: &str) -> Result<AuthenticatedKey, AuthError> {
        if subject == BOOTSTRAP && self.config.bootstrap_key.is_some() {
            return Ok(bootstrap_key());
        }
        let id = subject.parse().map_err(|_| AuthError::ApiKeyInvalid)?;
        let key = self.repository.api_key(id).await?;
        self.used(key.ok_or(AuthError::ApiKeyInvalid)?).await
    }

    /// A key that was presented, if it is valid.
    async fn used(&self, key: ApiKey) -> Result<AuthenticatedKey, AuthError> {
        let now = self.clock.now();
        if !key.is_valid(now) {
            return Err(AuthError::ApiKeyInvalid);
        }
        if key.last_used_at.is_none_or(|last| last.plus_seconds(TOUCH_SECONDS) <= now) {
            self.repository.touch_api_key(key.id, now).await?;
        }
        Ok(AuthenticatedKey { subject: key.id.to_string(), scopes: key.scopes, resources: key.resources })
    }

    /// A token that stands for an API key for [`ADMIN_SECONDS`].
    pub fn admin_token(&self, key: &AuthenticatedKey) -> Result<String, AuthError> {
        Ok(self.config.tokens.sign(&key.subject, &self.token_id(), Admin {}, self.clock.now(), ADMIN_SECONDS)?)
    }

    /// Revokes an API key. Requests with it are refused from now on, and so are those with its admin tokens.
    pub async fn revoke_api_key(&self, id: ApiKeyId) -> Result<(), AuthError> {
        Ok(self.repository.revoke_api_key(id, self.clock.now()).await?)
    }

    /// Creates an API key. Its text is returned once and stored nowhere.
    pub async fn create_api_key(
        &self,
        name: &str,
        scopes: BTreeSet<String>,
        valid_until: Option<Time>,
    ) -> Result<(ApiKey, Secret), AuthError> {
        let now = self.clock.now();
        let id = ApiKeyId::generate(now, &self.random);
        let (text, hash) = api_key::generate(id, &self.random);
        let key = ApiKey {
            id,
            name: name.to_owned(),
            scopes,
            resources: BTreeSet::from([Resource::Everything]),
            hash,
            created_at: now,
            valid_until,
            revoked_at: None,
            last_used_at: None,
        };
        self.repository.add_api_key(&key).await?;
        Ok((key, text))
    }
}
