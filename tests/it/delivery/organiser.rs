//! What organisers do with jobs, past HTTP.

use ibw::audit::model::Actor;
use ibw::id::UserId;
use ibw::notifications::approval::Approval;
use ibw::notifications::error::NotificationError;
use ibw::notifications::job::Job;
use ibw::notifications::model::JobId;
use ibw::notifications::service::{NotificationService, Start};
use ibw::time::Time;

use super::world::World;

/// The organiser.
pub(crate) fn organiser() -> Actor {
    Actor { name: "bootstrap".to_owned(), request_id: "request-1".to_owned() }
}

/// One of two people.
fn person(name: &str) -> Option<UserId> {
    Some(UserId::derive(Time::default(), &[name]))
}

impl World {
    /// The use cases of organisers.
    pub(crate) fn notifications(&self) -> NotificationService {
        self.app.backstage().notifications.service.clone()
    }

    /// Starts a job, with a second person's approval if it needs one.
    pub(crate) async fn start_job(&self, id: JobId) {
        self.start_at(id, None).await;
    }

    /// Schedules a job, with a second person's approval if it needs one.
    pub(crate) async fn schedule_job(&self, id: JobId, at: Time) {
        self.start_at(id, Some(at)).await;
    }

    async fn start_at(&self, id: JobId, at: Option<Time>) {
        let (notifications, read) = (self.notifications(), self.read_job(id).await);
        let expected_recipients = notifications.preview_job(id).await.expect("a preview").count;
        let wish = Start { at, expected_recipients, by: person("one") };
        let asked = notifications.start_job(&organiser(), id, wish, &read.version.into()).await.expect("a start");
        if asked.approval.as_ref().is_some_and(Approval::is_awaited) {
            let (version, second) = (asked.version.into(), person("another"));
            notifications.approve_job(&organiser(), id, second, &version).await.expect("an approval");
        }
    }

    /// Pauses a job.
    pub(crate) async fn pause(&self, id: JobId) -> Result<Job, NotificationError> {
        self.notifications().actions().pause(&organiser(), id).await
    }

    /// Resumes a job as it is.
    pub(crate) async fn resume(&self, id: JobId) -> Result<Job, NotificationError> {
        let version = self.read_job(id).await.version;
        self.notifications().resume_job(&organiser(), id, person("one"), &version.into()).await
    }

    /// Cancels a job.
    pub(crate) async fn cancel(&self, id: JobId) -> Result<Job, NotificationError> {
        self.notifications().actions().cancel(&organiser(), id).await
    }

    /// Has failed messages of a job as it is sent again.
    pub(crate) async fn retry_failed(&self, id: JobId) -> Result<Job, NotificationError> {
        let version = self.read_job(id).await.version;
        self.notifications().actions().retry_failed(&organiser(), id, &version.into()).await
    }

    /// Ends the pause of all sending that there is.
    pub(crate) async fn lift_pause(&self) {
        let notifications = self.notifications();
        let version = notifications.pause().await.expect("a read").version();
        notifications.lift_pause(&organiser(), &version.into()).await.expect("a write");
    }
}
