//! The keys that logins and tokens are checked with.

use super::init_data::Verifier;
use super::jwt;
use super::login_widget::WidgetKey;
use crate::config::{Env, Secret};

/// The `iss` of our tokens.
const ISSUER: &str = "ibw";

/// What authentication is configured with. Each kind of key comes in ones or twos, so that it can be rotated.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// Accept init data that one of these accepts.
    pub verifiers: Vec<Verifier>,
    /// Accept Login Widget data signed with one of these.
    pub widget_keys: Vec<WidgetKey>,
    /// Sign and verify our tokens.
    pub tokens: jwt::Keys,
    /// The key by which the first API key is made.
    pub bootstrap_key: Option<Secret>,
}

impl AuthConfig {
    /// Reads `TELEGRAM_BOT_TOKENS`, `TELEGRAM_ED25519`, `JWT_SECRETS` and `ADMIN_API_KEY`; `None` when one of them is
    /// wrong, and then `env` knows why.
    pub fn read(env: &mut Env) -> Option<Self> {
        let mut verifiers = Vec::new();
        let mut widget_keys = Vec::new();
        let tokens = env.list("TELEGRAM_BOT_TOKENS");
        if tokens.len() > 2 {
            env.problem("TELEGRAM_BOT_TOKENS", "has more than two tokens");
        }
        for token in tokens {
            match (Verifier::bot_token(&token), WidgetKey::bot_token(&token)) {
                (Ok(verifier), Ok(key)) => {
                    verifiers.push(verifier);
                    widget_keys.push(key);
                }
                (Err(error), _) | (_, Err(error)) => env.problem("TELEGRAM_BOT_TOKENS", error),
            }
        }
        if let Some(text) = env.optional::<String>("TELEGRAM_ED25519") {
            let parts = text.split_once(':').and_then(|(id, key)| Some((id.parse().ok()?, key)));
            match parts.map(|(id, key)| Verifier::third_party(id, key)) {
                Some(Ok(verifier)) => verifiers.push(verifier),
                Some(Err(error)) => env.problem("TELEGRAM_ED25519", error),
                None => env.problem("TELEGRAM_ED25519", "must be <bot id>:<public key in hex>"),
            }
        }
        if verifiers.is_empty() {
            env.problem("TELEGRAM_BOT_TOKENS", "is missing, and so is TELEGRAM_ED25519: nobody could log in");
        }
        let bootstrap_key = env.list("ADMIN_API_KEY").pop().map(Secret::new);
        if bootstrap_key.as_ref().is_some_and(|key| key.expose().len() < 24) {
            env.problem("ADMIN_API_KEY", "must have at least 24 characters");
        }
        let tokens = token_keys(env)?;
        Some(Self { verifiers, widget_keys, tokens, bootstrap_key })
    }
}

fn token_keys(env: &mut Env) -> Option<jwt::Keys> {
    let pairs = env.list("JWT_SECRETS");
    let split: Option<Vec<(&str, &[u8])>> =
        pairs.iter().map(|pair| pair.split_once(':').map(|(kid, secret)| (kid, secret.as_bytes()))).collect();
    let Some(secrets) = split.filter(|secrets| !secrets.is_empty()) else {
        env.problem("JWT_SECRETS", "must be <kid>:<secret>, or two of them separated by a comma");
        return None;
    };
    jwt::Keys::new(&secrets, ISSUER).map_err(|error| env.problem("JWT_SECRETS", error)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn config_with_two_of_each_key_is_accepted() {
        let secrets = format!("b:{SECRET}, a:{SECRET}x");
        let mut env = Env::of([("TELEGRAM_BOT_TOKENS", "1:aaaaaaaaaaaa,2:bbbbbbbbbbbb"), ("JWT_SECRETS", &secrets)]);
        let config = AuthConfig::read(&mut env).unwrap();
        assert!(env.finish(()).is_ok());
        assert_eq!((config.verifiers.len(), config.widget_keys.len()), (2, 2));
    }

    #[test]
    fn config_that_lets_nobody_in_or_is_weak_is_refused_by_name() {
        for (variables, name) in [
            (vec![("JWT_SECRETS", format!("a:{SECRET}"))], "TELEGRAM_BOT_TOKENS"),
            (
                vec![("TELEGRAM_BOT_TOKENS", "1:aaaaaaaaaaaa".to_owned()), ("JWT_SECRETS", "a:short".to_owned())],
                "JWT_SECRETS",
            ),
            (vec![("TELEGRAM_ED25519", "nonsense".to_owned())], "TELEGRAM_ED25519"),
            (vec![("ADMIN_API_KEY", "short".to_owned())], "ADMIN_API_KEY"),
        ] {
            let mut env = Env::of(variables);
            AuthConfig::read(&mut env);
            let message = env.finish(()).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
    }
}
