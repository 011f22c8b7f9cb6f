//! Time zones, by their IANA names.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
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
        let unknown = || InvalidText("must be an IANA time zone such as `Asia/Kolkata`".into());
        TimeZone::get(text).map(Self).map_err(|_| unknown())
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
