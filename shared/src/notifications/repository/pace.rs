//! The send schedule, and the new ids of moved groups.

use super::NotificationRepository;
use crate::dynamo::{self, Expression};
use crate::notifications::items::MovedChat;
use crate::notifications::keys;
use crate::notifications::pace::{Lane, Timetable};
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
        let micros = timetable.map_or(0, |timetable| timetable.paused_until);
        Ok(Time::from_millis(micros / 1000).unwrap_or_default())
    }

    /// Moves a lane's next slot from `turn` to `next`; `None` if another worker was faster, or if sending is paused at
    /// `now`. All in microseconds.
    pub async fn take_turn(
        &self,
        lane: Lane,
        turn: i64,
        next: i64,
        now: i64,
    ) -> Result<Option<Timetable>, dynamo::Error> {
        let name = match lane {
            Lane::Urgent => "urgent",
            Lane::Bulk => "bulk",
        };
        let update = Expression::new("SET #lane = :next").name("#lane", name).number(":next", next);
        let free = Expression::new("#lane = :turn AND paused_until <= :now").number(":turn", turn).number(":now", now);
        dynamo::if_held(self.ephemeral.update(&keys::pace(), &update, &free).await)
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
