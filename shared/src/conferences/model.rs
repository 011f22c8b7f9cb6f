//! A conference.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::{Line, Slug, Text};
use crate::time::{Date, Time, Zone};
use crate::url::HttpsUrl;

/// A conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conference {
    /// URL slug, unique. It cannot be changed.
    pub slug: Slug,
    /// Display name.
    pub name: Line<100>,
    /// Description in plain text.
    pub description: Option<Text<5000>>,
    /// First day, in `timezone`.
    pub start_date: Date,
    /// Last day, in `timezone`.
    pub end_date: Date,
    /// IANA time zone, such as `Asia/Kolkata`.
    pub timezone: Zone,
    /// Venue or city.
    pub location: Option<Line<200>>,
    /// Address of a picture.
    pub image_url: Option<HttpsUrl>,
    /// Address of the logo.
    pub logo_url: Option<HttpsUrl>,
    /// Version. It increases by one with each change; send it as `If-Match`.
    pub version: u64,
    /// Creation time.
    pub created_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
}

impl Conference {
    /// Whether the last day is not before the first.
    pub fn is_in_order(&self) -> bool {
        self.start_date <= self.end_date
    }

    /// Makes it the next version.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}
