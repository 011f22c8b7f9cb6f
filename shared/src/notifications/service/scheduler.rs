//! The scheduler: once a minute it starts due jobs, revives stalled ones, and ends finished ones.

use std::time::Duration;

use crate::notifications::errand::Errand;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState};
use crate::notifications::messages::{JobsMessage, VERSION};
use crate::notifications::model::JobId;
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::Progress;
use crate::platform::Platform;
use crate::time::{Clock, Time};

/// A job without progress for this time has lost a message: longer than a message stays invisible in a queue. While
/// Telegram refuses the bot's messages, no job gets on, and none has lost anything.
const STALLED: Duration = Duration::from_secs(15 * 60);

/// Watches open jobs.
#[derive(Clone, Debug)]
pub struct Scheduler {
    repository: NotificationRepository,
    progress: Progress,
    clock: Clock,
}

impl Scheduler {
    /// On this platform.
    pub fn new(platform: &Platform) -> Self {
        let (repository, progress) = (NotificationRepository::new(platform), Progress::new(platform));
        Self { repository, progress, clock: platform.clock.clone() }
    }

    /// Checks every open job once. Returns the number of failures; one failure does not keep it from the other jobs.
    pub async fn run(&self) -> Result<usize, NotificationError> {
        let mut failed = 0;
        let (jobs, paused_until) = tokio::try_join!(self.repository.open_jobs(), self.repository.paused_until())?;
        for job in jobs {
            match self.look_after(&job, paused_until).await {
                // A worker or an organiser was faster, or the index was late.
                Ok(()) | Err(NotificationError::State(_) | NotificationError::NotFound(_)) => {}
                Err(error) => {
                    failed += 1;
                    tracing::error!(job.id = %job.id, %error, "notification_job.not_looked_after");
                }
            }
        }
        Ok(failed)
    }

    async fn look_after(&self, job: &Job, paused_until: Time) -> Result<(), NotificationError> {
        let now = self.clock.now();
        let stalled = is_stalled(job, paused_until, now);
        match job.state {
            JobState::Scheduled if job.scheduled_at.is_none_or(|time| time <= now) => {
                self.progress.start_due(job.id).await
            }
            JobState::Sending | JobState::Cancelled if job.is_drained() => self.progress.finish(job.id).await,
            JobState::Expanding | JobState::Sending | JobState::Cancelled if stalled => {
                tracing::warn!(job.id = %job.id, state = %job.state, "notification_job.stalled");
                self.go_on(job.id, paused_until, now).await
            }
            _ => Ok(()),
        }
    }

    /// Sends the message that may have been lost again.
    async fn go_on(&self, id: JobId, paused_until: Time, now: Time) -> Result<(), NotificationError> {
        let change = |job: &mut Job| {
            if !is_stalled(job, paused_until, now) {
                return Err(NotificationError::State(job.state));
            }
            let errand = match job.state {
                JobState::Expanding | JobState::Sending => Errand::Enqueue,
                JobState::Cancelled => Errand::Cancel,
                state => return Err(NotificationError::State(state)),
            };
            // A sweep that is under way continues.
            if job.sweep.is_none() {
                job.sweep(errand);
            }
            Ok(Some(JobsMessage::Sweep { v: VERSION, job_id: id }))
        };
        self.progress.change(id, change).await.map(|_| ())
    }
}

fn is_stalled(job: &Job, paused_until: Time, now: Time) -> bool {
    job.progressed_at.max(paused_until).plus(STALLED) <= now
}
