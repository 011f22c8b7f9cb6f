//! Time zones, by their IANA names.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use super::{Date, Time};
use crate::text::{InvalidText, parsed};

/// IANA time zone, such as `Asia/Kolkata`.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = TimeZone, value_type = String, examples("Asia/Kolkata"))]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone that times are kept in.
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// What the clocks of the zone show at a time.
    pub fn at(&self, time: Time) -> Zoned {
        Timestamp::from_millisecond(time.millis()).unwrap_or_default().to_zoned(self.0.clone())
    }

    /// When its clocks show this. If they change, a skipped hour has the offset before, and a repeated hour is the first.
    pub fn instant(&self, local: DateTime) -> Option<Time> {
        let stamp = self.0.to_ambiguous_timestamp(local).compatible().ok()?;
        Time::from_millis(stamp.as_millisecond())
    }

    /// The date in the zone at a time.
    pub fn date(&self, time: Time) -> Date {
        Date::shown(self.at(time).date())
    }

    /// The zone itself.
    pub const fn time_zone(&self) -> &TimeZone {
        &self.0
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

impl FromStr for Zone {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // `Etc/Unknown` and `Factory` say that nobody has set the zone. Machines have more names, such as `localtime`,
        // which mean something else on each.
        let is_set = |zone: &TimeZone| !zone.is_unknown() && zone.iana_name() != Some("Factory");
        let zone = TimeZoneDatabase::bundled().get(text).ok().filter(is_set);
        zone.map(Self).ok_or(InvalidText("must be an IANA time zone such as `Asia/Kolkata`".into()))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_has_an_iana_name() {
        for name in ["Asia/Kolkata", "UTC", "Etc/GMT+12", "America/Argentina/Ushuaia"] {
            assert_eq!(name.parse::<Zone>().unwrap().name(), name);
        }
        for text in [
            "",
            "localtime",
            "posixrules",
            "right/UTC",
            "posix/UTC",
            "Etc/Unknown",
            "etc/unknown",
            "Factory",
            "Mars/Olympus",
            "+05:30",
            "IST-5:30",
            " UTC",
        ] {
            assert!(text.parse::<Zone>().is_err(), "{text}");
        }
    }
}
