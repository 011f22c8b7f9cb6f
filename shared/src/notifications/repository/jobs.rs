//! Jobs: each change of a job is one transaction at its version, together with its outbox messages.

use super::NotificationRepository;
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Entity, Expression, OutboxMessage, Position, Query, Transaction};
use crate::notifications::chunk::Chunk;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job};
use crate::notifications::keys;
use crate::notifications::model::JobId;
use crate::notifications::newest::Succession;
use crate::notifications::repository::Delivered;

/// What is written along with a change of a job.
#[derive(Clone, Copy, Debug, Default)]
pub struct Along<'a> {
    pub brief: Option<&'a Brief>,
    pub message: Option<&'a OutboxMessage>,
    pub entry: Option<&'a AuditEntry>,
}

impl NotificationRepository {
    pub async fn job(&self, id: JobId) -> Result<Option<Job>, dynamo::Error> {
        self.notifications.get(&keys::job(id)).await
    }

    pub async fn brief(&self, id: JobId) -> Result<Option<Brief>, dynamo::Error> {
        self.notifications.get(&keys::brief(id)).await
    }

    /// A page of all jobs, newest first.
    pub async fn jobs(&self, limit: usize, after: Option<Position>) -> Result<dynamo::Page<Job>, dynamo::Error> {
        self.notifications.query(Query::table(keys::JOBS).backward().limit(limit).after(after)).await
    }

    /// The jobs that the scheduler watches: a few at any time, so they are read without pages.
    pub async fn open_jobs(&self) -> Result<Vec<Job>, dynamo::Error> {
        self.notifications.query_all(Query::gsi1(keys::OPEN_JOBS)).await
    }

    /// Stores a new job; [`NotificationError::VersionConflict`] if it exists.
    pub async fn create_job(&self, job: &Job, brief: &Brief, entry: &AuditEntry) -> Result<(), NotificationError> {
        let mut transaction = Transaction::new();
        transaction.put_if(&self.notifications, job, &Expression::absent(), NotificationError::VersionConflict);
        transaction.put(&self.notifications, brief);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    /// Stores a new job that has started, with its message; [`Delivered::Already`] if it exists.
    pub async fn start_new_job(
        &self,
        job: &Job,
        brief: &Brief,
        message: &OutboxMessage,
        succession: Option<&Succession>,
    ) -> Result<(), Delivered> {
        let mut transaction = Transaction::new();
        transaction.put_if(&self.notifications, job, &Expression::absent(), Delivered::Already);
        transaction.put(&self.notifications, brief);
        transaction.put(&self.notifications, message);
        self.succeed(&mut transaction, succession);
        transaction.run(&self.random).await
    }

    /// Stores the next version of a job.
    pub async fn save_job(&self, job: &Job, along: Along<'_>) -> Result<(), NotificationError> {
        let mut transaction = self.job_change(job);
        if let Some(brief) = along.brief {
            transaction.put(&self.notifications, brief);
        }
        if let Some(message) = along.message {
            transaction.put(&self.notifications, message);
        }
        if let Some(entry) = along.entry {
            transaction.put_new(&self.audit, entry);
        }
        transaction.run(&self.random).await
    }

    /// Stores a page of a job's recipients: the chunks, their outbox messages, and the job with its new position.
    pub async fn commit_page(
        &self,
        job: &Job,
        chunks: &[Chunk],
        messages: &[OutboxMessage],
    ) -> Result<(), NotificationError> {
        let mut transaction = self.job_change(job);
        for chunk in chunks {
            transaction.put_if(&self.notifications, chunk, &Expression::absent(), NotificationError::VersionConflict);
        }
        for message in messages {
            transaction.put(&self.notifications, message);
        }
        transaction.run(&self.random).await
    }

    pub async fn delete_job(&self, job: &Job, entry: &AuditEntry) -> Result<(), NotificationError> {
        let mut transaction = Transaction::new();
        let same = Expression::version(job.version);
        transaction.delete_if(&self.notifications, &job.key(), &same, NotificationError::PreconditionFailed);
        transaction.delete(&self.notifications, &keys::brief(job.id));
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    pub(super) fn job_change(&self, job: &Job) -> Transaction<NotificationError> {
        let mut transaction = Transaction::new();
        let before = Expression::version(job.version - 1);
        transaction.put_if(&self.notifications, job, &before, NotificationError::VersionConflict);
        transaction
    }
}
