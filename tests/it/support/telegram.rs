//! Signs logins as Telegram would, with a bot token of the tests' own.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use ibw::time::Time;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The bot that test apps belong to.
pub(crate) const BOT_TOKEN: &str = "7000000001:AAtestTokenOfTheBotThatTestsBelongTo";

/// A person on Telegram.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Telegram's `user` object.
    pub(crate) user: Value,
    /// What the app is opened with.
    pub(crate) start_param: Option<String>,
}

impl Person {
    /// Somebody with this id; the name follows from it.
    pub(crate) fn new(id: i64) -> Self {
        let user =
            json!({"id": id, "first_name": format!("Asha{id}"), "last_name": "Rao", "username": format!("asha_{id}")});
        Self { user, start_param: None }
    }

    /// With another value of a field of `user`.
    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.user[field] = value.into();
        self
    }

    /// Coming by a link.
    pub(crate) fn starting_with(mut self, parameter: &str) -> Self {
        self.start_param = Some(parameter.to_owned());
        self
    }

    /// Init data, signed at `time`.
    pub(crate) fn init_data(&self, time: Time) -> String {
        self.init_data_for(BOT_TOKEN, time)
    }

    /// Init data for a bot.
    pub(crate) fn init_data_for(&self, bot_token: &str, time: Time) -> String {
        let mut fields = BTreeMap::from([
            ("auth_date", time.seconds().to_string()),
            ("query_id", "AAHdF6IQAAAAAN0XohDhrOrc".to_owned()),
            ("user", self.user.to_string()),
        ]);
        if let Some(parameter) = &self.start_param {
            fields.insert("start_param", parameter.clone());
        }
        let secret = mac(b"WebAppData", bot_token.as_bytes());
        let hash = hex::encode(mac(&secret, lines(&fields).as_bytes()));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&fields).append_pair("hash", &hash);
        query.finish()
    }

    /// What the Login Widget passes on, signed at `time`.
    pub(crate) fn widget(&self, time: Time) -> Value {
        let mut widget = self.user.clone();
        widget["auth_date"] = time.seconds().into();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields: BTreeMap<&str, String> =
            widget.as_object().expect("an object").iter().map(|(name, value)| (name.as_str(), text(value))).collect();
        let hash = hex::encode(mac(&Sha256::digest(BOT_TOKEN), lines(&fields).as_bytes()));
        widget["hash"] = hash.into();
        widget
    }
}

fn lines(fields: &BTreeMap<&str, String>) -> String {
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
