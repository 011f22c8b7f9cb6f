//! A user's preferences, and the reasons to skip a message that follow from them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use super::lead::Lead;
use super::model::{Category, Reason};
use crate::id::UserId;
use crate::text::{InvalidText, parsed};
use crate::time::{Time, Zone};
use crate::users::model::User;

/// The channels of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationChannels)]
pub struct Channels {
    /// Show in the feed of the app.
    pub in_app: bool,
    /// Send to Telegram.
    pub telegram: bool,
}

/// A time of day to the minute, such as `22:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("22:30"))]
pub struct TimeOfDay(civil::Time);

impl FromStr for TimeOfDay {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |part: Option<&str>| part?.parse::<i8>().ok();
        let time = (text.len() == 5 && text.as_bytes()[2] == b':' && !text.contains(['+', '-']))
            .then(|| civil::Time::new(digits(text.get(..2))?, digits(text.get(3..))?, 0, 0).ok())
            .flatten();
        time.map(Self).ok_or_else(|| InvalidText("must be a time of day such as 22:30".into()))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// The hours in which nothing but critical messages is sent to Telegram. They can extend past midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// Start time.
    pub from: TimeOfDay,
    /// End time, exclusive. If it equals `from`, the whole day is quiet.
    pub until: TimeOfDay,
    /// IANA time zone of both times, such as `Asia/Kolkata`.
    pub timezone: Zone,
}

impl QuietHours {
    pub fn contain(&self, now: Time) -> bool {
        let time = TimeOfDay(self.timezone.at(now).time());
        if self.from < self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

/// A user's notification preferences. By default everything is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NotificationPreferences, example = json!({
    "muted": false,
    "categories": {"quest": {"in_app": true, "telegram": false}},
    "quiet_hours": {"from": "22:00", "until": "07:30", "timezone": "Asia/Kolkata"},
    "reminder_minutes": 30,
}))]
pub struct Choices {
    /// Send critical messages only to Telegram.
    pub muted: bool,
    /// Channels by category. A category that is not named uses all channels.
    pub categories: BTreeMap<Category, Channels>,
    /// Quiet hours on Telegram. `null`: none.
    pub quiet_hours: Option<QuietHours>,
    /// Minutes between a reminder and the start of a bookmarked session or a registered event: 0 for no reminders, or 5
    /// to 1440.
    #[schema(value_type = u16, minimum = 0, maximum = 1440, default = 15)]
    pub reminder_minutes: Lead,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    pub user_id: UserId,
    pub choices: Choices,
    pub updated_at: Time,
}

impl Choices {
    pub fn in_app(&self, category: Category) -> bool {
        self.categories.get(&category).is_none_or(|channels| channels.in_app)
    }

    /// The reason not to send a message of this category to the user now. `None` if it is to be sent, as critical ones
    /// always are.
    pub fn skip(&self, user: &User, category: Category, critical: bool, now: Time) -> Option<Reason> {
        if critical {
            return None;
        }
        let telegram = self.categories.get(&category).is_none_or(|channels| channels.telegram);
        let quiet = || self.quiet_hours.as_ref().is_some_and(|hours| hours.contain(now));
        match () {
            () if user.standing.is_banned(now) => Some(Reason::Banned),
            () if !user.is_reachable() => Some(Reason::Unreachable),
            () if !user.notifications_enabled => Some(Reason::TelegramOff),
            () if self.muted => Some(Reason::Muted),
            () if !telegram => Some(Reason::CategoryOff),
            () if quiet() => Some(Reason::QuietHours),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, until: &str, zone: &str) -> QuietHours {
        QuietHours { from: from.parse().unwrap(), until: until.parse().unwrap(), timezone: zone.parse().unwrap() }
    }

    fn quiet(hours: &QuietHours, at: &str) -> bool {
        hours.contain(at.parse().unwrap())
    }

    #[test]
    fn quiet_hours_across_midnight_hold_on_both_days() {
        let night = hours("22:00", "07:30", "Asia/Kolkata");
        for (at, expected) in [
            ("2026-11-22T21:59:59+05:30", false),
            ("2026-11-22T22:00:00+05:30", true),
            ("2026-11-23T00:00:00+05:30", true),
            ("2026-11-23T07:29:59+05:30", true),
            ("2026-11-23T07:30:00+05:30", false),
        ] {
            assert_eq!(quiet(&night, at), expected, "{at}");
        }
    }

    #[test]
    fn quiet_hours_follow_daylight_saving_time() {
        // Berlin: the clocks go from 03:00 back to 02:00 on 2026-10-25, and from 02:00 on to 03:00 on 2026-03-29.
        let night = hours("23:00", "02:30", "Europe/Berlin");
        assert!(quiet(&night, "2026-10-25T00:29:00Z"), "02:29 summer time");
        assert!(!quiet(&night, "2026-10-25T00:45:00Z"), "02:45 summer time");
        assert!(quiet(&night, "2026-10-25T01:15:00Z"), "02:15 again, winter time");
        assert!(!quiet(&night, "2026-10-25T01:30:00Z"), "02:30 winter time");
        assert!(quiet(&night, "2026-03-29T00:59:00Z"), "01:59 winter time");
        assert!(!quiet(&night, "2026-03-29T01:00:00Z"), "03:00 summer time: 02:30 never was");
        assert!(quiet(&night, "2026-07-01T21:00:00Z") && !quiet(&night, "2026-12-01T21:00:00Z"));
    }

    #[test]
    fn quiet_hours_by_day_and_around_the_clock() {
        let siesta = hours("13:00", "15:00", "UTC");
        assert!(quiet(&siesta, "2026-11-22T13:00:00Z") && !quiet(&siesta, "2026-11-22T15:00:00Z"));
        let always = hours("09:00", "09:00", "UTC");
        assert!(quiet(&always, "2026-11-22T08:59:00Z") && quiet(&always, "2026-11-22T09:00:00Z"));
    }

    #[test]
    fn preferences_with_a_wrong_zone_or_time_are_refused() {
        for bad in ["24:00", "9:00", "09:60", "0900", "+9:00", "ab:cd", "09:00:00", "é:00"] {
            assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
        }
        for bad in ["", "Mars/Olympus", "+05:30", "../etc/passwd"] {
            assert!(bad.parse::<Zone>().is_err(), "{bad}");
        }
    }
}
