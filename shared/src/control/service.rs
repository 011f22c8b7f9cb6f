//! What an instance knows of the control list.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::model::{Change, ControlEntry, ControlId, KEPT_SECONDS, Refusal, judge};
use super::repository::ControlRepository;
use crate::id::{SessionId, UserId};
use crate::platform::Platform;
use crate::time::{Clock, Time};

/// Seconds between two reads. With the lag of an eventually consistent read, a change is known within 5 seconds.
pub const READ_EVERY: i64 = 3;
/// Seconds for which the last list holds if it cannot be read.
pub const HOLDS_FOR: i64 = 60;
/// Seconds that each read looks back beyond the one before it: the clocks of instances differ, and a transaction may
/// take long after its entry got its time.
const OVERLAP: i64 = 60;

/// The control list, as this instance knows it. Clones share it.
#[derive(Clone, Debug)]
pub struct ControlList {
    repository: ControlRepository,
    clock: Clock,
    /// One read at a time: a request that comes meanwhile needs its result, too.
    reading: Arc<tokio::sync::Mutex<()>>,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Time of the last try.
    tried_at: Option<Time>,
    /// Time of the last read that succeeded.
    read_at: Option<Time>,
    /// By user, in the order of time.
    entries: HashMap<UserId, BTreeMap<(Time, ControlId), ControlEntry>>,
}

impl ControlList {
    /// A list that has not been read.
    pub fn new(platform: &Platform) -> Self {
        Self {
            repository: ControlRepository::new(platform),
            clock: platform.clock.clone(),
            reading: Arc::default(),
            known: Arc::default(),
        }
    }

    /// Reads what is new, if the last read is [`READ_EVERY`] seconds ago. A failure is logged, and the last list holds.
    pub async fn refresh(&self) {
        let _reading = self.reading.lock().await;
        let now = self.clock.now();
        let since = {
            let mut known = self.known();
            if known.tried_at.is_some_and(|tried_at| now < tried_at.plus_seconds(READ_EVERY)) {
                return;
            }
            known.tried_at = Some(now);
            known.read_at.map_or_else(|| now.plus_seconds(-KEPT_SECONDS), |read_at| read_at.plus_seconds(-OVERLAP))
        };
        match self.repository.since(since).await {
            Ok(entries) => self.known().learn(entries, now),
            Err(error) => tracing::warn!(%error, "control.read_failed"),
        }
    }

    /// Why a token of a user with this session is refused, if it is.
    pub fn refusal(&self, user: UserId, session: SessionId) -> Option<Refusal> {
        let known = self.known();
        judge(known.entries.get(&user)?.values(), session, self.clock.now())
    }

    /// Whether the user's grants changed lately, so that a token may not know of them.
    pub fn grants_changed(&self, user: UserId) -> bool {
        let known = self.known();
        known.entries.get(&user).is_some_and(|entries| entries.values().any(|entry| entry.change == Change::Grants))
    }

    /// Whether the list is recent enough for routes of staff.
    pub fn holds(&self) -> bool {
        self.known().read_at.is_some_and(|read_at| self.clock.now() <= read_at.plus_seconds(HOLDS_FOR))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn learn(&mut self, entries: Vec<ControlEntry>, now: Time) {
        self.read_at = Some(now);
        for entry in entries {
            self.entries.entry(entry.user_id).or_default().insert((entry.at, entry.id), entry);
        }
        let oldest = now.plus_seconds(-KEPT_SECONDS);
        self.entries.retain(|_, of_user| {
            of_user.retain(|(at, _), _| *at >= oldest);
            !of_user.is_empty()
        });
    }
}
