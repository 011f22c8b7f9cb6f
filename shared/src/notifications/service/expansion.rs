//! Expansion: a job's audience, page by page, becomes rows to be sent to and notifications in feeds.
//!
//! A page is: read members, write the notifications that are not there yet, then in one transaction store the rows, the messages
//! that have them worked on, and how far the job has come. Whoever is interrupted begins the page again: notifications have ids
//! that follow from job and user, so they are written once, and the transaction holds only if nobody has committed the page.
//! A notification says which page it was written for; a user who turns up on a second page is left out there.

use std::collections::HashSet;
use std::sync::Arc;

use crate::id::{JobId, NotificationId, UserId};
use crate::notifications::audience::{Audience, Place, Source};
use crate::notifications::chunk::{Addressee, CHUNK, Chunk, Tally};
use crate::notifications::error::NotificationError;
use crate::notifications::group::GroupSources;
use crate::notifications::job::{Brief, Job, JobState};
use crate::notifications::message::{JobsMessage, VERSION};
use crate::notifications::model::{Delivery, Notification};
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::Progress;
use crate::random::Random;
use crate::time::{Clock, Time};
use crate::users::member::{Member, SHARDS};
use crate::users::service::Members;

/// Members read in one request.
const READ: usize = 500;
/// Recipients after which a page is committed; one read more may be on it, which makes at most 40 chunks.
const PAGE: usize = 500;
/// Notifications written in one transaction.
const GROUP: usize = 49;
/// Transactions under way at once.
const PARALLEL: usize = 8;

/// Lists audiences, and writes what single users are told.
#[derive(Clone, Debug)]
pub struct Expander {
    pub(super) repository: NotificationRepository,
    pub(super) members: Members,
    pub(super) progress: Progress,
    pub(super) clock: Clock,
    pub(super) random: Random,
    sources: GroupSources,
    chats: Vec<i64>,
}

impl Expander {
    /// `chats` are those that announcements are posted in.
    pub fn new(
        repository: NotificationRepository,
        members: Members,
        sources: GroupSources,
        chats: Vec<i64>,
        clock: Clock,
        random: Random,
    ) -> Self {
        let progress = Progress::new(repository.clone(), clock.clone(), random.clone());
        Self { repository, members, progress, clock, random, sources, chats }
    }

    /// Goes on with a job's expansion until its end or, in a new message, after `deadline`. While a page is written, the next one
    /// is read.
    pub async fn expand(&self, id: JobId, deadline: Time) -> Result<(), NotificationError> {
        let Some(mut brief) = self.repository.brief(id).await? else { return Ok(()) };
        brief.audience = self.sources.resolve(&brief.audience).await?;
        // Critical messages are shown to everybody.
        let hiding = if brief.critical { HashSet::new() } else { self.repository.hiding(brief.category).await? };
        let hiding = Arc::new(hiding);
        let mut ahead = None;
        loop {
            let job = self.progress.job(id).await?;
            let (JobState::Expanding, Some(place)) = (job.state, job.place) else { return Ok(()) };
            let (members, next) = match ahead.take() {
                Some(page) => page,
                None => self.page(&brief, place).await?,
            };
            let read_on = async {
                match next {
                    Some(place) => self.page(&brief, place).await.map(Some),
                    None => Ok(None),
                }
            };
            let (users, following) = tokio::try_join!(self.tell(&job, &brief, members, &hiding), read_on)?;
            ahead = following;
            let go_on = next.is_some() && self.clock.now() < deadline;
            if !self.commit(&job, &brief, &users, next, go_on).await? {
                return Ok(());
            }
            if !go_on {
                return if next.is_none() { self.progress.finish(id).await } else { Ok(()) };
            }
        }
    }

    async fn page(&self, brief: &Brief, place: Place) -> Result<(Vec<Member>, Option<Place>), NotificationError> {
        page(&self.members, &brief.audience, place, PAGE).await
    }

    /// Stores a page's rows; false when the job has been stopped, or another worker has stored the page.
    async fn commit(
        &self,
        read: &Job,
        brief: &Brief,
        users: &[UserId],
        next: Option<Place>,
        go_on: bool,
    ) -> Result<bool, NotificationError> {
        let mut to: Vec<Addressee> = users.iter().copied().map(Addressee::User).collect();
        if next.is_none() && brief.announce {
            to.extend(self.chats.iter().copied().map(Addressee::Group));
        }
        let mut tries = 0;
        loop {
            let mut job = self.progress.job(read.id).await?;
            if job.state != JobState::Expanding || job.pages != read.pages {
                return Ok(false);
            }
            let numbers = job.chunks..;
            let chunks: Vec<Chunk> = numbers
                .zip(to.chunks(CHUNK))
                .map(|(number, some)| Chunk { round: job.round, ..Chunk::new(job.id, number, some.to_vec()) })
                .collect();
            let mut messages =
                chunks.iter().map(|chunk| self.progress.chunk_work(chunk)).collect::<Result<Vec<_>, _>>()?;
            for chunk in &chunks {
                job.counts.replace(&Tally::default(), &chunk.counted);
            }
            job.pages += 1;
            job.chunks += u32::try_from(chunks.len()).unwrap_or(u32::MAX);
            job.place = next;
            if next.is_none() {
                job.state = JobState::Sending;
                tracing::info!(job.id = %job.id, total = job.counts.total, "notification_job.expanded");
            }
            job.stamp(self.clock.now());
            if next.is_some() && !go_on {
                messages.push(self.progress.work(&job, &JobsMessage::Expand { v: VERSION, job_id: job.id })?);
            }
            match self.repository.commit_page(&job, &chunks, &messages).await {
                Ok(()) => return Ok(true),
                Err(error) => self.progress.lost(error, &mut tries).await?,
            }
        }
    }

    /// Writes a page's notifications, several transactions at once, and answers whose page it is.
    async fn tell(
        &self,
        job: &Job,
        brief: &Brief,
        members: Vec<Member>,
        hiding: &Arc<HashSet<UserId>>,
    ) -> Result<Vec<UserId>, NotificationError> {
        let (members, job, brief) = (Arc::new(members), Arc::new(job.clone()), Arc::new(brief.clone()));
        let lanes = members.len().div_ceil(GROUP).min(PARALLEL);
        let work: Vec<_> = (0..lanes)
            .map(|lane| {
                let (members, job, brief) = (Arc::clone(&members), Arc::clone(&job), Arc::clone(&brief));
                let (expander, hiding) = (self.clone(), Arc::clone(hiding));
                tokio::spawn(async move {
                    let mut users = Vec::new();
                    for group in members.chunks(GROUP).skip(lane).step_by(PARALLEL) {
                        users.extend(expander.tell_group(&job, &brief, group, &hiding).await?);
                    }
                    Ok::<_, NotificationError>(users)
                })
            })
            .collect();
        let mut users = Vec::with_capacity(members.len());
        for lane in work {
            let told =
                lane.await.map_err(|_| crate::dynamo::Error::Busy("a part of the page was given up".to_owned()))?;
            users.extend(told?);
        }
        Ok(users)
    }

    async fn tell_group(
        &self,
        job: &Job,
        brief: &Brief,
        members: &[Member],
        hiding: &HashSet<UserId>,
    ) -> Result<Vec<UserId>, NotificationError> {
        let now = self.clock.now();
        let write = |member: &Member| notification(job, brief, member, hiding.contains(&member.user_id), now);
        let notifications: Vec<Notification> = members.iter().filter_map(write).collect();
        let there = self.repository.deliver(&notifications).await?;
        let of_other_pages: HashSet<UserId> =
            there.iter().filter(|one| one.page != Some(job.pages)).map(|one| one.user_id).collect();
        let mine = members.iter().map(|member| member.user_id).filter(|id| !of_other_pages.contains(id));
        Ok(mine.collect())
    }
}

/// The id of a job's notification for a user: always the same one.
pub(super) fn notification_id(job: JobId, started_at: Time, user: UserId) -> NotificationId {
    NotificationId::derive(started_at, &[&job.to_string(), &user.to_string()])
}

/// What a member is told; `None` only where the brief lacks an argument, which was checked when it was written.
fn notification(job: &Job, brief: &Brief, member: &Member, hidden: bool, now: Time) -> Option<Notification> {
    let text = brief.content.render(member.language_code.as_deref(), &brief.arguments, &member.first_name)?;
    Some(Notification {
        id: notification_id(job.id, job.started_at.unwrap_or(job.created_at), member.user_id),
        user_id: member.user_id,
        category: brief.category,
        critical: brief.critical,
        title: text.title,
        body: text.body,
        link: brief.link.clone(),
        created_at: now,
        read_at: None,
        hidden,
        job_id: Some(job.id),
        page: Some(job.pages),
        html: None,
        telegram: Delivery::pending(),
    })
}

/// The members of an audience from a place on, about `want` of them, and the place after them; `None` at the end.
pub(super) async fn page(
    members: &Members,
    audience: &Audience,
    mut place: Place,
    want: usize,
) -> Result<(Vec<Member>, Option<Place>), NotificationError> {
    let mut found = Vec::new();
    if let Source::Users(ids) = audience.source() {
        let left: Vec<UserId> = ids.into_iter().filter(|id| place.after.is_none_or(|after| *id > after)).collect();
        let some = &left[..left.len().min(want)];
        found = members.of(some).await?;
        found.retain(|member| audience.matches(member));
        let next = some.last().filter(|_| left.len() > some.len());
        return Ok((found, next.map(|after| Place { shard: 0, after: Some(*after) })));
    }
    loop {
        let (some, after) = members.page(place.shard, place.after, READ).await?;
        found.extend(some.into_iter().filter(|member| audience.matches(member)));
        place = match after {
            Some(_) => Place { after, ..place },
            None => Place { shard: place.shard + 1, after: None },
        };
        let ended = place.shard >= SHARDS;
        if ended || found.len() >= want {
            return Ok((found, Some(place).filter(|_| !ended)));
        }
    }
}
