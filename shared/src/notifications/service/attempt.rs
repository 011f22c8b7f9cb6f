//! One message to one chat: turn, lease, send, and what Telegram's answer means. Rows of jobs and single notifications go the
//! same way; they differ in where their state is kept, and in what is done when it is not known whether a message arrived.

use std::time::Duration;

use crate::clients::telegram::{TelegramError, TelegramMessage};
use crate::dynamo::backoff;
use crate::id::UserId;
use crate::notifications::chunk::{Addressee, Chunk};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState, PausedBy};
use crate::notifications::model::{Delivery, DeliveryState, Notification, Reason};
use crate::notifications::pace::{Lane, Turn};
use crate::notifications::service::Sender;
use crate::notifications::service::delivery::row_change;
use crate::time::Time;
use crate::users::model::ChatState;

/// How long a send may take, in seconds: longer than the client's time-out and the writes around it.
const LEASE: i64 = 60;
/// Sends of one message that may fail for want of Telegram.
const MAX_TRIES: u32 = 6;
/// Sends of one single message of which it is not known whether they arrived.
pub(super) const MAX_UNCONFIRMED: u32 = 2;
/// The first bound of the wait after Telegram could not be reached, and the last.
const WAIT: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(15));

/// Where the state of a message is kept.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// In a row of a job.
    Row {
        /// The job as it was read.
        job: &'a Job,
        /// The chunk as it was read.
        chunk: &'a Chunk,
        /// Which row.
        position: usize,
    },
    /// In the feed.
    Feed(&'a Notification),
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// This one is over, or somebody else's.
    Next,
    /// The job does not go on.
    Stop,
    /// It is this one's turn at this time, when this worker will not be there any more.
    NotBefore(Time),
}

impl Target<'_> {
    fn delivery(&self) -> &Delivery {
        match self {
            Self::Row { chunk, position, .. } => &chunk.rows[*position].delivery,
            Self::Feed(notification) => &notification.telegram,
        }
    }

    fn user(&self) -> Option<UserId> {
        match self {
            Self::Row { chunk, position, .. } => match chunk.rows[*position].to {
                Addressee::User(user) => Some(user),
                Addressee::Group(_) => None,
            },
            Self::Feed(notification) => Some(notification.user_id),
        }
    }
}

impl Sender {
    /// Sends a message that is pending, or whose lease is to be taken over.
    pub(super) async fn attempt(
        &self,
        target: &Target<'_>,
        lane: Lane,
        chat: i64,
        message: &TelegramMessage<'_>,
        deadline: Time,
    ) -> Result<Step, NotificationError> {
        let holder = hex::encode(self.random.bytes::<8>());
        let (mut chat, mut now_is, mut tries) = (chat, target.delivery().clone(), target.delivery().tries);
        loop {
            if let Turn::NotBefore(time) = self.pace.turn(lane, deadline).await? {
                self.release(target, &now_is, tries).await?;
                return Ok(Step::NotBefore(time));
            }
            if let Some(stopped) = self.stopped(target).await? {
                self.release(target, &now_is, tries).await?;
                if stopped.state == JobState::Cancelled {
                    self.cancel_pending(target).await?;
                }
                return Ok(Step::Stop);
            }
            let now = self.clock.now();
            tries += 1;
            let leased = Delivery {
                state: DeliveryState::Leased,
                reason: None,
                tries,
                holder: Some(holder.clone()),
                leased_until: Some(now.plus_seconds(LEASE)),
                at: Some(now),
            };
            if !self.lease(target, &now_is, &leased).await? {
                return Ok(Step::Next);
            }
            now_is = leased;
            let failure = match self.telegram.send(chat, message).await {
                Ok(_) => return self.end(target, &now_is, DeliveryState::Sent, None).await,
                Err(failure) => failure,
            };
            match failure {
                TelegramError::RateLimited { retry_after } => {
                    let paused = self.pace.pause(retry_after).await;
                    // It was not tried: Telegram did not look at it.
                    tries -= 1;
                    now_is = self.release(target, &now_is, tries).await?;
                    paused?;
                }
                TelegramError::Unavailable(_) if tries < MAX_TRIES => {
                    let retry_at = self.clock.now().plus(backoff(&self.random, WAIT.0, WAIT.1, tries));
                    if retry_at > deadline {
                        self.release(target, &now_is, tries).await?;
                        return Ok(Step::NotBefore(retry_at));
                    }
                    self.clock.sleep_until(retry_at).await;
                }
                TelegramError::Unconfirmed if lane == Lane::Urgent && tries < MAX_UNCONFIRMED => {}
                TelegramError::Migrated { to } if to != chat => {
                    self.repository.move_chat(chat, to).await?;
                    chat = to;
                }
                TelegramError::Unauthorized => {
                    self.release(target, &now_is, tries - 1).await?;
                    return self.bot_refused(target).await;
                }
                other => return self.fail(target, &now_is, &other).await,
            }
        }
    }

    /// The job of a row, if it does not run any more.
    async fn stopped(&self, target: &Target<'_>) -> Result<Option<Job>, NotificationError> {
        let Target::Row { job, .. } = target else { return Ok(None) };
        let job = self.progress.job(job.id).await?;
        Ok(Some(job).filter(|job| !job.is_running()))
    }

    /// Cancels the rows of a row's chunk that nobody has tried.
    async fn cancel_pending(&self, target: &Target<'_>) -> Result<(), NotificationError> {
        let Target::Row { job, chunk: Chunk { number, .. }, .. } = target else { return Ok(()) };
        while let Some(chunk) = self.repository.chunk(job.id, *number).await? {
            let cancelled = Delivery::ended(DeliveryState::Cancelled, None, 0, self.clock.now());
            let pending = chunk.positions(|delivery| delivery.state == DeliveryState::Pending);
            let change = |position| row_change(job, &chunk, position, cancelled.clone());
            let changes: Vec<_> = pending.into_iter().map(change).collect();
            if changes.is_empty() || self.repository.change_rows(job.id, *number, &changes, None).await? {
                break;
            }
        }
        Ok(())
    }

    async fn lease(
        &self,
        target: &Target<'_>,
        before: &Delivery,
        leased: &Delivery,
    ) -> Result<bool, NotificationError> {
        Ok(match target {
            Target::Row { job, chunk, position } => {
                let mut change = row_change(job, chunk, *position, leased.clone());
                change.before = before.clone();
                self.repository.lease(job.id, chunk.number, &change).await?
            }
            Target::Feed(_) => self.store(target, before, leased).await?,
        })
    }

    /// Writes what became of a message, if it is still as it was left.
    pub(super) async fn store(
        &self,
        target: &Target<'_>,
        before: &Delivery,
        after: &Delivery,
    ) -> Result<bool, NotificationError> {
        Ok(match target {
            Target::Row { job, chunk, position } => {
                let mut change = row_change(job, chunk, *position, after.clone());
                change.before = before.clone();
                self.repository.change_rows(job.id, chunk.number, &[change], None).await?
            }
            Target::Feed(notification) => {
                let mut read = (*notification).clone();
                read.telegram = before.clone();
                self.repository.change_delivery(&read, after).await?
            }
        })
    }

    /// Gives a lease back, after so many tries: what is not sent now may be sent by anybody.
    async fn release(&self, target: &Target<'_>, now_is: &Delivery, tries: u32) -> Result<Delivery, NotificationError> {
        let pending = Delivery { tries, ..Delivery::pending() };
        // One that was to be taken over, and is not ours yet, stays as it is.
        if now_is.state == DeliveryState::Leased && now_is.holder != target.delivery().holder {
            self.store(target, now_is, &pending).await?;
        }
        Ok(pending)
    }

    async fn end(
        &self,
        target: &Target<'_>,
        now_is: &Delivery,
        state: DeliveryState,
        reason: Option<Reason>,
    ) -> Result<Step, NotificationError> {
        let ended = Delivery::ended(state, reason, now_is.tries, self.clock.now());
        if !self.store(target, now_is, &ended).await? {
            tracing::warn!("delivery.lease_lost");
        }
        Ok(Step::Next)
    }

    /// Ends a message that cannot be delivered; who blocked the bot is not written to any more.
    async fn fail(
        &self,
        target: &Target<'_>,
        now_is: &Delivery,
        failure: &TelegramError,
    ) -> Result<Step, NotificationError> {
        let reason = match failure {
            TelegramError::Blocked => Reason::Blocked,
            TelegramError::ChatNotFound => Reason::ChatNotFound,
            TelegramError::Unavailable(_) => Reason::Unavailable,
            TelegramError::Unconfirmed => Reason::Unconfirmed,
            _ => Reason::Rejected,
        };
        self.end(target, now_is, DeliveryState::Failed, Some(reason)).await?;
        tracing::info!(%reason, "delivery.failed");
        if reason.is_the_recipients()
            && let Some(user) = target.user()
            && let Err(error) = self.users.set_chat(user, ChatState::Blocked).await
        {
            // The next message will find out again.
            tracing::warn!(user.id = %user, %error, "delivery.block_not_recorded");
        }
        Ok(Step::Next)
    }

    /// Telegram does not know the bot: a job is paused until an operator has seen to it.
    async fn bot_refused(&self, target: &Target<'_>) -> Result<Step, NotificationError> {
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
        Ok(Step::Stop)
    }
}
