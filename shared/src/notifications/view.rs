//! What of notifications and jobs is shown: to their reader, and to organisers.

#![warn(missing_docs)]

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::audience::Audience;
use super::chunk::{Addressee, Row, Tally};
use super::content::{Content, Rendered};
use super::job::{Brief, Job, JobState, PausedBy};
use super::model::{Category, Delivery, DeliveryState, Link, Notification, Reason};
use crate::id::{JobId, NotificationId, UserId};
use crate::text::{Line, Tag};
use crate::time::Time;
use crate::url::HttpsUrl;

/// A notification as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedItem {
    /// Its id.
    pub id: NotificationId,
    /// What it is about.
    pub category: Category,
    /// It was sent whatever the preferences said.
    pub critical: bool,
    /// One line.
    pub title: String,
    /// Plain text.
    pub body: String,
    /// Where it leads.
    pub link: Option<Link>,
    /// When it was written.
    pub created_at: Time,
    /// When it was read; null until then.
    pub read_at: Option<Time>,
    /// How its delivery on Telegram stands.
    pub telegram: TelegramDelivery,
}

/// How a delivery on Telegram stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TelegramDelivery {
    /// How far it has come.
    pub state: DeliveryState,
    /// Why it was skipped, or failed.
    pub reason: Option<Reason>,
    /// When that was.
    pub at: Option<Time>,
}

impl From<Notification> for FeedItem {
    fn from(one: Notification) -> Self {
        let telegram = TelegramDelivery { state: one.telegram.state, reason: one.telegram.reason, at: one.telegram.at };
        Self {
            id: one.id,
            category: one.category,
            critical: one.critical,
            title: one.title,
            body: one.body,
            link: one.link,
            created_at: one.created_at,
            read_at: one.read_at,
            telegram,
        }
    }
}

/// A job and its progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// What organisers call it.
    pub title: Line<100>,
    /// The template it was written with.
    pub template: Tag,
    /// What it is about.
    pub category: Category,
    /// It reaches everybody, whatever their preferences.
    pub critical: bool,
    /// How far it has come.
    pub state: JobState,
    /// Who paused it, while it is paused.
    pub paused_by: Option<PausedBy>,
    /// When it starts by itself.
    pub scheduled_at: Option<Time>,
    /// When it started.
    pub started_at: Option<Time>,
    /// When it was over.
    pub finished_at: Option<Time>,
    /// How many recipients are in which state.
    pub counts: Tally,
    /// Who wrote it: a user, or a key.
    pub created_by: String,
    /// When it was written.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Rises by one with each change; changes need it as `If-Match`.
    pub version: u64,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            title: job.title,
            template: job.template,
            category: job.category,
            critical: job.critical,
            state: job.state,
            paused_by: job.paused_by,
            scheduled_at: job.scheduled_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
            counts: job.counts,
            created_by: job.created_by,
            created_at: job.created_at,
            updated_at: job.updated_at,
            version: job.version,
        }
    }
}

/// A job with what it sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FullJob {
    /// The job.
    #[serde(flatten)]
    pub job: JobView,
    /// What the template said when the job was written.
    pub content: Content,
    /// What stands for its placeholders.
    pub arguments: BTreeMap<String, String>,
    /// Whom it goes to.
    pub audience: Audience,
    /// A button under the message.
    pub link: Option<Link>,
    /// A photo above it.
    pub photo_url: Option<HttpsUrl>,
    /// It is posted in the configured groups, too.
    pub announce: bool,
}

impl From<(Job, Brief)> for FullJob {
    fn from((job, brief): (Job, Brief)) -> Self {
        Self {
            job: job.into(),
            content: brief.content,
            arguments: brief.arguments,
            audience: brief.audience,
            link: brief.link,
            photo_url: brief.photo_url,
            announce: brief.announce,
        }
    }
}

/// Who would get a job's message now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Preview {
    /// How many.
    pub count: usize,
    /// Some of them, with what they would get.
    pub sample: Vec<Sample>,
}

/// What somebody would get.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sample {
    /// Who.
    pub user_id: UserId,
    /// What.
    #[serde(flatten)]
    pub message: Rendered,
}

/// A recipient of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Recipient {
    /// Who.
    pub to: Addressee,
    /// What became of the message.
    pub state: DeliveryState,
    /// Why, where it was skipped or failed.
    pub reason: Option<Reason>,
    /// When that was.
    pub at: Option<Time>,
}

impl From<&Row> for Recipient {
    fn from(row: &Row) -> Self {
        let Delivery { state, reason, at, .. } = row.delivery;
        Self { to: row.to.clone(), state, reason, at }
    }
}
