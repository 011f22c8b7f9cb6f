//! Sessions, the draft they are written in, and the releases that they are published by.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{AgendaSessionId, SpeakerId};
use crate::text::{Line, Slug, Text};
use crate::time::{Time, Zone};
use crate::url::WebUrl;

/// Most sessions of an agenda, counting those that releases have cancelled.
pub const MAX_SESSIONS: usize = 3_000;
/// Most speakers of a session.
pub const MAX_SPEAKERS: usize = 100;

/// Somebody who speaks, as a session names them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct SessionSpeaker {
    /// The speaker.
    pub id: SpeakerId,
    /// What they are called.
    pub name: Line<200>,
}

/// What a session is: all that readers see of it and that a change of it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionContent)]
pub struct Content {
    /// What it is called.
    pub title: Line<500>,
    /// What it is called, continued.
    pub subtitle: Option<Line<500>>,
    /// What it is about, in short.
    #[serde(rename = "abstract")]
    pub summary: Option<Text<20000>>,
    /// What it is about, at length.
    pub description: Option<Text<20000>>,
    /// When it begins.
    pub start: Time,
    /// When it ends, after it begins.
    pub end: Time,
    /// The stage or room it takes place in.
    pub stage: Option<Line<100>>,
    /// The track it belongs to.
    pub track: Option<Line<100>>,
    /// What it is: a talk, a workshop, a break.
    #[serde(rename = "type")]
    pub kind: Option<Line<100>>,
    /// The language it is held in.
    pub language: Option<Line<40>>,
    /// Who speaks, in order.
    pub speakers: Vec<SessionSpeaker>,
    /// A page about it.
    pub url: Option<WebUrl>,
    /// A picture of it.
    pub logo_url: Option<WebUrl>,
    /// Whether it must not be recorded.
    pub do_not_record: bool,
}

impl Content {
    /// Whether both take place at the same time and stage.
    pub fn is_where_and_when(&self, other: &Self) -> bool {
        (self.start, self.end, &self.stage) == (other.start, other.end, &other.stage)
    }

    /// Whether somebody speaks in it.
    pub fn has_speaker(&self, id: SpeakerId) -> bool {
        self.speakers.iter().any(|speaker| speaker.id == id)
    }

    /// The names of the fields that differ.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("title", self.title != other.title),
            ("subtitle", self.subtitle != other.subtitle),
            ("abstract", self.summary != other.summary),
            ("description", self.description != other.description),
            ("start", self.start != other.start),
            ("end", self.end != other.end),
            ("stage", self.stage != other.stage),
            ("track", self.track != other.track),
            ("type", self.kind != other.kind),
            ("language", self.language != other.language),
            ("speakers", self.speakers != other.speakers),
            ("url", self.url != other.url),
            ("logo_url", self.logo_url != other.logo_url),
            ("do_not_record", self.do_not_record != other.do_not_record),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// Whether both take place at the same moment.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// What the schedule that a session was imported from knows it by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionSource)]
pub struct Source {
    /// Its GUID.
    pub guid: Option<String>,
    /// Its code (pretalx).
    pub code: Option<String>,
    /// Its number.
    pub id: Option<String>,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// What the schedule said of it when it was last read (a hash): what it says again changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub digest: Option<String>,
}

/// A session of the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftSession {
    /// Its id, in all releases.
    pub id: AgendaSessionId,
    /// Rises by one with each change.
    pub version: u64,
    /// What it is.
    #[serde(flatten)]
    pub content: Content,
    /// Where it was imported from; `null` for what organisers wrote.
    pub source: Option<Source>,
}

impl DraftSession {
    /// Leaves out what is of use to imports only.
    pub fn hide_digest(&mut self) {
        if let Some(source) = &mut self.source {
            source.digest = None;
        }
    }
}

/// The draft: what the next release will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaDraft)]
pub struct Draft {
    /// The conference.
    pub conference: Slug,
    /// Rises by one with each change; 0 before the first.
    pub version: u64,
    /// Its sessions, in order of time.
    pub sessions: Vec<DraftSession>,
}

/// A session of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaSession)]
pub struct Session {
    /// Its id, in all releases.
    pub id: AgendaSessionId,
    /// 0 at first; rises by one with each release that changes, cancels or revives it.
    pub sequence: u64,
    /// When the release that last changed it was published.
    pub changed_at: Time,
    /// What it is.
    #[serde(flatten)]
    pub content: Content,
    /// Where it was imported from; `null` for what organisers wrote.
    pub source: Option<Source>,
}

/// A release: what everybody reads. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agenda {
    /// The conference.
    pub conference: Slug,
    /// 1 for the first release.
    pub number: u64,
    /// The conference's zone when this was released.
    pub timezone: Zone,
    /// When it was published.
    pub released_at: Time,
    /// The sessions, in order of time.
    pub sessions: Vec<Session>,
    /// Sessions of earlier releases that take place no more, as they were last.
    pub cancelled: Vec<Session>,
}

impl Agenda {
    /// A session that takes place.
    pub fn session(&self, id: AgendaSessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

/// What is told of a release in the list of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaRelease)]
pub struct Release {
    /// The conference.
    pub conference: Slug,
    /// 1 for the first release.
    pub number: u64,
    /// When it was published.
    pub released_at: Time,
    /// How many sessions take place.
    pub sessions: usize,
    /// How many are new in it.
    pub added: usize,
    /// How many have another time or stage.
    pub moved: usize,
    /// How many say something else.
    pub changed: usize,
    /// How many it cancels.
    pub cancelled: usize,
}

/// Where draft and releases of a conference stand: one small item, which every change of them changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The conference.
    pub conference: Slug,
    /// Rises by one with each change.
    pub version: u64,
    /// The draft's version.
    pub draft: u64,
    /// The number of the current release, if there is one.
    pub release: Option<u64>,
}

impl Head {
    /// Where a conference begins.
    pub const fn new(conference: Slug) -> Self {
        Self { conference, version: 0, draft: 0, release: None }
    }
}
