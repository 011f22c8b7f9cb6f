//! Expansion: a job's audience, page by page, becomes rows to be sent to and notifications in feeds.
//!
//! A page is: read members, write their notifications, then in one transaction store the rows, the messages that have them
//! worked on, and how far the job has come. One worker at a time does that: it holds the job's lease, for as long as it may run.
//! So it can write notifications in plain batches, with ids that follow from job and user. Only who takes over from a worker that
//! died looks first which are there, as they may have been read.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::config::Env;
use crate::dynamo::{self, OutboxMessage};
use crate::id::{JobId, NotificationId, UserId};
use crate::notifications::audience::{Audience, Place, Source};
use crate::notifications::chunk::{Addressee, CHUNK, Chunk};
use crate::notifications::error::NotificationError;
use crate::notifications::group::GroupSources;
use crate::notifications::job::{Brief, Job, JobState, Lease};
use crate::notifications::messages::{JobsMessage, VERSION};
use crate::notifications::model::{Delivery, Notification};
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::{Ended, Progress};
use crate::platform::Platform;
use crate::random::Random;
use crate::time::{Clock, Time};
use crate::users::member::{Member, SHARDS};
use crate::users::service::UserService;

/// How long a worker may be at a job's audience: the time-out of its function, and a little for a call that is under way then.
pub const LEASE: Duration = Duration::from_secs(65);
/// Members read in one request.
const READ: usize = 500;
/// Recipients after which a page is committed; one read more may be on it, which makes at most 40 chunks.
const PAGE: usize = 500;
/// Notifications written in one request: the most that DynamoDB allows.
const GROUP: usize = 25;
/// Requests under way at once. Each is a network round trip, and one after the other they would take most of a page's time.
const PARALLEL: usize = 8;

/// Lists audiences, and writes what single users are told.
#[derive(Clone, Debug)]
pub struct Expander {
    pub(super) repository: NotificationRepository,
    pub(super) users: UserService,
    pub(super) progress: Progress,
    pub(super) clock: Clock,
    pub(super) random: Random,
    sources: GroupSources,
    chats: Vec<i64>,
}

impl Expander {
    /// `chats` are those that announcements are posted in.
    pub fn new(platform: &Platform, users: UserService, sources: GroupSources, chats: Vec<i64>) -> Self {
        let (repository, progress) = (NotificationRepository::new(platform), Progress::new(platform));
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository, users, progress, clock, random, sources, chats }
    }

    /// The same, with the chats that `TELEGRAM_GROUPS` lists.
    pub fn read(env: &mut Env, platform: &Platform, users: UserService, sources: GroupSources) -> Self {
        let listed = env.list("TELEGRAM_GROUPS");
        let chats: Vec<i64> = listed.iter().filter_map(|chat| chat.parse().ok()).collect();
        if chats.len() < listed.len() {
            env.problem("TELEGRAM_GROUPS", "must be ids of chats");
        }
        Self::new(platform, users, sources, chats)
    }

    /// Goes on with a job's expansion until its end or, in a new message, after `deadline`. While a page is committed, the next
    /// one is read. Where another worker holds the lease, there is something to be done when it has lapsed.
    pub async fn expand(&self, id: JobId, deadline: Time) -> Result<Ended, NotificationError> {
        let Some(mut brief) = self.repository.brief(id).await? else { return Ok(Ended::Done) };
        if let Some(others) = self.progress.job(id).await?.lease.filter(|lease| lease.until > self.clock.now()) {
            return Ok(Ended::Later(self.clock.now().until(others.until)));
        }
        let mut job = self.lease(id).await?;
        brief.audience = brief.audience.with_groups(&self.sources.users(&brief.audience.groups()).await?);
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
        page(&self.users, &brief.audience, place, PAGE).await
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
        let to = self.addressees(brief, members, next.is_none());
        let mut tries = 0;
        loop {
            let mut job = self.progress.job(read.id).await?;
            if job.lease != read.lease || !job.is_listing() {
                return Ok(None);
            }
            let runs = job.is_running();
            let chunks = next_chunks(&job, &to);
            job.list(&chunks, next);
            if !(runs && go_on) {
                job.lease = None;
            }
            job.stamp(self.clock.now());
            // The chunks of a paused job get no messages: all that is open is enqueued when it is resumed.
            let messages = if runs { self.page_work(&job, &chunks, next.is_some() && !go_on)? } else { Vec::new() };
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

    /// Whom a page's rows are for. An announcement is posted in the groups once, so with the last page.
    fn addressees(&self, brief: &Brief, members: &[Member], is_last: bool) -> Vec<Addressee> {
        let users = members.iter().map(|member| Addressee::User(member.user_id));
        let chats: &[i64] = if is_last && brief.announce { &self.chats } else { &[] };
        users.chain(chats.iter().copied().map(Addressee::Group)).collect()
    }

    /// The messages that have a page's chunks sent and, if it is to be `handed_over`, another worker list what comes after it.
    fn page_work(
        &self,
        job: &Job,
        chunks: &[Chunk],
        handed_over: bool,
    ) -> Result<Vec<OutboxMessage>, NotificationError> {
        let send = chunks.iter().map(|chunk| self.progress.chunk_work(chunk));
        let expand = handed_over.then(|| self.progress.work(job, &JobsMessage::Expand { v: VERSION, job_id: job.id }));
        send.chain(expand).collect()
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

/// The chunks that a page adds to a job, numbered after those that it has.
fn next_chunks(job: &Job, to: &[Addressee]) -> Vec<Chunk> {
    let chunk =
        |(number, some): (u32, &[Addressee])| Chunk { round: job.round, ..Chunk::new(job.id, number, some.to_vec()) };
    (job.chunks..).zip(to.chunks(CHUNK)).map(chunk).collect()
}

/// What a member is told; `None` only where the brief lacks an argument, which was checked when it was written.
fn notification(job: &Job, brief: &Brief, member: &Member, hidden: bool, now: Time) -> Option<Notification> {
    let text = brief.content.render(member.language_code.as_deref(), &brief.arguments, &member.first_name)?;
    Some(Notification {
        id: job.notification_id(member.user_id),
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
    users: &UserService,
    audience: &Audience,
    mut place: Place,
    want: usize,
) -> Result<(Vec<Member>, Option<Place>), NotificationError> {
    let mut found = Vec::new();
    if let Source::Users(ids) = audience.source() {
        let left: Vec<UserId> = ids.into_iter().filter(|id| place.after.is_none_or(|after| *id > after)).collect();
        let some = &left[..left.len().min(want)];
        found = users.members_of(some).await?;
        found.retain(|member| audience.matches(member));
        let next = some.last().filter(|_| left.len() > some.len());
        return Ok((found, next.map(|after| Place { shard: 0, after: Some(*after) })));
    }
    loop {
        let (some, after) = users.members_page(place.shard, place.after, READ).await?;
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
