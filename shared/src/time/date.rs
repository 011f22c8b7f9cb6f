//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use super::rfc3339::full_date;
use crate::text::{InvalidText, parsed};

/// Date in RFC 3339.
// As text it also sorts, because the year has four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(as = CalendarDate, value_type = String, format = Date, examples("2026-12-01"))]
pub struct Date(civil::Date);

impl Date {
    /// Whether the year is from 1970 to 2199. Others are typing errors.
    pub fn is_plausible(self) -> bool {
        (1970..2200).contains(&self.0.year())
    }

    /// A date in a time zone, at a time that [`super::Time`] can hold: so the year has four digits.
    pub(super) const fn shown(date: civil::Date) -> Self {
        Self(date)
    }
}

impl FromStr for Date {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        full_date(text).map(Self).ok_or(InvalidText("must be a date such as `2026-12-01`".into()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}
