//! Notification jobs: one message to an audience, from the draft to the last recipient.
//!
//! ```text
//! draft -> scheduled -> expanding -> sending -> finished | finished_with_errors
//!   any of these -> cancelled      expanding, sending <-> paused      finished -> sending (retry failed)
//! ```

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approval::Approval;
use super::audience::{Audience, Place};
use super::chunk::{Chunk, Tally};
use super::content::Content;
use super::errand::{Errand, Sweep};
use super::model::{Category, Delivery, DeliveryState, Link, Reason};
use super::pace::Lane;
use crate::id::UserId;
use crate::notifications::model::{JobId, NotificationId};
use crate::text::{Line, Tag};
use crate::time::Time;
use crate::url::HttpsUrl;

/// The number of last sends by which a job is judged.
const WINDOW: u32 = 1_000;
/// More failures among them (5 %) pause the job.
const TOLERATED: u32 = WINDOW / 20;

/// The state of a job.
///
/// `expanding`: the audience is being listed, and sending has begun. `sending`: all recipients are known.
/// `finished_with_errors`: the job is over, and some deliveries have failed or are unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationJobState)]
pub enum JobState {
    /// Not started; it can be changed.
    Draft,
    /// Starts at `scheduled_at`.
    Scheduled,
    /// Its audience is being listed. Listed recipients get their messages already.
    Expanding,
    /// All recipients are known.
    Sending,
    /// Stopped. It can be resumed or cancelled.
    Paused,
    /// Every message was sent or skipped.
    Finished,
    /// Some messages could not be sent.
    FinishedWithErrors,
    /// Cancelled. Recipients that had not got the message do not get it.
    Cancelled,
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Expanding => "expanding",
            Self::Sending => "sending",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::FinishedWithErrors => "finished_with_errors",
            Self::Cancelled => "cancelled",
        })
    }
}

/// Why a job is paused.
///
/// `organiser`: an organiser paused it. `failures`: more than 5 % of the last 1,000 sends failed, not counting
/// recipients who blocked the bot. `bot_refused`: Telegram refuses the bot's token. `recipients`: its audience has more
/// users than one person may send to, or than a second one approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationJobPausedBy)]
pub enum PausedBy {
    /// An organiser.
    Organiser,
    /// The system: more than 5 % of the last 1,000 sends failed, not counting recipients who blocked the bot.
    Failures,
    /// The system: Telegram refuses the bot's token.
    BotRefused,
    /// The system: its audience has more users than were approved.
    Recipients,
}

/// The content and audience of a job. It does not change after the job has started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub job_id: JobId,
    /// The template's content when the job was created.
    pub content: Content,
    pub arguments: BTreeMap<String, String>,
    pub audience: Audience,
    pub category: Category,
    /// It is sent regardless of preferences.
    pub critical: bool,
    pub link: Option<Link>,
    pub photo_url: Option<HttpsUrl>,
    /// It is also posted in the configured groups.
    pub announce: bool,
    /// It is not sent after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sends {
    pub sends: u32,
    /// Failures that are not due to the recipient.
    pub faults: u32,
}

/// The right of one worker to list a job's audience. If it expires, its holder has crashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// A nonce of the worker.
    pub holder: String,
    /// When it expires.
    pub until: Time,
    /// The holder before has crashed, so some of the next notifications may exist already.
    pub inherited: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are documented where they are shown, in JobView")]
pub struct Job {
    pub id: JobId,
    pub title: Line<100>,
    pub template: Tag,
    pub category: Category,
    pub critical: bool,
    pub state: JobState,
    /// The state to return to when it is resumed.
    pub paused_in: Option<JobState>,
    pub paused_by: Option<PausedBy>,
    /// The job that replaced it: the rest of its messages are cancelled.
    #[serde(default)]
    pub replaced_by: Option<JobId>,
    /// The lane of its messages.
    #[serde(default)]
    pub lane: Lane,
    /// The recipients when a person started or scheduled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_recipients: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    pub scheduled_at: Option<Time>,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    /// The position in the audience; `None` at its end.
    pub place: Option<Place>,
    /// The lease of the worker that lists the audience.
    #[serde(default)]
    pub lease: Option<Lease>,
    /// Pages of the audience that were committed.
    pub pages: u32,
    /// Chunks of recipients that were written.
    pub chunks: u32,
    pub counts: Tally,
    /// The last sends, newest last.
    pub recent: Vec<Sends>,
    /// The sweep that is under way.
    pub sweep: Option<Sweep>,
    /// How often failed rows were retried.
    pub round: u32,
    /// When it last made progress.
    pub progressed_at: Time,
    pub created_by: String,
    pub created_at: Time,
    pub updated_at: Time,
    pub version: u64,
}

impl Job {
    /// Whether the scheduler watches it.
    pub fn is_open(&self) -> bool {
        match self.state {
            JobState::Scheduled | JobState::Expanding | JobState::Sending => true,
            JobState::Cancelled => self.finished_at.is_none(),
            JobState::Draft | JobState::Paused | JobState::Finished | JobState::FinishedWithErrors => false,
        }
    }

    pub const fn is_running(&self) -> bool {
        matches!(self.state, JobState::Expanding | JobState::Sending)
    }

    pub const fn is_editable(&self) -> bool {
        matches!(self.state, JobState::Draft | JobState::Scheduled)
    }

    /// Whether no recipient is left to list or to send to.
    pub const fn is_drained(&self) -> bool {
        self.place.is_none() && self.sweep.is_none() && self.counts.pending == 0 && self.counts.leased == 0
    }

    /// The id of its notification for a user. It is derived, so a worker that starts over writes no second one.
    pub fn notification_id(&self, user: UserId) -> NotificationId {
        let started_at = self.started_at.unwrap_or(self.created_at);
        NotificationId::derive(started_at, &[&self.id.to_string(), &user.to_string()])
    }

    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
        self.progressed_at = now;
    }

    pub fn start(&mut self, now: Time) {
        self.state = JobState::Expanding;
        self.started_at = Some(now);
        self.place = Some(Place::default());
    }

    /// Whether its audience is being listed, or will be after it is resumed.
    pub fn is_listing(&self) -> bool {
        self.paused_in.unwrap_or(self.state) == JobState::Expanding
    }

    /// Adds a page of its audience and moves on to the position after it; `None` at the end.
    pub fn list(&mut self, chunks: &[Chunk], next: Option<Place>) {
        for chunk in chunks {
            self.counts.replace(&Tally::default(), &chunk.counted);
        }
        self.chunks += u32::try_from(chunks.len()).unwrap_or(u32::MAX);
        self.pages += 1;
        self.place = next;
        if next.is_none() {
            *self.paused_in.as_mut().unwrap_or(&mut self.state) = JobState::Sending;
        }
    }

    pub fn pause(&mut self, by: PausedBy) {
        self.paused_in = Some(self.state);
        self.paused_by = Some(by);
        self.state = JobState::Paused;
    }

    pub fn resume(&mut self) {
        self.state = self.paused_in.take().unwrap_or(JobState::Sending);
        self.paused_by = None;
        self.recent.clear();
        // Workers dropped the messages about chunks while it was paused, so the chunks are enqueued again.
        self.sweep(self.sweep.map_or(Errand::Enqueue, |sweep| sweep.errand));
    }

    /// Begins a sweep. It replaces one that is under way.
    pub fn sweep(&mut self, errand: Errand) {
        self.sweep = Some(Sweep { errand, since: self.version, next: 0 });
    }

    /// Adds the changes of a chunk's rows to the counts, and pauses the job if too many sends failed.
    pub fn count(&mut self, before: &Tally, after: &Tally) {
        self.counts.replace(before, after);
        let ended = |tally: &Tally| tally.sent + tally.failed;
        let sends = ended(after).saturating_sub(ended(before));
        if sends == 0 {
            return;
        }
        self.recent.push(Sends { sends, faults: after.faults.saturating_sub(before.faults) });
        let total = |recent: &[Sends]| recent.iter().map(|part| part.sends).sum::<u32>();
        while self.recent.first().is_some_and(|oldest| total(&self.recent) - oldest.sends >= WINDOW) {
            self.recent.remove(0);
        }
        if self.is_running() && self.recent.iter().map(|part| part.faults).sum::<u32>() > TOLERATED {
            self.pause(PausedBy::Failures);
        }
    }

    /// Cancels it. Recipients that have not got the message do not get it.
    pub fn cancel(&mut self) {
        self.state = JobState::Cancelled;
        self.paused_in = None;
        self.paused_by = None;
        self.place = None;
        self.sweep(Errand::Cancel);
    }

    /// What becomes of a message that was not sent before the job was cancelled.
    pub fn cancelled(&self, now: Time) -> Delivery {
        Delivery::ended(DeliveryState::Cancelled, self.replaced_by.map(|_| Reason::Replaced), 0, now)
    }

    /// Ends it. The counts decide whether it finished with errors.
    pub fn finish(&mut self, now: Time) {
        self.finished_at = Some(now);
        if self.state != JobState::Cancelled {
            let errors = self.counts.failed + self.counts.unknown > 0;
            self.state = if errors { JobState::FinishedWithErrors } else { JobState::Finished };
        }
    }
}
