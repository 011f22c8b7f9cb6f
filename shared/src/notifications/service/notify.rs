//! Notices of other domains: one user is notified at once, an audience by a job that starts at once.

use crate::dynamo::{OutboxMessage, Topic};
use crate::id::UserId;
use crate::notifications::audience::Audience;
use crate::notifications::builtin;
use crate::notifications::content::MAX_MESSAGE;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job};
use crate::notifications::messages::{JobsMessage, UrgentMessage, VERSION};
use crate::notifications::model::{Delivery, JobId, Notification, NotificationId};
use crate::notifications::notice::{Notice, Recipients};
use crate::notifications::repository::Delivered;
use crate::notifications::service::jobs::new_job;
use crate::notifications::service::{Ended, Expander};
use crate::notifications::template::Template;

impl Expander {
    /// Sends a notice. A repeated notice changes nothing.
    pub async fn notify(&self, notice: Notice) -> Result<Ended, NotificationError> {
        let written = self.repository.template(&notice.template).await?;
        let Some(template) = written.or_else(|| builtin::template(&notice.template)) else {
            return Ok(Ended::Never("the template does not exist"));
        };
        if !template.draft.content.flaws_with(&notice.arguments, MAX_MESSAGE).is_empty() {
            return Ok(Ended::Never("the arguments do not fit the template"));
        }
        match notice.to.clone() {
            Recipients::User(user) => self.notify_user(notice, &template, user).await,
            Recipients::Audience(audience) => self.notify_audience(notice, &template, audience).await,
        }
    }

    async fn notify_user(&self, notice: Notice, template: &Template, user: UserId) -> Result<Ended, NotificationError> {
        let Some(member) = self.users.members_of(&[user]).await?.pop() else { return Ok(Ended::Done) };
        let choices = self.repository.preferences(user).await?.map(|stored| stored.choices).unwrap_or_default();
        let text =
            template.draft.content.render(member.language_code.as_deref(), &notice.arguments, &member.first_name);
        let Some(text) = text else { return Ok(Ended::Never("the template lacks its default language")) };
        let notification = Notification {
            id: NotificationId::derive(notice.at, &[&notice.dedupe_key, &user.to_string()]),
            user_id: user,
            category: notice.category,
            critical: notice.critical,
            title: text.title,
            body: text.body,
            link: notice.link,
            created_at: self.clock.now(),
            read_at: None,
            hidden: !notice.critical && !choices.in_app(notice.category),
            job_id: None,
            html: Some(text.html),
            telegram: Delivery::pending(),
        };
        let message = UrgentMessage::Notification { v: VERSION, user_id: user, notification_id: notification.id };
        let (key, now) = (format!("notification:{}", notification.id), self.clock.now());
        let message = OutboxMessage::new(Topic::NotificationUrgent, key, &message, now, &self.random)?;
        match self.repository.deliver_one(&notification, &message).await {
            Ok(()) | Err(Delivered::Already) => Ok(Ended::Done),
            Err(Delivered::Failed(error)) => Err(error.into()),
        }
    }

    async fn notify_audience(
        &self,
        notice: Notice,
        template: &Template,
        audience: Audience,
    ) -> Result<Ended, NotificationError> {
        if audience.problem().is_some() {
            return Ok(Ended::Never("the audience cannot be used"));
        }
        let id = JobId::derive(notice.at, &[&notice.dedupe_key]);
        let Ok(title) = template.name.as_str().parse() else { return Ok(Ended::Never("the template has no name")) };
        let brief = Brief {
            job_id: id,
            content: template.draft.content.clone(),
            arguments: notice.arguments,
            audience,
            category: notice.category,
            critical: notice.critical,
            link: notice.link,
            photo_url: None,
            announce: false,
        };
        let mut job: Job = new_job(&brief, title, template.name.clone(), "system".to_owned(), self.clock.now());
        job.start(notice.at);
        let message = self.progress.work(&job, &JobsMessage::Expand { v: VERSION, job_id: id })?;
        match self.repository.create_job(&job, &brief, Some(&message)).await {
            Ok(()) | Err(NotificationError::VersionConflict) => Ok(Ended::Done),
            Err(error) => Err(error),
        }
    }
}
