//! Expansion: page by page, a job's audience becomes rows to send to and notifications in feeds.
//!
//! A page is: read members, write their notifications, then in one transaction store the rows, their outbox messages
//! and the job's position. The worker holds the job's lease, so only one worker at a time expands a job. It can write
//! notifications in plain batches, with ids derived from job and user. Only a worker that takes over from a crashed one
//! first reads which notifications exist, as users may have read them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::config::Env;
use crate::dynamo::{self, OutboxMessage};
use crate::id::UserId;
use crate::notifications::audience::{Audience, Place, Source};
use crate::notifications::chunk::{Addressee, CHUNK, Chunk};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job, JobState, Lease};
use crate::notifications::messages::{JobsMessage, VERSION};
use crate::notifications::model::{Delivery, JobId, Notification, NotificationId};
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::{Ended, GroupSources, Progress};
use crate::platform::Platform;
use crate::random::Random;
use crate::tasks;
use crate::time::{Clock, Time};
use crate::users::member::{Member, SHARDS};
use crate::users::service::UserService;

/// How long a worker may expand a job: the time-out of its function, and a little for a call that is under way then.
pub const LEASE: Duration = Duration::from_secs(65);
/// Members read in one request.
const READ: usize = 500;
/// Recipients after which a page is committed. With one more read on it, a page has at most 40 chunks.
const PAGE: usize = 500;
// A page is one transaction: the job, its chunks, a message for each, and one to go on.
const _: () = assert!(2 + 2 * (PAGE - 1 + READ).div_ceil(CHUNK) <= dynamo::MAX_WRITES);
/// Notifications written in one request: the most that DynamoDB allows.
const GROUP: usize = 25;
/// Requests under way at once. One after the other, their round trips would take most of a page's time.
const PARALLEL: usize = 8;

/// Expands jobs, and writes the notifications of single users.
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
    /// Announcements are posted in `chats`.
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

    /// Continues a job's expansion. What is left at `deadline` goes into a new message. While a page is committed, the
    /// next one is read. If another worker holds the lease, the message comes again when the lease has expired.
    pub async fn expand(&self, id: JobId, deadline: Time) -> Result<Ended, NotificationError> {
        let Some(mut brief) = self.repository.brief(id).await? else { return Ok(Ended::Done) };
        if let Some(others) = self.progress.job(id).await?.lease.filter(|lease| lease.until > self.clock.now()) {
            return Ok(Ended::Later(self.clock.now().until(others.until)));
        }
        let mut job = self.lease(id).await?;
        brief.audience = brief.audience.with_groups(&self.sources.users(&brief.audience.groups()).await?);
        // Critical messages are shown to all.
        let hiding = if brief.critical { HashSet::new() } else { self.repository.hiding(brief.category).await? };
        let mut ahead = None;
        while let Some(place) = job.place {
            let (members, next) = match ahead.take() {
                Some(page) => page,
                None => self.page(&brief, place).await?,
            };
            if self.hold_if_too_many(&job, members.len()).await? {
                break;
            }
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
                Some(_) => break,
                None => {
                    self.withdraw_if_replaced(id, &members).await?;
                    break;
                }
            }
        }
        self.progress.finish(id).await?;
        Ok(Ended::Done)
    }

    /// Hides the notifications of a page that was not committed, as a newer job replaced this one in between.
    async fn withdraw_if_replaced(&self, id: JobId, members: &[Member]) -> Result<(), NotificationError> {
        let job = self.progress.job(id).await?;
        if job.replaced_by.is_some() {
            for member in members {
                let id = job.notification_id(member.user_id);
                self.repository.withdraw(member.user_id, id, self.clock.now()).await?;
            }
        }
        Ok(())
    }

    /// Takes a job's lease; [`NotificationError::VersionConflict`] if another worker has it.
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

    /// Stores a page's rows, also if the job was paused in between, and gives the lease back unless it is to `go_on`.
    /// Returns the changed job; `None` if it does not run any more, or if another worker has the lease.
    async fn commit(
        &self,
        read: &Job,
        brief: &Brief,
        members: &[Member],
        next: Option<Place>,
        go_on: bool,
    ) -> Result<Option<Job>, NotificationError> {
        let to = self.addressees(brief, members, next.is_none());
        let mut contention = self.progress.contention();
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
            // The chunks of a paused job get no messages: when it is resumed, all open chunks are enqueued.
            let messages = if runs { self.page_work(&job, &chunks, next.is_some() && !go_on)? } else { Vec::new() };
            match self.repository.commit_page(&job, &chunks, &messages).await {
                Ok(()) => {
                    if next.is_none() {
                        tracing::info!(job.id = %job.id, total = job.counts.total, "notification_job.expanded");
                    }
                    return Ok(Some(job).filter(|_| runs));
                }
                Err(NotificationError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The recipients of a page. An announcement is posted in the groups once, so with the last page.
    fn addressees(&self, brief: &Brief, members: &[Member], is_last: bool) -> Vec<Addressee> {
        let users = members.iter().map(|member| Addressee::User(member.user_id));
        let chats: &[i64] = if is_last && brief.announce { &self.chats } else { &[] };
        users.chain(chats.iter().copied().map(Addressee::Group)).collect()
    }

    /// The messages that make workers send a page's chunks and, if it is `handed_over`, list the next pages.
    fn page_work(
        &self,
        job: &Job,
        chunks: &[Chunk],
        handed_over: bool,
    ) -> Result<Vec<OutboxMessage>, NotificationError> {
        let send = chunks.iter().map(|chunk| self.progress.chunk_work(job, chunk));
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
        let lanes = (0..groups.len().min(PARALLEL)).map(|lane| {
            let (repository, groups) = (self.repository.clone(), Arc::clone(&groups));
            async move {
                for group in groups.iter().skip(lane).step_by(PARALLEL) {
                    repository.deliver(group).await?;
                }
                Ok::<_, NotificationError>(())
            }
        });
        tasks::all(lanes).await.map(|_| ())
    }
}

/// The chunks that a page adds to a job, numbered after the existing ones.
fn next_chunks(job: &Job, to: &[Addressee]) -> Vec<Chunk> {
    let chunk =
        |(number, some): (u32, &[Addressee])| Chunk { round: job.round, ..Chunk::new(job.id, number, some.to_vec()) };
    (job.chunks..).zip(to.chunks(CHUNK)).map(chunk).collect()
}

/// A member's notification; `None` only if the brief lacks an argument, which was checked when it was written.
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
        lane: job.lane,
        not_after: None,
        replaced: false,
        telegram: Delivery::pending(),
    })
}

/// About `want` members of an audience from a position on, and the position after them; `None` at the end.
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
