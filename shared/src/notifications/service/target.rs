//! Where the state of a message is stored: in a row of a job, or in the feed. Both are written on the condition that
//! they have not changed since they were read.

use crate::id::UserId;
use crate::notifications::chunk::{Addressee, Chunk};
use crate::notifications::error::NotificationError;
use crate::notifications::job::Job;
use crate::notifications::model::{Delivery, Notification};
use crate::notifications::pace::Lane;
use crate::notifications::repository::RowChange;
use crate::notifications::service::sender::Sender;

/// Where the state of a message is stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// In a row of a job.
    Row {
        /// The job as it was read.
        job: &'a Job,
        /// The chunk as it was read.
        chunk: &'a Chunk,
        position: usize,
    },
    /// In the feed.
    Feed(&'a Notification),
}

impl Target<'_> {
    pub(super) fn delivery(&self) -> &Delivery {
        match self {
            Self::Row { chunk, position, .. } => &chunk.rows[*position].delivery,
            Self::Feed(notification) => &notification.telegram,
        }
    }

    /// Whether it is a message to one person, and not of a job.
    pub(super) const fn is_single(&self) -> bool {
        matches!(self, Self::Feed(_))
    }

    pub(super) const fn lane(&self) -> Lane {
        match self {
            Self::Row { job, .. } => job.lane,
            Self::Feed(notification) => notification.lane,
        }
    }

    pub(super) fn user(&self) -> Option<UserId> {
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
    /// Leases a message for a send: false if it is no longer as `before` says.
    pub(super) async fn lease(
        &self,
        target: &Target<'_>,
        before: &Delivery,
        leased: &Delivery,
    ) -> Result<bool, NotificationError> {
        Ok(match target {
            Target::Row { job, chunk, position } => {
                let change = RowChange::new(job, chunk, *position, before, leased.clone());
                self.repository.lease(job.id, chunk.number, &change).await?
            }
            Target::Feed(_) => self.store(target, before, leased).await?,
        })
    }

    /// Stores the result of a message: false if it is no longer as `before` says.
    pub(super) async fn store(
        &self,
        target: &Target<'_>,
        before: &Delivery,
        after: &Delivery,
    ) -> Result<bool, NotificationError> {
        Ok(match target {
            Target::Row { job, chunk, position } => {
                let change = RowChange::new(job, chunk, *position, before, after.clone());
                self.repository.change_rows(job.id, chunk.number, &[change], None).await?
            }
            Target::Feed(notification) => {
                let mut read = (*notification).clone();
                read.telegram = before.clone();
                self.repository.change_delivery(&read, after).await?
            }
        })
    }
}
