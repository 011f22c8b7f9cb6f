//! What a new notice means for others: older ones about the same thing are not sent any more, and one user's are spread
//! over time.

use std::time::Duration;

use crate::id::UserId;
use crate::notifications::cause::Caused;
use crate::notifications::error::NotificationError;
use crate::notifications::newest::{Newest, Succession};
use crate::notifications::notice::Notice;
use crate::notifications::service::Expander;

/// How a notice stands to others about the same thing.
#[derive(Clone, Debug)]
pub(super) enum Standing {
    /// It is the newest one, or is about nothing in particular.
    Current(Option<Box<Succession>>),
    /// A newer one exists.
    Outdated,
}

impl Expander {
    /// Stops older notices about the same thing, and returns what makes this one the newest. `user` is the recipient,
    /// if it is one, and `id` is that of the notification or job.
    pub(super) async fn standing(
        &self,
        notice: &Notice,
        user: Option<UserId>,
        id: &str,
    ) -> Result<Standing, NotificationError> {
        let Some(subject) = notice.subject.clone() else { return Ok(Standing::Current(None)) };
        let newest = Newest { user_id: user, subject, at: notice.at, id: id.to_owned() };
        // Read before the others, so that one that is stored in between is noticed.
        let wide = if user.is_none() { self.repository.wide(&newest.subject.group).await? } else { None };
        let Some(others) = self.stop_older(&newest).await? else { return Ok(Standing::Outdated) };
        // Each notice about several things is kept.
        let before = others.into_iter().find(|other| other.subject == newest.subject && !newest.subject.is_wide());
        Ok(Standing::Current(Some(Box::new(Succession { newest, before, wide }))))
    }

    /// Stops older notices about the same thing. Returns those that it has to do with; `None` if one of them is newer.
    pub(super) async fn stop_older(&self, newest: &Newest) -> Result<Option<Vec<Newest>>, NotificationError> {
        let others = self.repository.newest(newest.user_id, &newest.subject).await?;
        if others.iter().any(|other| other.replaces(newest)) {
            return Ok(None);
        }
        for older in others.iter().filter(|other| newest.replaces(other)) {
            self.stop(older, newest).await?;
        }
        Ok(Some(others))
    }

    /// Stops a notice for the sake of a newer one. What has been sent stays sent.
    async fn stop(&self, older: &Newest, newest: &Newest) -> Result<(), NotificationError> {
        match older.user_id {
            Some(user) => {
                let Ok(id) = older.id.parse() else { return Ok(()) };
                Ok(self.repository.withdraw(user, id, self.clock.now()).await?)
            }
            None => {
                let (Ok(job), Ok(by)) = (older.id.parse(), newest.id.parse()) else { return Ok(()) };
                self.progress.replace(job, by).await
            }
        }
    }

    /// How long a message waits that a user causes, as the user's others go before; `None` if the user has caused
    /// enough today.
    pub(super) async fn spread(
        &self,
        user: UserId,
        weight: u32,
        own: bool,
    ) -> Result<Option<Duration>, NotificationError> {
        let mut contention = self.progress.contention();
        loop {
            let (before, now) = (self.repository.caused(user).await?, self.clock.now());
            let Some((after, at)) = Caused::another(before.as_ref(), user, now, weight, own) else { return Ok(None) };
            if self.repository.count_caused(before.as_ref(), &after).await? {
                return Ok(Some(now.until(at)));
            }
            if !contention.wait().await {
                return Err(NotificationError::VersionConflict);
            }
        }
    }
}
