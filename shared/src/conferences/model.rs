//! A conference.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::{Line, Slug, Text};
use crate::time::{Time, Zone};
use crate::url::HttpsUrl;

/// A conference: one item, versioned. Its slug is its name in addresses, for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conference {
    /// Its name in addresses.
    pub slug: Slug,
    /// What it is called.
    pub name: Line<100>,
    /// What it is about.
    pub description: Option<Text<5000>>,
    /// The first day, by the clocks of `timezone`.
    #[schema(value_type = String, format = Date, examples("2026-12-01"))]
    pub start_date: Date,
    /// The last day.
    #[schema(value_type = String, format = Date, examples("2026-12-05"))]
    pub end_date: Date,
    /// Where its clocks are.
    pub timezone: Zone,
    /// Where it takes place.
    pub location: Option<Line<200>>,
    /// A picture.
    pub image_url: Option<HttpsUrl>,
    /// Its logo.
    pub logo_url: Option<HttpsUrl>,
    /// Rises by one with each change.
    pub version: u64,
    /// When it was written.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

impl Conference {
    /// Whether its days are in order.
    pub fn is_in_order(&self) -> bool {
        self.start_date <= self.end_date
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}
