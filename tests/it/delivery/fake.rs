//! A Telegram that remembers whom it was asked to tell what, and misbehaves by a seed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ibw::time::{Clock, Time};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::telegram::BOT_TOKEN;

/// How long the client waits for an answer, and Telegram with the ones that it does not give.
const PATIENCE: Duration = Duration::from_millis(400);

/// What Telegram did with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It took it, and said so.
    Taken,
    /// It took it, and its answer never came.
    TakenInSilence,
    /// Too many: `retry_after` seconds.
    TooMany(u64),
    /// The recipient has blocked the bot.
    Blocked,
    /// There is no such chat.
    NotFound,
    /// Something is wrong with the message.
    Rejected,
    /// Out of order.
    Down,
    /// The bot's token is wrong.
    Unauthorized,
    /// The group has moved.
    Moved(i64),
}

/// A request to send.
#[derive(Clone, Debug)]
pub(crate) struct Sending {
    /// To whom.
    pub(crate) chat: i64,
    /// What.
    pub(crate) text: String,
    /// The button below, if there is one.
    pub(crate) button: Value,
    /// When, by the test's clock.
    pub(crate) at: Time,
    /// What became of it.
    pub(crate) answer: Answer,
}

/// What to answer to the n-th request for a chat.
pub(crate) type Plan = Arc<dyn Fn(i64, usize) -> Answer + Send + Sync>;

/// Takes everything.
pub(crate) fn obliging() -> Plan {
    Arc::new(|_, _| Answer::Taken)
}

/// The stand-in.
pub(crate) struct FakeTelegram {
    server: MockServer,
    log: Arc<Mutex<Vec<Sending>>>,
}

impl FakeTelegram {
    /// Answers by the plan.
    pub(crate) async fn start(clock: &Clock, plan: Plan) -> Self {
        let server = MockServer::builder().disable_request_recording().start().await;
        let log = Arc::default();
        let bot = Bot { plan, clock: clock.clone(), log: Arc::clone(&log), asked: Mutex::default() };
        Mock::given(method("POST")).respond_with(bot).mount(&server).await;
        Self { server, log }
    }

    /// Takes everything.
    pub(crate) async fn obliging(clock: &Clock) -> Self {
        Self::start(clock, obliging()).await
    }

    /// Its address, for a function's environment.
    pub(crate) fn url(&self) -> String {
        self.server.uri()
    }

    /// All that it was asked, in order.
    pub(crate) fn log(&self) -> Vec<Sending> {
        self.log.lock().expect("no test panicked here").clone()
    }

    /// The chats that it told something, in order.
    pub(crate) fn told(&self) -> Vec<i64> {
        self.log().iter().filter(|sending| sending.answer.is_taken()).map(|sending| sending.chat).collect()
    }

    /// The variables of a function that sends to it.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        [
            ("TELEGRAM_API_URL", self.url()),
            ("TELEGRAM_BOT_TOKENS", BOT_TOKEN.to_owned()),
            ("TELEGRAM_TIMEOUT_MS", PATIENCE.as_millis().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

impl Answer {
    /// Whether the recipient has the message.
    pub(crate) const fn is_taken(self) -> bool {
        matches!(self, Self::Taken | Self::TakenInSilence)
    }

    fn response(self, text: &str, chat: i64) -> ResponseTemplate {
        let refused = |status: u16, description: &str, parameters: Value| {
            let body = json!({"ok": false, "error_code": status, "description": description, "parameters": parameters});
            ResponseTemplate::new(status).set_body_json(body)
        };
        let taken = || {
            let message = json!({"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text});
            ResponseTemplate::new(200).set_body_json(json!({"ok": true, "result": message}))
        };
        match self {
            Self::Taken => taken(),
            Self::TakenInSilence => taken().set_delay(PATIENCE * 10),
            Self::TooMany(seconds) => refused(429, "Too Many Requests", json!({"retry_after": seconds})),
            Self::Blocked => refused(403, "Forbidden: bot was blocked by the user", json!({})),
            Self::NotFound => refused(400, "Bad Request: chat not found", json!({})),
            Self::Rejected => refused(400, "Bad Request: can't parse entities", json!({})),
            Self::Down => refused(502, "Bad Gateway", json!({})),
            Self::Unauthorized => refused(401, "Unauthorized", json!({})),
            Self::Moved(to) => refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                json!({"migrate_to_chat_id": to}),
            ),
        }
    }
}

struct Bot {
    plan: Plan,
    clock: Clock,
    log: Arc<Mutex<Vec<Sending>>>,
    asked: Mutex<HashMap<i64, usize>>,
}

impl Respond for Bot {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = request.body_json().expect("a JSON body");
        let chat = body["chat_id"].as_i64().expect("a chat");
        let text = body["text"].as_str().or(body["caption"].as_str()).expect("a text").to_owned();
        let before = {
            let mut asked = self.asked.lock().expect("no test panicked here");
            let count = asked.entry(chat).or_default();
            *count += 1;
            *count - 1
        };
        let answer = (self.plan)(chat, before);
        let response = answer.response(&text, chat);
        let button = body["reply_markup"]["inline_keyboard"][0][0].clone();
        let sending = Sending { chat, text, button, at: self.clock.now(), answer };
        self.log.lock().expect("no test panicked here").push(sending);
        response
    }
}

/// Faults drawn by a seed: the same for the same chat and request, in whatever order they come.
pub(crate) fn faults(seed: u64, per_mille: Vec<(u64, Answer)>) -> Plan {
    Arc::new(move |chat, request| {
        let hash = Sha256::digest(format!("{seed}:{chat}:{request}"));
        let drawn = hash.iter().take(4).fold(0u64, |number, byte| number << 8 | u64::from(*byte)) % 1000;
        let mut bound = 0;
        for (share, answer) in &per_mille {
            bound += share;
            if drawn < bound {
                return *answer;
            }
        }
        Answer::Taken
    })
}
