//! Sessions, the draft that organisers write them in, and the releases that publish them.

use crate::id::AgendaSessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::speakers::model::{Speaker, SpeakerId};
use crate::text::{Line, Slug, Text};
use crate::time::{Time, Zone};
use crate::url::WebUrl;

/// Sessions of a draft: several times what a large conference has, and few enough to compare each with each.
pub const MAX_SESSIONS: usize = 3_000;
/// Speakers of a session.
pub const MAX_SPEAKERS: usize = 100;
/// Links of a session, and its attachments.
pub const MAX_LINKS: usize = 50;

/// A speaker of a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaSessionSpeaker)]
pub struct SessionSpeaker {
    /// Speaker id.
    pub id: SpeakerId,
    /// Full name.
    pub name: Line<200>,
}

impl From<&Speaker> for SessionSpeaker {
    fn from(speaker: &Speaker) -> Self {
        Self { id: speaker.id, name: speaker.name.clone() }
    }
}

/// A link or an attachment of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaSessionLink)]
pub struct Link {
    /// What to call it.
    pub title: Option<Line<500>>,
    /// Where it is.
    pub url: WebUrl,
    /// What it is, such as `slides`.
    #[serde(rename = "type")]
    pub kind: Option<Line<100>>,
}

/// What readers see of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaSessionContent)]
pub struct Content {
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
    /// End time. It is after `start`.
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
    /// Speakers, in order.
    pub speakers: Vec<SessionSpeaker>,
    /// Web page about the session.
    pub url: Option<WebUrl>,
    /// Picture of the session.
    pub logo_url: Option<WebUrl>,
    /// Whether recording is forbidden.
    pub do_not_record: bool,
    /// Links, from the imported schedule.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Attachments, from the imported schedule.
    #[serde(default)]
    pub attachments: Vec<Link>,
}

impl Content {
    /// Whether both have the same time and stage.
    pub(super) fn has_slot_of(&self, other: &Self) -> bool {
        (self.start, self.end, &self.stage) == (other.start, other.end, &other.stage)
    }

    /// Whether this person speaks in the session.
    pub fn has_speaker(&self, id: SpeakerId) -> bool {
        self.speakers.iter().any(|speaker| speaker.id == id)
    }

    /// The names of the fields that differ, as the API spells them.
    pub(super) fn differences(&self, other: &Self) -> Vec<&'static str> {
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
            ("links", self.links != other.links),
            ("attachments", self.attachments != other.attachments),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// Whether the times of both overlap. Sessions that follow each other without a break do not.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The keys that the imported schedule has for a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaSessionSource)]
pub struct Source {
    /// GUID in the schedule.
    pub guid: Option<String>,
    /// Code in the schedule (pretalx).
    pub code: Option<String>,
    /// Number in the schedule.
    pub id: Option<String>,
    /// URL slug in the schedule.
    pub slug: Option<String>,
    /// A hash of what the schedule said of the session. An import with the same hash changes nothing, so that changes
    /// of organisers stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub digest: Option<String>,
}

impl Source {
    /// Whether these are keys of one session, by the surest key that both have.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        let keys =
            [(&self.guid, &other.guid), (&self.code, &other.code), (&self.id, &other.id), (&self.slug, &other.slug)];
        let same = |(one, other): (&Option<String>, &Option<String>)| {
            Some(one.as_ref()?.eq_ignore_ascii_case(other.as_ref()?))
        };
        keys.into_iter().find_map(same).unwrap_or_default()
    }
}

/// A session of the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaDraftSession)]
pub struct DraftSession {
    /// Session id. It stays the same in all releases.
    pub id: AgendaSessionId,
    /// Version. Each change adds one.
    pub version: u64,
    /// Content of the session.
    #[serde(flatten)]
    pub content: Content,
    /// Keys in the imported schedule. `null` if an organiser wrote the session.
    pub source: Option<Source>,
}

impl DraftSession {
    /// Removes the hash that only imports use, before the session is shown.
    pub fn hide_digest(&mut self) {
        if let Some(source) = &mut self.source {
            source.digest = None;
        }
    }
}

/// The draft of the next release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaDraft)]
pub struct Draft {
    /// Slug of the conference.
    pub conference: Slug,
    /// Version. Each change adds one; an agenda without a draft has version 0.
    pub version: u64,
    /// Sessions, by start time.
    pub sessions: Vec<DraftSession>,
}

/// A session of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaSession)]
pub struct Session {
    /// Session id. It stays the same in all releases.
    pub id: AgendaSessionId,
    /// Calendar sequence number, from 0. Each release that changes, cancels or restores the session adds one.
    pub sequence: u64,
    /// Publication time of the release that last changed the session.
    pub changed_at: Time,
    /// Content of the session.
    #[serde(flatten)]
    pub content: Content,
    /// Keys in the imported schedule. `null` if an organiser wrote the session.
    pub source: Option<Source>,
}

/// A published release of the agenda. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agenda {
    /// Slug of the conference.
    pub conference: Slug,
    /// Number of the release, from 1.
    pub number: u64,
    /// IANA time zone of the conference at the time of the release, such as `Asia/Kolkata`.
    pub timezone: Zone,
    /// Publication time.
    pub released_at: Time,
    /// Sessions, by start time.
    pub sessions: Vec<Session>,
    /// Sessions that earlier releases had and a later one cancelled, as they were last.
    pub cancelled: Vec<Session>,
}

impl Agenda {
    /// The session with this id, unless it is cancelled.
    pub fn session(&self, id: AgendaSessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The sessions of a speaker, without cancelled ones.
    pub fn by_speaker(&self, id: SpeakerId) -> impl Iterator<Item = &Session> {
        self.sessions.iter().filter(move |session| session.content.has_speaker(id))
    }
}

/// Summary of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaRelease)]
pub struct Release {
    /// Slug of the conference.
    pub conference: Slug,
    /// Number of the release, from 1.
    pub number: u64,
    /// Publication time.
    pub released_at: Time,
    /// Number of sessions, without cancelled ones.
    pub sessions: usize,
    /// Number of sessions that this release added or restored.
    pub added: usize,
    /// Number of sessions with a new time or stage.
    pub moved: usize,
    /// Number of sessions that changed in other fields only.
    pub changed: usize,
    /// Number of sessions that this release cancelled.
    pub cancelled: usize,
}

/// The current draft and release of a conference. Every change of either changes the head, so its version decides which
/// of two changes at the same time is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Slug of the conference.
    pub conference: Slug,
    /// Version. Each change of draft or release adds one.
    pub version: u64,
    /// Version of the draft. It never restarts, even if the draft is emptied or the conference deleted.
    pub draft: u64,
    /// Whether the draft has no sessions. It has no parts then.
    #[serde(default)]
    pub is_empty: bool,
    /// Number of the current release. `None` before the first.
    pub release: Option<u64>,
}

impl Head {
    /// The head of a conference that has neither draft nor release. It is not stored.
    pub const fn new(conference: Slug) -> Self {
        Self { conference, version: 0, draft: 0, is_empty: true, release: None }
    }
}
