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
        self.preview(brief, Place::default()).await
    }

    /// The number of recipients as of now, from a position on. It is counted as for a preview, so both are the same if
    /// nobody comes or goes.
    pub(super) async fn count(&self, brief: Brief, from: Place) -> Result<u64, NotificationError> {
        Ok(self.preview(brief, from).await?.count)
    }

    async fn preview(&self, mut brief: Brief, from: Place) -> Result<Preview, NotificationError> {
        brief.audience = brief.audience.with_groups(&self.sources.users(&brief.audience.groups()).await?);
        let shards = match brief.audience.source() {
            Source::Users(_) => 0..1,
            Source::Everyone => from.shard..SHARDS,
        };
        let counting = shards.map(|shard| {
            let (service, brief) = (self.clone(), brief.clone());
            let from = Place { shard, after: from.after.filter(|_| shard == from.shard) };
            async move { service.count_list(&brief, from).await }
        });
        let mut preview = Preview { count: 0, sample: Vec::new() };
        for (count, sample) in tasks::all(counting).await? {
            preview.count += count;
            preview.sample.extend(sample);
        }
        preview.sample.truncate(SAMPLE);
        Ok(preview)
    }

    /// The number of members of one list, or of the named users, in an audience from a position on, and some of them.
    async fn count_list(&self, brief: &Brief, from: Place) -> Result<(u64, Vec<Sample>), NotificationError> {
        let named = matches!(brief.audience.source(), Source::Users(_));
        let (mut count, mut sample) = (0, Vec::new());
        let mut place = Some(from);
        while let Some(at) = place.filter(|at| named || at.shard == from.shard) {
            let (members, next) = page(&self.users, &brief.audience, at, READ).await?;
            // A page may run into the next list, which another task counts.
            let mine = members.iter().filter(|member| named || shard(member.user_id) == from.shard);
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
