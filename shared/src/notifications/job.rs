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

use super::audience::{Audience, Place};
use super::chunk::{Chunk, Tally};
use super::content::Content;
use super::model::{Category, Link};
use crate::id::{JobId, NotificationId, UserId};
use crate::text::{Line, Tag};
use crate::time::Time;
use crate::url::HttpsUrl;

/// Sends that are looked back on to see whether a job goes wrong.
const WINDOW: u32 = 1_000;
/// Failures among them that pause the job: more than 5 %.
const TOLERATED: u32 = WINDOW / 20;

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Being written.
    Draft,
    /// Starts by itself at `scheduled_at`.
    Scheduled,
    /// Its audience is being listed; those who are listed get their messages already.
    Expanding,
    /// All recipients are known.
    Sending,
    /// Stopped, to be resumed or cancelled.
    Paused,
    /// Every recipient was told, or was to be skipped.
    Finished,
    /// It is over, and some could not be told.
    FinishedWithErrors,
    /// Called off: those not told by then are not.
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

/// Who paused a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PausedBy {
    /// An organiser.
    Organiser,
    /// The system: of the last 1,000 sends more than 5 % failed, not counting recipients who blocked the bot.
    Failures,
    /// The system: Telegram does not take the bot's token.
    BotRefused,
}

/// What is done to a job's rows besides sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// Have every chunk worked on that is not done.
    Enqueue,
    /// Failed rows become pending.
    Retry,
    /// Pending rows become cancelled.
    Cancel,
}

/// An errand on its way through a job's chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    pub errand: Errand,
    /// The job's version when it set out: no two sweeps of a job have the same.
    pub since: u64,
    /// The number of the first chunk that it has not come to.
    pub next: u32,
}

/// What is sent, to whom. It does not change any more once the job has started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub job_id: JobId,
    /// What the template said when the job was written.
    pub content: Content,
    /// What stands for its placeholders.
    pub arguments: BTreeMap<String, String>,
    pub audience: Audience,
    /// What it is about.
    pub category: Category,
    /// It reaches everybody whatever their preferences.
    pub critical: bool,
    /// A button under the message.
    pub link: Option<Link>,
    /// A photo above it.
    pub photo_url: Option<HttpsUrl>,
    /// It is posted in the configured groups, too.
    pub announce: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sends {
    pub sends: u32,
    /// How many failed for other reasons than the recipient.
    pub faults: u32,
}

/// The right of one worker to list a job's audience. Whoever holds one that has lapsed has died.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The worker's turn: a nonce.
    pub holder: String,
    /// Until when nobody else may.
    pub until: Time,
    /// The holder before has died, so some of what is to be written may be there.
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
    /// What it goes back to when it is resumed.
    pub paused_in: Option<JobState>,
    pub paused_by: Option<PausedBy>,
    pub scheduled_at: Option<Time>,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    /// How far the audience was gone through; `None` at its end.
    pub place: Option<Place>,
    /// Who goes through it.
    #[serde(default)]
    pub lease: Option<Lease>,
    /// Pages of the audience that were committed.
    pub pages: u32,
    /// Chunks of recipients that were written.
    pub chunks: u32,
    pub counts: Tally,
    /// The last sends, newest last.
    pub recent: Vec<Sends>,
    /// Work on the rows that has yet to end, and how far it has come.
    pub sweep: Option<Sweep>,
    /// How often failed rows were retried.
    pub round: u32,
    /// When it last got on.
    pub progressed_at: Time,
    pub created_by: String,
    pub created_at: Time,
    pub updated_at: Time,
    pub version: u64,
}

impl Job {
    /// Whether the scheduler has to look after it.
    pub fn is_open(&self) -> bool {
        match self.state {
            JobState::Scheduled | JobState::Expanding | JobState::Sending => true,
            JobState::Cancelled => self.finished_at.is_none(),
            JobState::Draft | JobState::Paused | JobState::Finished | JobState::FinishedWithErrors => false,
        }
    }

    /// Whether messages are to be sent now.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, JobState::Expanding | JobState::Sending)
    }

    /// Whether it can still be changed.
    pub const fn is_editable(&self) -> bool {
        matches!(self.state, JobState::Draft | JobState::Scheduled)
    }

    /// Whether nobody is left who could be told.
    pub const fn is_drained(&self) -> bool {
        self.place.is_none() && self.sweep.is_none() && self.counts.pending == 0 && self.counts.leased == 0
    }

    /// The id of its notification for a user: always the same one, so that no second one is written by whoever starts over.
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

    /// Whether its audience is being listed, or will be once it is resumed.
    pub fn is_listing(&self) -> bool {
        self.paused_in.unwrap_or(self.state) == JobState::Expanding
    }

    /// Takes over a page of its audience, with the place after it; `None` at the end.
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

    /// Stops it, until it is resumed.
    pub fn pause(&mut self, by: PausedBy) {
        self.paused_in = Some(self.state);
        self.paused_by = Some(by);
        self.state = JobState::Paused;
    }

    pub fn resume(&mut self) {
        self.state = self.paused_in.take().unwrap_or(JobState::Sending);
        self.paused_by = None;
        self.recent.clear();
        // What was said of chunks while it was paused, nobody heeded.
        self.sweep(self.sweep.map_or(Errand::Enqueue, |sweep| sweep.errand));
    }

    /// Begins to go through its chunks, in place of what was begun before.
    pub fn sweep(&mut self, errand: Errand) {
        self.sweep = Some(Sweep { errand, since: self.version, next: 0 });
    }

    /// Takes over what became of a chunk's rows, and pauses if that goes wrong.
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

    /// Ends it, as the counts say.
    pub fn finish(&mut self, now: Time) {
        self.finished_at = Some(now);
        if self.state != JobState::Cancelled {
            let errors = self.counts.failed + self.counts.unknown > 0;
            self.state = if errors { JobState::FinishedWithErrors } else { JobState::Finished };
        }
    }
}
