//! Sessions as requests have them, and the report of an import.

use serde::{Deserialize, Serialize};
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::model::{Content, SessionSpeaker};
use crate::error::Detail;
use crate::speakers::model::SpeakerId;
use crate::speakers::view::SpeakerCounts;
use crate::text::{Line, Text, not_null, set};
use crate::time::Time;
use crate::url::WebUrl;

/// A new session of the draft.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAgendaSession, example = json!({
    "title": "Rollups explained", "abstract": "How rollups scale a blockchain.",
    "start": "2026-12-01T04:30:00Z", "end": "2026-12-01T05:15:00Z", "stage": "Hall A", "track": "Scaling", "type": "talk",
    "language": "en", "speakers": ["spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"],
}))]
pub struct NewSession {
    /// Title.
    pub title: Line<500>,
    /// Subtitle.
    pub subtitle: Option<Line<500>>,
    /// Short summary.
    #[serde(rename = "abstract")]
    pub summary: Option<Text<20000>>,
    /// Full description.
    pub description: Option<Text<20000>>,
    /// Start time.
    pub start: Time,
    /// End time: after `start`, and at most 14 days later.
    pub end: Time,
    /// Stage or room.
    pub stage: Option<Line<100>>,
    /// Track.
    pub track: Option<Line<100>>,
    /// Kind of session, such as `talk`, `workshop` or `break`.
    #[serde(rename = "type")]
    pub kind: Option<Line<100>>,
    /// Language of the session.
    pub language: Option<Line<40>>,
    /// Ids of the conference's speakers, in order.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub speakers: Vec<SpeakerId>,
    /// Web page about the session.
    pub url: Option<WebUrl>,
    /// Picture of the session.
    pub logo_url: Option<WebUrl>,
    /// Whether recording is forbidden. Default: `false`.
    #[serde(default)]
    pub do_not_record: bool,
}

impl NewSession {
    /// The content of the session, by these speakers.
    pub(super) fn into_content(self, speakers: Vec<SessionSpeaker>) -> Content {
        Content {
            title: self.title,
            subtitle: self.subtitle,
            summary: self.summary,
            description: self.description,
            start: self.start,
            end: self.end,
            stage: self.stage,
            track: self.track,
            kind: self.kind,
            language: self.language,
            speakers,
            url: self.url,
            logo_url: self.logo_url,
            do_not_record: self.do_not_record,
            links: Vec::new(),
            attachments: Vec::new(),
        }
    }
}

/// Changes to a session of the draft. An absent field stays as it is, `null` clears it, a value replaces it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AgendaSessionPatch, example = json!({
    "start": "2026-12-01T09:30:00Z", "end": "2026-12-01T10:15:00Z", "stage": "Hall B", "subtitle": null,
}))]
pub struct SessionPatch {
    /// Title.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub title: Option<Line<500>>,
    /// Subtitle.
    #[serde(with = "double_option")]
    pub subtitle: Option<Option<Line<500>>>,
    /// Short summary.
    #[serde(rename = "abstract", with = "double_option")]
    pub summary: Option<Option<Text<20000>>>,
    /// Full description.
    #[serde(with = "double_option")]
    pub description: Option<Option<Text<20000>>>,
    /// Start time.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub start: Option<Time>,
    /// End time: after `start`, and at most 14 days later.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub end: Option<Time>,
    /// Stage or room.
    #[serde(with = "double_option")]
    pub stage: Option<Option<Line<100>>>,
    /// Track.
    #[serde(with = "double_option")]
    pub track: Option<Option<Line<100>>>,
    /// Kind of session, such as `talk`, `workshop` or `break`.
    #[serde(rename = "type", with = "double_option")]
    pub kind: Option<Option<Line<100>>>,
    /// Language of the session.
    #[serde(with = "double_option")]
    pub language: Option<Option<Line<40>>>,
    /// Ids of the conference's speakers, in order.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false, max_items = 100)]
    pub speakers: Option<Vec<SpeakerId>>,
    /// Web page about the session.
    #[serde(with = "double_option")]
    pub url: Option<Option<WebUrl>>,
    /// Picture of the session.
    #[serde(with = "double_option")]
    pub logo_url: Option<Option<WebUrl>>,
    /// Whether recording is forbidden.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub do_not_record: Option<bool>,
}

impl SessionPatch {
    /// Changes the content, and gives it `speakers` if there are new ones.
    pub(super) fn apply(self, content: &mut Content, speakers: Option<Vec<SessionSpeaker>>) {
        set(&mut content.title, self.title);
        set(&mut content.subtitle, self.subtitle);
        set(&mut content.summary, self.summary);
        set(&mut content.description, self.description);
        set(&mut content.start, self.start);
        set(&mut content.end, self.end);
        set(&mut content.stage, self.stage);
        set(&mut content.track, self.track);
        set(&mut content.kind, self.kind);
        set(&mut content.language, self.language);
        set(&mut content.speakers, speakers);
        set(&mut content.url, self.url);
        set(&mut content.logo_url, self.logo_url);
        set(&mut content.do_not_record, self.do_not_record);
    }
}

/// How to import a schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Whether one odd entry refuses the whole schedule.
    pub strict: bool,
    /// Whether a schedule without sessions may remove all sessions of earlier imports.
    pub allow_empty: bool,
}

/// How many sessions the import of a schedule created, changed and removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaSessionCounts)]
pub struct SessionCounts {
    /// Sessions that the import added to the draft.
    pub created: usize,
    /// Sessions that the import changed.
    pub changed: usize,
    /// Sessions of earlier imports that the schedule no longer has.
    pub removed: usize,
    /// Sessions of the schedule that the draft had already.
    pub unchanged: usize,
}

impl SessionCounts {
    pub(super) const fn is_unchanged(&self) -> bool {
        self.created + self.changed + self.removed == 0
    }
}

/// The result of importing a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaImportReport)]
pub struct ImportReport {
    /// Version of the draft after the import.
    pub draft_version: u64,
    /// Whether the import left the draft as it was.
    pub unchanged: bool,
    /// Counts of sessions.
    pub sessions: SessionCounts,
    /// Counts of speakers.
    pub speakers: SpeakerCounts,
    /// Problems of the schedule that did not stop the import, such as entries that are left out. At most 100 are listed.
    pub warnings: Vec<Detail>,
}
