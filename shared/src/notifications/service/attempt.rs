//! One message to one chat: slot, lease, send, and the reaction to Telegram's answer. It is the same for rows of jobs
//! and for single notifications, except where their state is stored, and what follows if it is unknown whether a
//! message arrived.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::clients::telegram::{TelegramError, TelegramMessage};
use crate::dynamo::backoff;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState, PausedBy};
use crate::notifications::model::{Delivery, DeliveryState, Reason};
use crate::notifications::pace::Turn;
use crate::notifications::service::sender::Sender;
use crate::notifications::service::target::Target;
use crate::time::Time;
use crate::users::model::ChatState;

/// Seconds that a send may take: longer than the client's time-out and the writes around it.
pub(super) const LEASE: i64 = 60;
/// Sends of one message before it fails as `unavailable`. The waits between them take half a minute at most. After a
/// longer outage, an organiser retries the failed rows.
const MAX_TRIES: u32 = 6;
/// Unconfirmed sends of one single message. A second send may be a copy; more copies would be a nuisance.
pub(super) const MAX_UNCONFIRMED: u32 = 2;
/// Bounds of the wait after Telegram could not be reached. It doubles from try to try up to the second bound, with
/// jitter, so that workers do not come back together.
const WAIT: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(15));

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The message is done.
    Next,
    /// Another worker has it, or has ended it.
    Taken,
    /// The job does not run any more.
    Stop,
    /// Nothing of the lane can be sent before this time, which is after this worker's deadline.
    NotBefore(Time),
    /// The chat can have no message before this time; others can.
    ChatNotBefore(Time),
}

/// The time for a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until {
    /// The end of this worker's time.
    pub(super) deadline: Time,
    /// The end of the message's use.
    pub(super) not_after: Option<Time>,
}

/// A message on its way to a chat.
struct Attempt<'a> {
    target: &'a Target<'a>,
    message: &'a TelegramMessage<'a>,
    deadline: Time,
    /// It is not sent after this time.
    not_after: Option<Time>,
    /// The chat. It changes when Telegram says that the group has moved.
    chat: i64,
    /// A nonce that distinguishes this worker's lease from others.
    holder: String,
    /// The delivery as it is stored.
    stored: Delivery,
    /// Sends that were begun, including those of other workers.
    tries: u32,
}

impl Attempt<'_> {
    /// The delivery with the lease of the next send.
    fn leased(&self, now: Time) -> Delivery {
        Delivery {
            state: DeliveryState::Leased,
            reason: None,
            tries: self.tries,
            holder: Some(self.holder.clone()),
            leased_until: Some(now.plus_seconds(LEASE)),
            not_before: None,
            at: Some(now),
        }
    }

    /// Whether the stored lease is this worker's. An expired lease that it takes over is not.
    fn has_lease(&self) -> bool {
        self.stored.state == DeliveryState::Leased && self.stored.holder.as_ref() == Some(&self.holder)
    }
}

impl Sender {
    /// Sends a message that is pending, or whose lease has expired: takes a lease, sends, and reacts to Telegram's
    /// answer, until it is done.
    pub(super) async fn attempt(
        &self,
        target: &Target<'_>,
        chat: i64,
        message: &TelegramMessage<'_>,
        until: Until,
    ) -> Result<Step, NotificationError> {
        let holder = hex::encode(self.random.bytes::<8>());
        let stored = target.delivery().clone();
        let (tries, Until { deadline, not_after }) = (stored.tries, until);
        let mut attempt = Attempt { target, message, deadline, not_after, chat, holder, stored, tries };
        loop {
            let mut next = self.take_lease(&mut attempt).await?;
            if next.is_continue() {
                next = self.send(&mut attempt).await?;
            }
            if let ControlFlow::Break(step) = next {
                return Ok(step);
            }
        }
    }

    /// Waits for a slot and leases the message, to be sent next.
    async fn take_lease(&self, attempt: &mut Attempt<'_>) -> Result<ControlFlow<Step>, NotificationError> {
        // A message that is of no use takes no slot from others.
        if self.is_late(attempt) {
            return self.expire(attempt).await;
        }
        if let Turn::NotBefore(time) = self.pace.turn(attempt.target.lane(), attempt.deadline).await? {
            self.release(attempt).await?;
            return Ok(ControlFlow::Break(Step::NotBefore(time)));
        }
        // The wait may have been long: a job that was paused or cancelled in the meantime sends nothing more.
        if let Some(stopped) = self.stopped(attempt.target).await? {
            self.release(attempt).await?;
            if let (JobState::Cancelled, Target::Row { chunk, .. }) = (stopped.state, attempt.target) {
                self.cancel_pending(&stopped, chunk.number).await?;
            }
            return Ok(ControlFlow::Break(Step::Stop));
        }
        if self.is_late(attempt) {
            return self.expire(attempt).await;
        }
        attempt.tries += 1;
        let leased = attempt.leased(self.clock.now());
        if !self.lease(attempt.target, &attempt.stored, &leased).await? {
            return Ok(ControlFlow::Break(Step::Taken));
        }
        attempt.stored = leased;
        Ok(ControlFlow::Continue(()))
    }

    fn is_late(&self, attempt: &Attempt<'_>) -> bool {
        attempt.not_after.is_some_and(|last| last < self.clock.now())
    }

    /// Skips a message that is of no use any more.
    async fn expire(&self, attempt: &Attempt<'_>) -> Result<ControlFlow<Step>, NotificationError> {
        self.end(attempt, DeliveryState::Skipped, Some(Reason::Expired)).await?;
        Ok(ControlFlow::Break(Step::Next))
    }

    /// Sends a leased message. A message that is tried again keeps its lease, unless Telegram did not accept the
    /// request at all.
    async fn send(&self, attempt: &mut Attempt<'_>) -> Result<ControlFlow<Step>, NotificationError> {
        let Err(failure) = self.telegram.send(attempt.chat, attempt.message).await else {
            self.end(attempt, DeliveryState::Sent, None).await?;
            return Ok(ControlFlow::Break(Step::Next));
        };
        match failure {
            TelegramError::RateLimited { retry_after } => self.hold_back(attempt, retry_after).await,
            TelegramError::Unavailable(_) if attempt.tries < MAX_TRIES => self.wait_for_telegram(attempt).await,
            // It may have arrived. Of a single message, two copies are better than none; of a job's message, none is
            // better than two.
            TelegramError::Unconfirmed if attempt.target.is_single() && attempt.tries < MAX_UNCONFIRMED => {
                Ok(ControlFlow::Continue(()))
            }
            TelegramError::Migrated { to } if to != attempt.chat => {
                self.repository.move_chat(attempt.chat, to).await?;
                attempt.chat = to;
                Ok(ControlFlow::Continue(()))
            }
            TelegramError::Unauthorized => {
                // Telegram refused the bot's token and did not look at the message, so this was no try.
                attempt.tries -= 1;
                self.release(attempt).await?;
                self.bot_refused(attempt.target).await?;
                Ok(ControlFlow::Break(Step::Stop))
            }
            other => {
                self.fail(attempt, &other).await?;
                Ok(ControlFlow::Break(Step::Next))
            }
        }
    }

    /// Gives the message back, as Telegram accepts none for this chat for a while.
    async fn hold_back(
        &self,
        attempt: &mut Attempt<'_>,
        retry_after: Duration,
    ) -> Result<ControlFlow<Step>, NotificationError> {
        let refused = self.pace.refused(attempt.chat, retry_after).await;
        // Telegram did not look at the message, so this was no try. Release the lease even if the refusal could not be
        // stored.
        attempt.tries -= 1;
        self.release_until(attempt, refused.as_ref().ok().copied()).await?;
        Ok(ControlFlow::Break(Step::ChatNotBefore(refused?)))
    }

    /// Waits before the next try and keeps the lease, or releases it if that try is after this worker's deadline.
    async fn wait_for_telegram(&self, attempt: &mut Attempt<'_>) -> Result<ControlFlow<Step>, NotificationError> {
        let retry_at = self.clock.now().plus(backoff(&self.random, WAIT.0, WAIT.1, attempt.tries));
        if retry_at > attempt.deadline {
            self.release(attempt).await?;
            return Ok(ControlFlow::Break(Step::NotBefore(retry_at)));
        }
        self.clock.sleep_until(retry_at).await;
        Ok(ControlFlow::Continue(()))
    }

    /// The job of a row, if it does not run any more.
    async fn stopped(&self, target: &Target<'_>) -> Result<Option<Job>, NotificationError> {
        let Target::Row { job, .. } = target else { return Ok(None) };
        let job = self.progress.job(job.id).await?;
        Ok(Some(job).filter(|job| !job.is_running()))
    }

    /// Releases the lease, if there is one, so that any worker can send the message.
    async fn release(&self, attempt: &mut Attempt<'_>) -> Result<(), NotificationError> {
        self.release_until(attempt, None).await
    }

    /// The same, and no worker sends the message before this time.
    async fn release_until(
        &self,
        attempt: &mut Attempt<'_>,
        not_before: Option<Time>,
    ) -> Result<(), NotificationError> {
        let pending = Delivery { tries: attempt.tries, not_before, ..Delivery::pending() };
        if attempt.has_lease() {
            self.store(attempt.target, &attempt.stored, &pending).await?;
            attempt.stored = pending;
        }
        Ok(())
    }

    /// Stores the result of a message that this worker holds.
    async fn end(
        &self,
        attempt: &Attempt<'_>,
        state: DeliveryState,
        reason: Option<Reason>,
    ) -> Result<(), NotificationError> {
        let ended = Delivery::ended(state, reason, attempt.stored.tries, self.clock.now());
        if !self.store(attempt.target, &attempt.stored, &ended).await? {
            tracing::warn!("delivery.lease_lost");
        }
        Ok(())
    }

    /// Ends a message that cannot be delivered. If the user has blocked the bot, the profile records it.
    async fn fail(&self, attempt: &Attempt<'_>, failure: &TelegramError) -> Result<(), NotificationError> {
        let reason = match failure {
            TelegramError::Blocked => Reason::Blocked,
            TelegramError::ChatNotFound => Reason::ChatNotFound,
            TelegramError::Unavailable(_) => Reason::Unavailable,
            TelegramError::Unconfirmed => Reason::Unconfirmed,
            _ => Reason::Rejected,
        };
        self.end(attempt, DeliveryState::Failed, Some(reason)).await?;
        tracing::info!(%reason, "delivery.failed");
        if reason.is_the_recipients()
            && let Some(user) = attempt.target.user()
            && let Err(error) = self.users.set_chat(user, ChatState::Blocked).await
        {
            // The next message finds out again.
            tracing::warn!(user.id = %user, %error, "delivery.block_not_recorded");
        }
        Ok(())
    }

    /// Telegram refuses the bot: the job is paused until an operator has corrected the token.
    async fn bot_refused(&self, target: &Target<'_>) -> Result<(), NotificationError> {
        tracing::error!("telegram.bot_refused");
        if let Target::Row { job, .. } = target {
            let pause = |job: &mut Job| {
                if job.is_running() {
                    job.pause(PausedBy::BotRefused);
                }
                Ok(None)
            };
            self.progress.change(job.id, pause).await?;
        }
        Ok(())
    }
}
