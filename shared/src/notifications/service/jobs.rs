//! Jobs before they start: a template with its arguments, and an audience.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use super::NotificationService;
use super::progress;
use crate::attempt;
use crate::audit::model::Actor;
use crate::dynamo::OutboxMessage;
use crate::expected::Expected;
use crate::id::UserId;
use crate::notifications::audience::Audience;
use crate::notifications::chunk::Tally;
use crate::notifications::content::{Flaw, MAX_CAPTION, MAX_MESSAGE, hidden_in};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job, JobState};
use crate::notifications::messages::{DeliveryMessage, VERSION};
use crate::notifications::model::{JobId, Link};
use crate::notifications::pace::Lane;
use crate::notifications::repository::Along;
use crate::notifications::template::Template;
use crate::notifications::view::{FullJob, JobView};
use crate::page::{Page, PageRequest};
use crate::text::{Line, Tag, not_null, set};
use crate::time::Time;
use crate::url::HttpsUrl;

/// A new job.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNotificationJob, example = json!({
    "title": "Hall change for founders",
    "template": "hall-change",
    "arguments": {"talk": "Rollups in practice", "hall": "Hall 2"},
    "audience": {"all": [{"group": {"attendees": {"conference": "ibw-2026"}}}, {"role": "founder"}]},
    "link": {"label": "Open the agenda", "url": "https://app.example.org/agenda"},
}))]
pub struct JobDraft {
    /// Title. Only organisers see it.
    pub title: Line<100>,
    /// Name of the template. The job keeps the template's current content.
    pub template: Tag,
    /// The values of the template's placeholders, by name.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
    /// The recipients.
    pub audience: Audience,
    /// Send it regardless of the recipients' preferences. Only for matters of safety.
    #[serde(default)]
    pub critical: bool,
    /// A link, shown as a button under the message.
    #[serde(default)]
    pub link: Option<Link>,
    /// A photo above the message. The message can then have at most 1,024 characters.
    #[serde(default)]
    pub photo_url: Option<HttpsUrl>,
    /// Also post it in the configured groups.
    #[serde(default)]
    pub announce: bool,
}

/// Changes to a job that has not started. A field that is not sent stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NotificationJobPatch, example = json!({"arguments": {"talk": "Rollups in practice", "hall": "Hall 3"}, "link": null}))]
pub struct JobPatch {
    /// Title. Only organisers see it.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub title: Option<Line<100>>,
    /// Name of the template. The job takes over its current content.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub template: Option<Tag>,
    /// The values of all placeholders, by name.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub arguments: Option<BTreeMap<String, String>>,
    /// The recipients.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub audience: Option<Audience>,
    /// Send it regardless of the recipients' preferences.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub critical: Option<bool>,
    /// A link, shown as a button under the message. `null` removes it.
    #[serde(deserialize_with = "serde_with::rust::double_option::deserialize")]
    pub link: Option<Option<Link>>,
    /// A photo above the message. `null` removes it.
    #[serde(deserialize_with = "serde_with::rust::double_option::deserialize")]
    pub photo_url: Option<Option<HttpsUrl>>,
    /// Also post it in the configured groups.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub announce: Option<bool>,
}

impl NotificationService {
    /// Creates a job as a draft.
    pub async fn create_job(&self, actor: &Actor, draft: JobDraft) -> Result<(Job, Brief), NotificationError> {
        let template = self.template(&draft.template).await.map_err(no_template)?;
        let now = self.clock.now();
        let job_id = JobId::of_request(now, &self.random);
        if attempt::is_repeated() && self.repository.job(job_id).await?.is_some() {
            return self.job(job_id).await;
        }
        let mut brief = Brief {
            job_id,
            content: template.draft.content.clone(),
            arguments: draft.arguments,
            audience: draft.audience,
            category: template.draft.category,
            critical: draft.critical,
            link: draft.link,
            photo_url: draft.photo_url,
            announce: draft.announce,
            not_after: None,
        };
        take_template(&mut brief, &template);
        check(&brief)?;
        let job = new_job(&brief, draft.title, draft.template, actor.name.clone(), now);
        let shown = FullJob::new(job.clone(), brief.clone());
        let (action, object) = ("notification_job.create", progress::path(job_id));
        let entry = self.progress.entry(actor, action, object, None, Some(&shown));
        self.repository.create_job(&job, &brief, &entry).await?;
        Ok((job, brief))
    }

    /// Changes a job that has not started.
    pub async fn update_job(
        &self,
        actor: &Actor,
        id: JobId,
        patch: JobPatch,
        expected: &Expected,
    ) -> Result<(Job, Brief), NotificationError> {
        let (mut job, mut brief) = self.job(id).await?;
        if !job.is_editable() {
            return Err(NotificationError::State(job.state));
        }
        if !expected.has(job.version) {
            return Err(NotificationError::PreconditionFailed);
        }
        let before = FullJob::new(job.clone(), brief.clone());
        if let Some(name) = patch.template {
            take_template(&mut brief, &self.template(&name).await.map_err(no_template)?);
            job.template = name;
        }
        set(&mut job.title, patch.title);
        set(&mut brief.arguments, patch.arguments);
        set(&mut brief.audience, patch.audience);
        set(&mut brief.critical, patch.critical);
        set(&mut brief.link, patch.link);
        set(&mut brief.photo_url, patch.photo_url);
        set(&mut brief.announce, patch.announce);
        check(&brief)?;
        (job.category, job.critical, job.lane) = (brief.category, brief.critical, Lane::of_job(brief.critical));
        // Nobody has counted the new audience, and nobody has approved the new message.
        let reaches_others = brief.audience != before.audience || brief.announce != before.announce;
        if reaches_others || job.approval.is_some() {
            job.state = JobState::Draft;
            (job.scheduled_at, job.expected_recipients, job.approval) = (None, None, None);
        }
        job.stamp(self.clock.now());
        let after = FullJob::new(job.clone(), brief.clone());
        let (action, object) = ("notification_job.update", progress::path(id));
        let entry = self.progress.entry(actor, action, object, Some(&before), Some(&after));
        let along = Along { brief: Some(&brief), message: None, entry: Some(&entry) };
        match self.repository.save_job(&job, along).await {
            Err(NotificationError::VersionConflict) => Err(NotificationError::PreconditionFailed),
            other => other.map(|()| (job, brief)),
        }
    }

    /// Deletes a draft.
    pub async fn delete_job(&self, actor: &Actor, id: JobId, expected: &Expected) -> Result<(), NotificationError> {
        let job = self.progress.job(id).await?;
        if job.state != JobState::Draft {
            return Err(NotificationError::State(job.state));
        }
        if !expected.has(job.version) {
            return Err(NotificationError::PreconditionFailed);
        }
        let shown = JobView::from(job.clone());
        let (action, object) = ("notification_job.delete", progress::path(id));
        let entry = self.progress.entry(actor, action, object, Some(&shown), None);
        self.repository.delete_job(&job, &entry).await
    }

    /// A job with its content.
    pub async fn job(&self, id: JobId) -> Result<(Job, Brief), NotificationError> {
        let (job, brief) = tokio::try_join!(self.repository.job(id), self.repository.brief(id))?;
        job.zip(brief).ok_or(NotificationError::NotFound("job"))
    }

    /// A page of all jobs, newest first.
    pub async fn jobs(&self, page: &PageRequest) -> Result<Page<Job>, NotificationError> {
        let context = ["jobs"];
        let after = page.after(&context)?;
        let found = self.repository.jobs(page.limit, after).await?;
        Ok(page.page(&context, found.items, found.last))
    }

    /// Sends a job's message to the organiser who tests it.
    pub async fn test_job(&self, actor: &Actor, id: JobId, user: UserId) -> Result<(), NotificationError> {
        self.progress.job(id).await?;
        let entry = self.progress.entry(actor, "notification_job.test", progress::path(id), None::<&()>, None);
        let message = DeliveryMessage::Test { v: VERSION, job_id: id, user_id: user };
        let key = format!("test:{}", hex::encode(self.random.bytes::<16>()));
        let message = OutboxMessage::new(Lane::Urgent.topic(), key, &message, self.clock.now(), &self.random)?;
        Ok(self.repository.send(&message, Some(&entry)).await?)
    }
}

/// A job that has not started.
pub(super) fn new_job(brief: &Brief, title: Line<100>, template: Tag, by: String, now: Time) -> Job {
    Job {
        id: brief.job_id,
        title,
        template,
        category: brief.category,
        critical: brief.critical,
        state: JobState::Draft,
        paused_in: None,
        paused_by: None,
        replaced_by: None,
        expected_recipients: None,
        approval: None,
        lane: Lane::of_job(brief.critical),
        scheduled_at: None,
        started_at: None,
        finished_at: None,
        place: None,
        lease: None,
        pages: 0,
        chunks: 0,
        counts: Tally::default(),
        recent: Vec::new(),
        sweep: None,
        round: 0,
        progressed_at: now,
        created_by: by,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn take_template(brief: &mut Brief, template: &Template) {
    brief.content = template.draft.content.clone();
    brief.category = template.draft.category;
}

fn no_template(error: NotificationError) -> NotificationError {
    match error {
        NotificationError::NotFound(_) => invalid("template", "does not exist"),
        other => other,
    }
}

fn invalid(field: &str, message: &str) -> NotificationError {
    NotificationError::Invalid(vec![Flaw { field: field.to_owned(), message: message.to_owned() }])
}

/// Checks that a brief can be sent to every member of its audience.
fn check(brief: &Brief) -> Result<(), NotificationError> {
    if let Some(problem) = brief.audience.problem() {
        return Err(invalid("audience", problem));
    }
    if brief.announce && brief.content.is_personal() {
        return Err(invalid("announce", "must be false: the message uses {first_name}, and a group has no first name"));
    }
    let max = if brief.photo_url.is_some() { MAX_CAPTION } else { MAX_MESSAGE };
    let mut flaws = brief.content.flaws_with(&brief.arguments, max);
    flaws.extend(hidden_in(&brief.arguments));
    if flaws.is_empty() { Ok(()) } else { Err(NotificationError::Invalid(flaws)) }
}
