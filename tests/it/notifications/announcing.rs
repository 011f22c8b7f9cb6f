//! Jobs that are also posted in the Telegram groups: thousands may read them there, so they need two people.

use ibw::notifications::job::JobState;
use serde_json::{Value, json};

use super::starting::office;
use super::{organise, with_tag};

#[tokio::test]
async fn announcement_in_groups_needs_two_people_however_few_are_in_its_audience() {
    let mut office = office(3).await;
    office.job = office.world.announcement().await;
    let key = organise(&office.world.app, "POST", &format!("/jobs/{}/start", office.job));
    let key = with_tag(key, 1).json(&json!({"expected_recipients": 5})).send().await;
    assert_eq!(key.error(), (403, "TWO_PEOPLE_REQUIRED"));
    assert_eq!(office.schedule(&office.one, 60, 5).await.status, 202);
    let nobody = office.ask(&office.one, "", json!({"audience": {"users": []}})).await;
    assert_eq!((nobody.status, &nobody.json["approval"]), (200, &Value::Null), "{}", nobody.text);
    let asked = office.start(&office.one, 0).await;
    assert_eq!((asked.status, &asked.json["state"]), (202, &json!("draft")), "{}", asked.text);
    assert_eq!(office.approve(&office.one).await.error(), (403, "TWO_PEOPLE_REQUIRED"));
    assert_eq!(office.started(), 0);
    assert_eq!(office.approve(&office.another).await.json["state"], "expanding");
    let job = office.world.run_until_over(office.job).await;
    assert_eq!((job.state, job.counts.sent), (JobState::Finished, 1), "the group has it");
}

#[tokio::test]
async fn scheduled_job_that_becomes_an_announcement_is_a_draft() {
    let mut office = office(3).await;
    office.job = office.world.announcement().await;
    assert_eq!(office.ask(&office.one, "", json!({"announce": false})).await.status, 200);
    assert_eq!(office.schedule(&office.one, 60, 5).await.json["state"], "scheduled");
    let announced = office.ask(&office.one, "", json!({"announce": true})).await;
    assert_eq!((&announced.json["state"], &announced.json["scheduled_at"]), (&json!("draft"), &Value::Null));
    office.world.clock().advance(60);
    office.world.tick().await;
    assert_eq!(office.started(), 0);
}
