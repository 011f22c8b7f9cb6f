//! The parts of the sender. Its methods are in other files: chunks of jobs in `delivery`, single messages in `urgent`,
//! the tries of one message in `attempt`.

use crate::clients::telegram::{Button, Telegram, TelegramMessage};
use crate::dynamo::Once;
use crate::notifications::job::Brief;
use crate::notifications::pace::Rates;
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::{Pace, Progress};
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Clock;
use crate::url::HttpsUrl;
use crate::users::service::UserService;

/// Sends to Telegram.
#[derive(Clone, Debug)]
pub struct Sender {
    pub(super) repository: NotificationRepository,
    pub(super) users: UserService,
    pub(super) telegram: Telegram,
    pub(super) app_url: Option<HttpsUrl>,
    pub(super) pace: Pace,
    pub(super) progress: Progress,
    pub(super) once: Once,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl Sender {
    /// Sends as this bot, at these rates. The button of a welcome opens the mini app at `app_url`.
    pub fn new(
        platform: &Platform,
        users: UserService,
        telegram: Telegram,
        rates: Rates,
        app_url: Option<HttpsUrl>,
    ) -> Self {
        let (repository, progress) = (NotificationRepository::new(platform), Progress::new(platform));
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        let (pace, once) = (Pace::new(platform, rates), platform.once());
        Self { repository, users, telegram, app_url, pace, progress, once, clock, random }
    }
}

/// A brief's message in Telegram's terms.
pub(super) fn telegram_message<'a>(brief: &'a Brief, html: &'a str) -> TelegramMessage<'a> {
    let button = brief.link.as_ref().map(|link| Button { text: link.label.as_str(), url: link.url.as_str() });
    TelegramMessage { html, photo: brief.photo_url.as_ref().map(|url| url.as_str()), button }
}
