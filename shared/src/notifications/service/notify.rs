//! Notices of other domains: users are notified at once, an audience by a job that starts at once.

use std::time::Duration;

use crate::dynamo::OutboxMessage;
use crate::id::UserId;
use crate::notifications::audience::Audience;
use crate::notifications::builtin;
use crate::notifications::cause;
use crate::notifications::content::MAX_MESSAGE;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job};
use crate::notifications::messages::{self, JobsMessage, VERSION};
use crate::notifications::model::{Delivery, DeliveryState, JobId, Notification, NotificationId, Reason};
use crate::notifications::notice::{Cause, Notice, Recipients};
use crate::notifications::pace::Lane;
use crate::notifications::repository::Delivered;
use crate::notifications::service::jobs::new_job;
use crate::notifications::service::replace::Standing;
use crate::notifications::service::{Ended, Expander};
use crate::notifications::template::Template;
use crate::users::member::Member;

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
        match &notice.to {
            Recipients::User(user) => self.notify_users(&notice, &template, &[*user]).await,
            Recipients::Users(users) => self.notify_users(&notice, &template, users).await,
            Recipients::Audience(audience) => self.notify_audience(&notice, &template, audience).await,
        }
    }

    /// Sends several notices. If one fails, all come again, and those that were sent change nothing.
    pub async fn notify_each(&self, notices: Vec<Notice>) -> Result<Ended, NotificationError> {
        let mut all = Ended::Done;
        for notice in notices {
            match self.notify(notice).await? {
                Ended::Done => {}
                other => all = other,
            }
        }
        Ok(all)
    }

    async fn notify_users(
        &self,
        notice: &Notice,
        template: &Template,
        users: &[UserId],
    ) -> Result<Ended, NotificationError> {
        let members = async { Ok::<_, NotificationError>(self.users.members_of(users).await?) };
        let choices = async { Ok(self.repository.choices_of(users).await?) };
        let (members, choices) = tokio::try_join!(members, choices)?;
        let hides = |member: &Member| {
            !notice.critical && choices.get(&member.user_id).is_some_and(|choices| !choices.in_app(notice.category))
        };
        let news: Option<Vec<Notification>> =
            members.iter().map(|member| self.notification(notice, template, member, hides(member))).collect();
        let Some(news) = news else { return Ok(Ended::Never("the template lacks its default language")) };
        // Most notices to several are new to all of them, and one transaction is enough.
        if news.len() > 1 && self.deliver_together(&news).await? {
            return Ok(Ended::Done);
        }
        for notification in news {
            self.deliver_one(notice, notification).await?;
        }
        Ok(Ended::Done)
    }

    /// The notification of a notice for one user; `None` if the template lacks its default language.
    fn notification(
        &self,
        notice: &Notice,
        template: &Template,
        member: &Member,
        hidden: bool,
    ) -> Option<Notification> {
        let (content, language) = (&template.draft.content, member.language_code.as_deref());
        let text = content.render(language, &notice.arguments, &member.first_name)?;
        let now = self.clock.now();
        // A notice that comes too late is not shown either.
        let late = notice.not_after.is_some_and(|last| last < now);
        let expired = Delivery::ended(DeliveryState::Skipped, Some(Reason::Expired), 0, now);
        Some(Notification {
            id: NotificationId::derive(notice.at, &[&notice.dedupe_key, &member.user_id.to_string()]),
            user_id: member.user_id,
            category: notice.category,
            critical: notice.critical,
            title: text.title,
            body: text.body,
            link: notice.link.clone(),
            created_at: now,
            read_at: None,
            hidden: hidden || late,
            job_id: None,
            html: Some(text.html),
            lane: if notice.cause == Cause::Time { Lane::Reminders } else { Lane::Caused },
            not_after: notice.not_after,
            replaced: false,
            telegram: if late { expired } else { Delivery::pending() },
        })
    }

    /// Writes notifications that nobody has; false if somebody has one.
    async fn deliver_together(&self, news: &[Notification]) -> Result<bool, NotificationError> {
        let news = news.iter().map(|one| Ok((one.clone(), self.work_for(one, Duration::ZERO)?)));
        let news: Vec<_> = news.collect::<Result<_, NotificationError>>()?;
        match self.repository.deliver_new(&news, None).await {
            Ok(()) => Ok(true),
            Err(Delivered::Already | Delivered::Overtaken) => Ok(false),
            Err(Delivered::Failed(error)) => Err(error.into()),
        }
    }

    /// Writes one notification, unless it is there or a newer one is.
    async fn deliver_one(&self, notice: &Notice, mut notification: Notification) -> Result<(), NotificationError> {
        let mut delay = Duration::ZERO;
        if let Cause::User(user) = notice.cause {
            // A repeated notice must not count again.
            if self.repository.notification(notification.user_id, notification.id).await?.is_some() {
                return Ok(());
            }
            match self.spread(user, 1, user == notification.user_id).await? {
                Some(wait) => delay = wait,
                None if notification.telegram.state.is_final() => {}
                None => {
                    let (skipped, too_many) = (DeliveryState::Skipped, Some(Reason::TooMany));
                    notification.telegram = Delivery::ended(skipped, too_many, 0, self.clock.now());
                }
            }
        }
        let (user, id) = (Some(notification.user_id), notification.id.to_string());
        let news = [(notification.clone(), self.work_for(&notification, delay)?)];
        let mut contention = self.progress.contention();
        loop {
            let Standing::Current(succession) = self.standing(notice, user, &id).await? else { return Ok(()) };
            match self.repository.deliver_new(&news, succession.as_deref()).await {
                Ok(()) | Err(Delivered::Already) => return Ok(()),
                Err(Delivered::Overtaken) if contention.wait().await => {}
                Err(Delivered::Overtaken) => return Err(NotificationError::VersionConflict),
                Err(Delivered::Failed(error)) => return Err(error.into()),
            }
        }
    }

    /// The message that makes a worker send a notification, if it is to be sent.
    fn work_for(
        &self,
        notification: &Notification,
        delay: Duration,
    ) -> Result<Option<OutboxMessage>, NotificationError> {
        if notification.telegram.state.is_final() {
            return Ok(None);
        }
        Ok(Some(messages::send(notification, self.clock.now(), &self.random)?.delayed(delay)))
    }

    async fn notify_audience(
        &self,
        notice: &Notice,
        template: &Template,
        audience: &Audience,
    ) -> Result<Ended, NotificationError> {
        if audience.problem().is_some() {
            return Ok(Ended::Never("the audience cannot be used"));
        }
        if notice.not_after.is_some_and(|last| last < self.clock.now()) {
            tracing::warn!(template = %notice.template, "notice.expired");
            return Ok(Ended::Done);
        }
        let id = JobId::derive(notice.at, &[&notice.dedupe_key]);
        if self.repository.job(id).await?.is_some() {
            // A repeated notice must not count again. Its worker may have died before it stopped older ones.
            self.standing(notice, None, &id.to_string()).await?;
            return Ok(Ended::Done);
        }
        let Ok(title) = template.name.as_str().parse() else { return Ok(Ended::Never("the template has no name")) };
        let brief = Brief {
            job_id: id,
            content: template.draft.content.clone(),
            arguments: notice.arguments.clone(),
            audience: audience.clone(),
            category: notice.category,
            critical: notice.critical,
            link: notice.link.clone(),
            photo_url: None,
            announce: false,
            not_after: notice.not_after,
        };
        let mut job: Job = new_job(&brief, title, template.name.clone(), "system".to_owned(), self.clock.now());
        job.lane = self.lane_of(notice).await?;
        job.start(notice.at);
        let message = self.progress.work(&job, &JobsMessage::Expand { v: VERSION, job_id: id })?;
        let mut contention = self.progress.contention();
        loop {
            let Standing::Current(succession) = self.standing(notice, None, &id.to_string()).await? else {
                return Ok(Ended::Done);
            };
            match self.repository.start_new_job(&job, &brief, &message, succession.as_deref()).await {
                Ok(()) | Err(Delivered::Already) => {
                    // One about a part of this may have been stored at the same time.
                    if let Some(succession) = succession {
                        self.stop_older(&succession.newest).await?;
                    }
                    return Ok(Ended::Done);
                }
                Err(Delivered::Overtaken) if contention.wait().await => {}
                Err(Delivered::Overtaken) => return Err(NotificationError::VersionConflict),
                Err(Delivered::Failed(error)) => return Err(error.into()),
            }
        }
    }

    /// The lane of a notice to an audience. Whoever causes too many waits behind the jobs of organisers.
    async fn lane_of(&self, notice: &Notice) -> Result<Lane, NotificationError> {
        Ok(match notice.cause {
            Cause::User(user) if self.spread(user, cause::AUDIENCE, false).await?.is_none() => Lane::Bulk,
            _ => Lane::Changes,
        })
    }
}
