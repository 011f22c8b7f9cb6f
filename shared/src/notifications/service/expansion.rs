//! Expansion: a job's audience, page by page, becomes rows to be sent to and notifications in feeds.
//!
//! A page is: read members, write their notifications, then in one transaction store the rows, the messages that have them
//! worked on, and how far the job has come. One worker at a time does that: it holds the job's lease, for as long as it may run.
//! So it can write notifications in plain batches, with ids that follow from job and user. Only who takes over from a worker that
//! died looks first which are there, as they may have been read.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::dynamo;
use crate::id::{JobId, NotificationId, UserId};
use crate::notifications::audience::{Audience, Place, Source};
use crate::notifications::chunk::{Addressee, CHUNK, Chunk};
use crate::notifications::error::NotificationError;
use crate::notifications::group::GroupSources;
use crate::notifications::job::{Brief, Job, JobState, Lease};
use crate::notifications::message::{JobsMessage, VERSION};
use crate::notifications::model::{Delivery, Notification};
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::{Ended, Progress};
use crate::random::Random;
use crate::time::{Clock, Time};
use crate::users::member::{Member, SHARDS};
use crate::users::service::Members;

/// How long a worker may be at a job's audience: the time-out of its function, and a little for a call that is under way then.
pub const LEASE: Duration = Duration::from_secs(65);
/// Members read in one request.
const READ: usize = 500;
/// Recipients after which a page is committed; one read more may be on it, which makes at most 40 chunks.
const PAGE: usize = 500;
// A page is one transaction: the job, its chunks, a message for each, and one to go on.
const _: () = assert!(2 + 2 * (PAGE - 1 + READ).div_ceil(CHUNK) <= dynamo::MAX_WRITES);
/// Notifications written in one request.
const GROUP: usize = 25;
/// Requests under way at once.
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

    /// Goes on with a job's expansion until its end or, in a new message, after `deadline`. While a page is committed, the next
    /// one is read. Where another worker holds the lease, there is something to be done when it has lapsed.
    pub async fn expand(&self, id: JobId, deadline: Time) -> Result<Ended, NotificationError> {
        let Some(mut brief) = self.repository.brief(id).await? else { return Ok(Ended::Done) };
        if let Some(others) = self.progress.job(id).await?.lease.filter(|lease| lease.until > self.clock.now()) {
            return Ok(Ended::Later(self.clock.now().until(others.until)));
        }
        let mut job = self.lease(id).await?;
        brief.audience = self.sources.resolve(&brief.audience).await?;
        // Critical messages are shown to everybody.
        let hiding = if brief.critical { HashSet::new() } else { self.repository.hiding(brief.category).await? };
        let mut ahead = None;
        while let Some(place) = job.place {
            let (members, next) = match ahead.take() {
                Some(page) => page,
                None => self.page(&brief, place).await?,
            };
            self.tell(&job, &brief, &members, &hiding).await?;
            let go_on = next.is_some() && self.clock.now() < deadline;
            let read_on = async {
                match next.filter(|_| go_on) {
                    Some(place) => self.page(&brief, place).await.map(Some),
                    None => Ok(None),
                }
            };
            let commit = self.commit(&job, &brief, &members, next, go_on);
            let (committed, following) = tokio::try_join!(commit, read_on)?;
            ahead = following;
            match committed {
                Some(after) if go_on => job = after,
                _ => break,
            }
        }
        self.progress.finish(id).await?;
        Ok(Ended::Done)
    }

    /// Takes a job's lease; [`NotificationError::VersionConflict`] when another worker was faster.
    async fn lease(&self, id: JobId) -> Result<Job, NotificationError> {
        let (holder, now) = (hex::encode(self.random.bytes::<8>()), self.clock.now());
        let take = |job: &mut Job| {
            if job.state != JobState::Expanding {
                return Err(NotificationError::State(job.state));
            }
            if job.lease.as_ref().is_some_and(|lease| lease.until > now) {
                return Err(NotificationError::VersionConflict);
            }
            let inherited = job.lease.is_some();
            job.lease = Some(Lease { holder: holder.clone(), until: now.plus(LEASE), inherited });
            Ok(None)
        };
        self.progress.change(id, take).await
    }

    async fn page(&self, brief: &Brief, place: Place) -> Result<(Vec<Member>, Option<Place>), NotificationError> {
        page(&self.members, &brief.audience, place, PAGE).await
    }

    /// Stores a page's rows, also if the job has been paused meanwhile, and gives the lease back unless it is to `go_on`. The job
    /// then; `None` when it does not run any more, or the lease was another's.
    async fn commit(
        &self,
        read: &Job,
        brief: &Brief,
        members: &[Member],
        next: Option<Place>,
        go_on: bool,
    ) -> Result<Option<Job>, NotificationError> {
        let mut to: Vec<Addressee> = members.iter().map(|member| Addressee::User(member.user_id)).collect();
        if next.is_none() && brief.announce {
            to.extend(self.chats.iter().copied().map(Addressee::Group));
        }
        let mut tries = 0;
        loop {
            let mut job = self.progress.job(read.id).await?;
            if job.lease != read.lease || !job.is_listing() {
                return Ok(None);
            }
            let runs = job.is_running();
            let numbers = job.chunks..;
            let chunks: Vec<Chunk> = numbers
                .zip(to.chunks(CHUNK))
                .map(|(number, some)| Chunk { round: job.round, ..Chunk::new(job.id, number, some.to_vec()) })
                .collect();
            job.list(&chunks, next);
            if !(runs && go_on) {
                job.lease = None;
            }
            job.stamp(self.clock.now());
            // Of a paused job, all that is open is worked on once it is resumed.
            let mut messages = Vec::new();
            if runs {
                messages = chunks.iter().map(|chunk| self.progress.chunk_work(chunk)).collect::<Result<_, _>>()?;
                if next.is_some() && !go_on {
                    messages.push(self.progress.work(&job, &JobsMessage::Expand { v: VERSION, job_id: job.id })?);
                }
            }
            match self.repository.commit_page(&job, &chunks, &messages).await {
                Ok(()) => {
                    if next.is_none() {
                        tracing::info!(job.id = %job.id, total = job.counts.total, "notification_job.expanded");
                    }
                    return Ok(Some(job).filter(|_| runs));
                }
                Err(error) => self.progress.lost(error, &mut tries).await?,
            }
        }
    }

    /// Writes a page's notifications, several requests at once.
    async fn tell(
        &self,
        job: &Job,
        brief: &Brief,
        members: &[Member],
        hiding: &HashSet<UserId>,
    ) -> Result<(), NotificationError> {
        let now = self.clock.now();
        let write = |member: &Member| notification(job, brief, member, hiding.contains(&member.user_id), now);
        let mut notifications: Vec<Notification> = members.iter().filter_map(write).collect();
        if job.lease.as_ref().is_some_and(|lease| lease.inherited) {
            let there = self.repository.delivered(&notifications).await?;
            let there: HashSet<NotificationId> = there.iter().map(|notification| notification.id).collect();
            notifications.retain(|notification| !there.contains(&notification.id));
        }
        let groups: Arc<[Vec<Notification>]> = notifications.chunks(GROUP).map(<[_]>::to_vec).collect();
        let lanes: Vec<_> = (0..groups.len().min(PARALLEL))
            .map(|lane| {
                let (repository, groups) = (self.repository.clone(), Arc::clone(&groups));
                tokio::spawn(async move {
                    for group in groups.iter().skip(lane).step_by(PARALLEL) {
                        repository.deliver(group).await?;
                    }
                    Ok::<_, NotificationError>(())
                })
            })
            .collect();
        for lane in lanes {
            lane.await.map_err(|_| dynamo::Error::Busy("a part of the page was given up".to_owned()))??;
        }
        Ok(())
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
