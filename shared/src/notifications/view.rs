//! Notifications and jobs as the API shows them.

#![warn(missing_docs)]

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::approval::Approval;
use super::audience::Audience;
use super::chunk::{Addressee, Row, Tally};
use super::content::{Content, Rendered};
use super::job::{Brief, Job, JobState, PausedBy};
use super::model::{Category, Delivery, DeliveryState, Link, Notification, Reason};
use crate::id::UserId;
use crate::notifications::model::{JobId, NotificationId};
use crate::text::{Line, Tag};
use crate::time::Time;
use crate::url::HttpsUrl;

/// A notification in the feed of its recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FeedNotification)]
pub struct FeedItem {
    /// Id of the notification.
    pub id: NotificationId,
    /// The category.
    pub category: Category,
    /// Whether it was sent regardless of the preferences.
    pub critical: bool,
    /// Title: one line of plain text.
    pub title: String,
    /// Body in plain text.
    pub body: String,
    /// A link, shown as a button.
    pub link: Option<Link>,
    /// Creation time.
    pub created_at: Time,
    /// When the user read it. `null` if unread.
    pub read_at: Option<Time>,
    /// The delivery on Telegram.
    pub telegram: TelegramDelivery,
}

/// The delivery of a notification on Telegram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TelegramDelivery {
    /// Delivery state.
    pub state: DeliveryState,
    /// Why it was skipped, failed or cancelled.
    pub reason: Option<Reason>,
    /// When the state was last changed.
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
#[schema(as = NotificationJob)]
pub struct JobView {
    /// Id of the job.
    pub id: JobId,
    /// Title. Only organisers see it.
    pub title: Line<100>,
    /// Name of the template it was created from.
    pub template: Tag,
    /// The category.
    pub category: Category,
    /// Whether it is sent regardless of the recipients' preferences.
    pub critical: bool,
    /// State of the job.
    pub state: JobState,
    /// Why it is paused. `null` if it is not paused.
    pub paused_by: Option<PausedBy>,
    /// The job that says something newer about the same thing, and so cancelled this one.
    pub replaced_by: Option<JobId>,
    /// The number of recipients when a person last started or scheduled it, or asked to resume it with more. `null` if
    /// nobody has.
    pub expected_recipients: Option<u64>,
    /// The approval of a job to more than 5,000 recipients or to the Telegram groups. `null` if nobody has asked for one
    /// since the last edit.
    pub approval: Option<Approval>,
    /// Scheduled start time.
    pub scheduled_at: Option<Time>,
    /// Start time.
    pub started_at: Option<Time>,
    /// End time.
    pub finished_at: Option<Time>,
    /// The number of recipients in each delivery state.
    pub counts: Tally,
    /// Creator: a user's id, the name of an API key, or `system`.
    pub created_by: String,
    /// Creation time.
    pub created_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
    /// Version. It increases by one with each change; send it as `If-Match`.
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
            replaced_by: job.replaced_by,
            expected_recipients: job.expected_recipients,
            approval: job.approval,
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

/// A job with its message and audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NotificationJobWithContent)]
pub struct FullJob {
    /// The job and its progress.
    #[serde(flatten)]
    pub job: JobView,
    /// The template's content when the job was created.
    pub content: Content,
    /// The values of the placeholders, by name.
    pub arguments: BTreeMap<String, String>,
    /// The recipients.
    pub audience: Audience,
    /// A link, shown as a button under the message.
    pub link: Option<Link>,
    /// A photo above the message.
    pub photo_url: Option<HttpsUrl>,
    /// Whether it is also posted in the configured groups.
    pub announce: bool,
}

impl FullJob {
    /// A job with what it says.
    pub fn new(job: Job, brief: Brief) -> Self {
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

/// The recipients of a job as of now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NotificationJobPreview)]
pub struct Preview {
    /// Number of recipients. Send it as `expected_recipients` when you start or schedule the job.
    pub count: u64,
    /// Some recipients with their messages, at most five.
    pub sample: Vec<Sample>,
}

/// The message of one recipient.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NotificationJobSample)]
pub struct Sample {
    /// Id of the recipient.
    pub user_id: UserId,
    /// The rendered message.
    #[serde(flatten)]
    pub message: Rendered,
}

/// A recipient of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NotificationJobRecipient)]
pub struct Recipient {
    /// The user or group.
    pub to: Addressee,
    /// Delivery state.
    pub state: DeliveryState,
    /// Why the message was skipped, failed or cancelled.
    pub reason: Option<Reason>,
    /// When the state was last changed.
    pub at: Option<Time>,
}

impl From<&Row> for Recipient {
    fn from(row: &Row) -> Self {
        let Delivery { state, reason, at, .. } = row.delivery;
        Self { to: row.to.clone(), state, reason, at }
    }
}
