//! Previews of jobs: the number of recipients, and the messages of some.

use super::NotificationService;
use crate::notifications::audience::{Place, Source};
use crate::notifications::error::NotificationError;
use crate::notifications::job::Brief;
use crate::notifications::model::JobId;
use crate::notifications::service::expansion::page;
use crate::notifications::view::{Preview, Sample};
use crate::tasks;
use crate::users::member::{Member, SHARDS, shard};

/// Members that a preview shows.
const SAMPLE: usize = 5;
/// Members read in one request.
const READ: usize = 1_000;

impl NotificationService {
    /// Counts a job's recipients as of now, all lists of members at the same time.
    pub async fn preview_job(&self, id: JobId) -> Result<Preview, NotificationError> {
        let (_, brief) = self.job(id).await?;
        self.preview(brief).await
    }

    /// The number of recipients as of now. It is counted as for a preview, so both are the same if nobody comes or goes.
    pub(super) async fn count(&self, brief: Brief) -> Result<u64, NotificationError> {
        Ok(self.preview(brief).await?.count)
    }

    async fn preview(&self, mut brief: Brief) -> Result<Preview, NotificationError> {
        brief.audience = brief.audience.with_groups(&self.sources.users(&brief.audience.groups()).await?);
        let shards = match brief.audience.source() {
            Source::Users(_) => 0..1,
            Source::Everyone => 0..SHARDS,
        };
        let counting = shards.map(|shard| {
            let (service, brief) = (self.clone(), brief.clone());
            async move { service.count_list(&brief, shard).await }
        });
        let mut preview = Preview { count: 0, sample: Vec::new() };
        for (count, sample) in tasks::all(counting).await? {
            preview.count += count;
            preview.sample.extend(sample);
        }
        preview.sample.truncate(SAMPLE);
        Ok(preview)
    }

    /// The number of members of one list, or of the named users, in an audience, and some of them.
    async fn count_list(&self, brief: &Brief, list: u8) -> Result<(u64, Vec<Sample>), NotificationError> {
        let named = matches!(brief.audience.source(), Source::Users(_));
        let (mut count, mut sample) = (0, Vec::new());
        let mut place = Some(Place { shard: list, after: None });
        while let Some(at) = place.filter(|at| named || at.shard == list) {
            let (members, next) = page(&self.users, &brief.audience, at, READ).await?;
            // A page may run into the next list, which another task counts.
            let mine = members.iter().filter(|member| named || shard(member.user_id) == list);
            for member in mine {
                count += 1;
                if sample.len() < SAMPLE {
                    sample.extend(sample_of(brief, member));
                }
            }
            place = next;
        }
        Ok((count, sample))
    }
}

fn sample_of(brief: &Brief, member: &Member) -> Option<Sample> {
    let message = brief.content.render(member.language_code.as_deref(), &brief.arguments, &member.first_name)?;
    Some(Sample { user_id: member.user_id, message })
}
