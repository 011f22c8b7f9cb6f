//! The send schedule, and the new ids of moved groups.

use super::NotificationRepository;
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Expression, Transaction};
use crate::notifications::error::NotificationError;
use crate::notifications::items::MovedChat;
use crate::notifications::keys;
use crate::notifications::pace::{Refusal, Timetable, Track};
use crate::time::Time;

impl NotificationRepository {
    /// The send schedule. It is created if it does not exist.
    pub async fn timetable(&self) -> Result<Timetable, dynamo::Error> {
        if let Some(timetable) = self.ephemeral.get(&keys::pace()).await? {
            return Ok(timetable);
        }
        dynamo::if_held(self.ephemeral.put(&Timetable::default(), &Expression::absent()).await)?;
        Ok(self.ephemeral.get(&keys::pace()).await?.unwrap_or_default())
    }

    /// Until when Telegram refuses the bot's messages, or did.
    pub async fn paused_until(&self) -> Result<Time, dynamo::Error> {
        let timetable: Option<Timetable> = self.ephemeral.get(&keys::pace()).await?;
        Ok(timetable.unwrap_or_default().paused_until())
    }

    /// Moves a track's next slot from `before` to `next`; `None` if another worker was faster, or if sending is paused
    /// at `now`. All in microseconds.
    pub async fn take_slot(
        &self,
        track: Track,
        before: i64,
        next: i64,
        now: i64,
    ) -> Result<Option<Timetable>, dynamo::Error> {
        let name = match track {
            Track::Urgent => "urgent",
            Track::Caused => "caused",
            Track::Bulk => "bulk",
        };
        let update = Expression::new("SET #track = :next").name("#track", name).number(":next", next);
        // A schedule of an older release lacks some tracks.
        let free = Expression::new("(attribute_not_exists(#track) OR #track = :before) AND paused_until <= :now");
        let free = free.number(":before", before).number(":now", now);
        dynamo::if_held(self.ephemeral.update(&keys::pace(), &update, &free).await)
    }

    /// Records refusals; false if another worker has recorded some since `before` was read.
    pub async fn refuse(&self, before: &[Refusal], after: &[Refusal]) -> Result<bool, dynamo::Error> {
        let update = Expression::new("SET refused = :after").value(":after", &after);
        let same = Expression::new("attribute_not_exists(refused) OR refused = :before").value(":before", &before);
        let changed = self.ephemeral.update::<Timetable>(&keys::pace(), &update, &same).await;
        Ok(dynamo::if_held(changed)?.is_some())
    }

    /// Ends the pause of all lanes that `timetable` has; [`NotificationError::PreconditionFailed`] if there is another one.
    pub async fn lift_pause(&self, timetable: &Timetable, entry: &AuditEntry) -> Result<(), NotificationError> {
        let update = Expression::new("SET paused_until = :never").number(":never", 0);
        let same = Expression::new("paused_until = :seen").number(":seen", timetable.paused_until);
        let mut transaction = Transaction::new();
        let otherwise = NotificationError::PreconditionFailed;
        transaction.update_if(&self.ephemeral, &keys::pace(), &update, &same, otherwise);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    /// Pauses all lanes, unless they are paused for longer.
    pub async fn pause_until(&self, until: i64) -> Result<(), dynamo::Error> {
        let update = Expression::new("SET paused_until = :until").number(":until", until);
        let sooner = Expression::new("paused_until < :until");
        dynamo::if_held(self.ephemeral.update::<Timetable>(&keys::pace(), &update, &sooner).await).map(|_| ())
    }

    /// The current id of a group's chat.
    pub async fn chat(&self, chat: i64) -> Result<i64, dynamo::Error> {
        let moved: Option<MovedChat> = self.notifications.get(&keys::moved_chat(chat)).await?;
        Ok(moved.map_or(chat, |moved| moved.to))
    }

    /// Records the new id of a group's chat.
    pub async fn move_chat(&self, from: i64, to: i64) -> Result<(), dynamo::Error> {
        self.notifications.put(&MovedChat { from, to }, &Expression::default()).await
    }
}
