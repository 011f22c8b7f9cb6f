//! Jobs whose audience grows after somebody has counted it: they are paused before they go to more users than they may.

use ibw::notifications::job::{Job, JobState, PausedBy};
use ibw::users::member::shard;
use ibw::users::model::User;
use serde_json::{Value, json};

use super::starting::{Office, office};
use super::{organise, with_tag};
use crate::delivery::queues::Queue;
use crate::support::app::Login;
use crate::support::crowd;
use crate::support::request::TestResponse;

/// All who have a role: the crowd, and not the organisers.
fn with_a_role() -> Value {
    let roles = ["developer", "founder", "investor", "designer"].map(|role| json!({"role": role}));
    json!({"any": roles})
}

impl Office {
    async fn resume(&self, who: &Login) -> TestResponse {
        self.ask(who, "/resume", Value::Null).await
    }

    async fn read(&self) -> Job {
        self.world.read_job(self.job).await
    }

    /// Has workers list the audience. Their messages come twice.
    async fn list(&self) -> Job {
        let batch = self.world.take(Queue::Jobs);
        self.world.push(batch.clone());
        self.world.work(Queue::Jobs, usize::MAX).await;
        let listed = self.read().await;
        self.world.push(batch);
        self.world.work(Queue::Jobs, usize::MAX).await;
        assert_eq!(self.read().await, listed, "a second message does nothing");
        listed
    }

    /// The users whose feed has the message.
    fn told(&self) -> usize {
        let items = self.world.app.database.items("notifications");
        items.iter().filter(|item| item["entity"]["S"] == "notification").count()
    }

    /// The job is paused as it may go to `allowed` users only, and nobody else has heard.
    async fn assert_held(&self, job: &Job, allowed: u32) {
        assert_eq!((job.state, job.paused_by), (JobState::Paused, Some(PausedBy::Recipients)));
        assert_eq!((job.paused_in, job.is_listing()), (Some(JobState::Expanding), true));
        let listed = self.world.counts(self.job).await.total;
        assert!(listed <= allowed && listed + 1_000 > allowed, "{listed} of {allowed}");
        assert_eq!(self.told(), usize::try_from(listed).expect("a number"));
    }

    /// Each of so many users has one row and one notification.
    async fn assert_listed(&self, users: u32) {
        let job = self.list().await;
        assert_eq!((job.state, job.lease), (JobState::Sending, None));
        let chunks = self.world.chunks(self.job).await;
        let mut rows: Vec<String> =
            chunks.into_iter().flat_map(|chunk| chunk.rows).map(|row| json!(row.to).to_string()).collect();
        rows.sort_unstable();
        rows.dedup();
        let users = usize::try_from(users).expect("a number");
        assert_eq!((rows.len(), self.told()), (users, users));
        assert_eq!(usize::try_from(self.world.counts(self.job).await.total), Ok(users));
    }

    /// One user who is not listed yet leaves the audience.
    async fn leave_one(&self, users: &[User]) {
        let place = self.read().await.place.expect("a position");
        let is_left = |user: &&User| (shard(user.id), Some(user.id)) > (place.shard, place.after);
        let left = users.iter().find(is_left).expect("somebody who is left");
        crowd::load(&self.world.app.database, &[User { roles: Default::default(), ..left.clone() }]);
    }
}

#[tokio::test]
async fn job_that_was_small_is_paused_at_5_000_users_until_a_second_person_approves_the_number() {
    for scheduled in [true, false] {
        let office = office(10).await;
        if scheduled {
            assert_eq!(office.schedule(&office.one, 60, 10).await.json["state"], "scheduled");
            office.world.crowd(6_000);
            office.world.clock().advance(60);
            office.world.tick().await;
        } else {
            assert_eq!(office.start(&office.one, 10).await.json["state"], "expanding");
            office.world.pause(office.job).await.expect("a pause");
            office.world.crowd(6_000);
            assert_eq!(office.resume(&office.one).await.json["state"], "expanding");
        }
        let held = office.list().await;
        office.assert_held(&held, 5_000).await;

        let key = organise(&office.world.app, "POST", &format!("/jobs/{}/resume", office.job));
        assert_eq!(with_tag(key, held.version).send().await.error(), (403, "TWO_PEOPLE_REQUIRED"));
        assert_eq!(office.approve(&office.another).await.error(), (409, "JOB_STATE_CONFLICT"), "nobody has asked");
        let asked = office.resume(&office.one).await;
        assert_eq!((asked.status, &asked.json["state"]), (202, &json!("paused")), "{}", asked.text);
        assert_eq!(
            (&asked.json["paused_by"], &asked.json["expected_recipients"]),
            (&json!("recipients"), &json!(6_000))
        );
        assert_eq!(asked.json["approval"]["state"], "awaited");
        assert_eq!(office.approve(&office.one).await.error(), (403, "TWO_PEOPLE_REQUIRED"));
        assert_eq!(office.started(), 0);

        let approved = office.approve(&office.another).await;
        assert_eq!((approved.status, &approved.json["state"]), (200, &json!("expanding")), "{}", approved.text);
        assert_eq!((&approved.json["paused_by"], &approved.json["approval"]["state"]), (&Value::Null, &json!("given")));
        office.assert_listed(6_000).await;
    }
}

#[tokio::test]
async fn approval_for_5_100_is_one_for_5_percent_more_and_for_nobody_else() {
    let mut office = office(5_100).await;
    office.job = office.world.job(with_a_role(), json!({})).await;
    assert_eq!(office.schedule(&office.one, 60, 5_100).await.status, 202);
    assert_eq!(office.approve(&office.another).await.json["state"], "scheduled");
    let users = office.world.crowd(5_356);
    office.world.clock().advance(60);
    office.world.tick().await;
    let held = office.list().await;
    office.assert_held(&held, 5_355).await;

    // One goes, so the rest are no more than was approved.
    office.leave_one(&users).await;
    let resumed = office.resume(&office.one).await;
    assert_eq!((resumed.status, &resumed.json["state"]), (200, &json!("expanding")), "{}", resumed.text);
    office.assert_listed(5_355).await;
}

#[tokio::test]
async fn job_that_waits_for_an_approval_and_needs_none_any_more_is_resumed_by_one_person() {
    let mut office = office(10).await;
    office.job = office.world.job(with_a_role(), json!({})).await;
    assert_eq!(office.start(&office.one, 10).await.status, 200);
    let users = office.world.crowd(5_001);
    let held = office.list().await;
    office.assert_held(&held, 5_000).await;
    assert_eq!(office.resume(&office.one).await.status, 202);
    office.leave_one(&users).await;
    let resumed = office.resume(&office.one).await;
    assert_eq!((resumed.status, &resumed.json["approval"]), (200, &Value::Null), "{}", resumed.text);
    assert_eq!(resumed.json["expected_recipients"], 5_000);
    office.assert_listed(5_000).await;
}

#[tokio::test]
async fn job_that_no_person_started_goes_to_all() {
    let office = office(5_001).await;
    let mut job = office.read().await;
    job.start(office.world.app.now());
    crowd::put_in(&office.world.app.database, "notifications", &job);
    // As if its message was lost.
    office.world.clock().advance(15 * 60);
    office.world.tick().await;
    office.assert_listed(5_001).await;
}
