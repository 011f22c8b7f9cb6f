//! Single messages: notifications of a feed in their lanes, and tests of organisers and the bot's answers, which are
//! urgent.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::clients::telegram::{Button, TelegramError, TelegramMessage};
use crate::dynamo::{Begun, OnceKey, OutboxMessage};
use crate::id::UserId;
use crate::notifications::error::NotificationError;
use crate::notifications::messages::{self, DeliveryMessage, OneTimeMessage, VERSION};
use crate::notifications::model::{Delivery, DeliveryState, JobId, Notification, NotificationId, Reason};
use crate::notifications::pace::{Lane, Turn};
use crate::notifications::reply::{self, Reply};
use crate::notifications::service::Ended;
use crate::notifications::service::attempt::{self, MAX_UNCONFIRMED, Step, Until};
use crate::notifications::service::sender::{Sender, telegram_message};
use crate::notifications::service::target::Target;
use crate::time::Time;
use crate::url::HttpsUrl;
use crate::users::error::UserError;
use crate::users::model::User;

/// Seconds that one try of an answer may take: longer than the function's time-out, so that no try outlives its lease.
const LEASE: i64 = 90;
/// The wait after Telegram could not be reached, or refused the bot. The queue tries five times, so two minutes in all.
const REFUSED: Duration = Duration::from_secs(30);
/// The wait for another worker that has leased a notification: a second longer than its lease.
const TAKEN: Duration = Duration::from_secs(attempt::LEASE.unsigned_abs() + 1);
/// Seconds that an answer is remembered: longer than a queue keeps a message.
const KEPT: i64 = 5 * 24 * 3600;

impl Sender {
    /// Sends a notification of a feed, if its recipient wants it. If a send was interrupted, the message may have
    /// arrived; it is sent only once more.
    pub async fn notification(
        &self,
        user_id: UserId,
        id: NotificationId,
        deadline: Time,
    ) -> Result<Ended, NotificationError> {
        let Some(found) = self.repository.notification(user_id, id).await? else { return Ok(Ended::Done) };
        if let Some(ended) = self.nothing_to_send(&found).await? {
            return Ok(ended);
        }
        if found.replaced {
            return self.skip(&found, Reason::Replaced).await;
        }
        match self.recipient(&found).await? {
            ControlFlow::Continue(user) => self.send_notification(&found, &user, deadline).await,
            ControlFlow::Break(reason) => self.skip(&found, reason).await,
        }
    }

    /// How the work ends if a notification is not to be sent now: it is done, another worker has the lease, or too many
    /// tries were interrupted. `None` if it is to be sent.
    async fn nothing_to_send(&self, found: &Notification) -> Result<Option<Ended>, NotificationError> {
        let (delivery, now) = (&found.telegram, self.clock.now());
        if delivery.state.is_final() {
            return Ok(Some(Ended::Done));
        }
        if delivery.has_lapsed(now) {
            if delivery.tries < MAX_UNCONFIRMED {
                return Ok(None);
            }
            let unknown = Delivery::ended(DeliveryState::Unknown, None, delivery.tries, now);
            self.store(&Target::Feed(found), delivery, &unknown).await?;
            return Ok(Some(Ended::Done));
        }
        // Another worker has the lease. A second after its end it has expired by every worker's clock.
        let held_for = delivery.leased_until.map(|until| now.until(until) + Duration::from_secs(1));
        Ok(held_for.filter(|_| delivery.state == DeliveryState::Leased).map(Ended::Later))
    }

    /// The recipient of a notification, or the reason to skip it.
    async fn recipient(&self, found: &Notification) -> Result<ControlFlow<Reason, User>, NotificationError> {
        let user = match self.users.get(found.user_id).await {
            Ok(user) => user,
            Err(UserError::NotFound) => return Ok(ControlFlow::Break(Reason::Gone)),
            Err(error) => return Err(error.into()),
        };
        let choices = self.repository.preferences(user.id).await?.map(|stored| stored.choices).unwrap_or_default();
        let skipped = choices.skip(&user, found.category, found.critical, self.clock.now());
        Ok(skipped.map_or(ControlFlow::Continue(user), ControlFlow::Break))
    }

    async fn send_notification(
        &self,
        found: &Notification,
        user: &User,
        deadline: Time,
    ) -> Result<Ended, NotificationError> {
        // A job's notification has no text of its own: the job's row is sent instead.
        let Some(html) = &found.html else { return Ok(Ended::Done) };
        let button = found.link.as_ref().map(|link| Button { text: link.label.as_str(), url: link.url.as_str() });
        let message = TelegramMessage { html, photo: None, button };
        let target = Target::Feed(found);
        let until = Until { deadline, not_after: found.not_after };
        match self.attempt(&target, user.telegram_id, &message, until).await? {
            Step::Next => Ok(Ended::Done),
            // The message comes back when the other worker's lease is over: it may die, and nobody else would look.
            Step::Taken => Ok(Ended::Later(TAKEN)),
            Step::NotBefore(time) | Step::ChatNotBefore(time) => {
                let message = self.notification_work(found)?.delayed(self.clock.now().until(time));
                self.repository.send(&message, None).await?;
                Ok(Ended::Done)
            }
            // Telegram refuses the bot's token: an operator has to correct it.
            Step::Stop => Ok(Ended::Later(REFUSED)),
        }
    }

    async fn skip(&self, notification: &Notification, reason: Reason) -> Result<Ended, NotificationError> {
        let delivery = &notification.telegram;
        let skipped = Delivery::ended(DeliveryState::Skipped, Some(reason), delivery.tries, self.clock.now());
        self.store(&Target::Feed(notification), delivery, &skipped).await?;
        Ok(Ended::Done)
    }

    fn notification_work(&self, notification: &Notification) -> Result<OutboxMessage, NotificationError> {
        Ok(messages::send(notification, self.clock.now(), &self.random)?)
    }

    /// Sends a job's message to the organiser who tests it.
    pub async fn test(
        &self,
        job: JobId,
        user: UserId,
        dedupe_key: &str,
        deadline: Time,
    ) -> Result<Ended, NotificationError> {
        let (Some(brief), Ok(user)) = (self.repository.brief(job).await?, self.users.get(user).await) else {
            return Ok(Ended::Done);
        };
        let language = user.language_code.as_deref();
        let Some(text) = brief.content.render(language, &brief.arguments, &user.first_name) else {
            return Ok(Ended::Done);
        };
        let work = DeliveryMessage::Test { v: VERSION, job_id: job, user_id: user.id };
        let message = telegram_message(&brief, &text.html);
        self.send_once((dedupe_key, &work), user.telegram_id, &message, deadline).await
    }

    /// Sends the bot's answer to a command.
    pub async fn reply(
        &self,
        chat: i64,
        reply: Reply,
        language: Option<&str>,
        dedupe_key: &str,
        deadline: Time,
    ) -> Result<Ended, NotificationError> {
        let app = self.app_url.as_ref().map(HttpsUrl::as_str);
        let button = reply.button(language).zip(app).map(|(text, url)| Button { text, url });
        let message = TelegramMessage { html: reply.html(language), photo: None, button };
        let work = DeliveryMessage::Reply { v: VERSION, chat_id: chat, reply, language: language.map(str::to_owned) };
        self.send_once((dedupe_key, &work), chat, &message, deadline).await
    }

    /// Sends a one-time code, unless it has expired.
    pub async fn code(
        &self,
        code: OneTimeMessage,
        dedupe_key: &str,
        deadline: Time,
    ) -> Result<Ended, NotificationError> {
        if self.clock.now() >= code.expires_at {
            return Ok(Ended::Done);
        }
        let html = reply::code(&code.code, code.language.as_deref());
        let message = TelegramMessage { html: &html, photo: None, button: None };
        let chat = code.chat_id;
        self.send_once((dedupe_key, &DeliveryMessage::Code(code)), chat, &message, deadline).await
    }

    /// Sends a message that is in no feed, once by its key.
    async fn send_once(
        &self,
        (dedupe_key, work): (&str, &DeliveryMessage),
        chat: i64,
        message: &TelegramMessage<'_>,
        deadline: Time,
    ) -> Result<Ended, NotificationError> {
        let ticket = match self.once.begin(&OnceKey::new("telegram", &[dedupe_key]), "", LEASE).await? {
            Begun::Started(ticket) => ticket,
            Begun::InFlight { until, .. } => return Ok(Ended::Later(self.clock.now().until(until))),
            // A repeated message takes no slot from others.
            Begun::Finished { .. } => return Ok(Ended::Done),
        };
        if let Turn::NotBefore(time) = self.pace.turn(Lane::Urgent, deadline).await? {
            self.once.abandon(ticket).await?;
            // A new message, as a queue gives one up that comes back often.
            let (topic, key, now) = (Lane::Urgent.topic(), dedupe_key.to_owned(), self.clock.now());
            let again = OutboxMessage::new(topic, key, work, now, &self.random)?.delayed(now.until(time));
            self.repository.send(&again, None).await?;
            return Ok(Ended::Done);
        }
        match self.telegram.send(chat, message).await {
            Err(TelegramError::RateLimited { retry_after }) => {
                let again = self.pace.refused(chat, retry_after).await?;
                self.once.abandon(ticket).await?;
                Ok(Ended::Later(self.clock.now().until(again)))
            }
            Err(TelegramError::Unavailable(_) | TelegramError::Unauthorized) => {
                self.once.abandon(ticket).await?;
                Ok(Ended::Later(REFUSED))
            }
            sent => {
                if let Err(error) = sent {
                    tracing::warn!(%error, "delivery.answer_not_sent");
                }
                self.once.finish(ticket, None, KEPT).await?;
                Ok(Ended::Done)
            }
        }
    }
}
