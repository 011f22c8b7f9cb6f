//! What is written as a schedule is read as it was.

use proptest::prelude::*;

use super::reading;
use crate::agenda::model::{Content, Link, SessionSpeaker};
use crate::agenda::schedule::{Entry, Export, write};
use crate::conferences::model::Conference;
use crate::id::AgendaSessionId;
use crate::random::Random;
use crate::speakers::model::{Speaker, SpeakerId};
use crate::time::{Time, Zone};

fn conference(zone: &Zone) -> Conference {
    let now = Time::default();
    Conference {
        slug: "ibw-2026".parse().unwrap(),
        name: "IBW".parse().unwrap(),
        description: None,
        start_date: "2026-12-01".parse().unwrap(),
        end_date: "2026-12-05".parse().unwrap(),
        timezone: zone.clone(),
        location: None,
        image_url: None,
        logo_url: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn speaker(position: usize) -> Speaker {
    let now = Time::from_millis(i64::try_from(position).unwrap()).unwrap();
    Speaker {
        id: SpeakerId::derive(now, &["speaker"]),
        conference: "ibw-2026".parse().unwrap(),
        slug: format!("speaker-{position}").parse().unwrap(),
        name: format!("Speaker {position}").parse().unwrap(),
        title: None,
        bio: Some("Speaks.\n\nA lot.".parse().unwrap()),
        photo_url: Some("https://cdn.example.org/a.png".parse().unwrap()),
        twitter_username: None,
        linkedin_username: None,
        user_id: None,
        source: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn text(pattern: &'static str) -> impl Strategy<Value = Option<String>> {
    prop::option::of(pattern)
}

fn links() -> impl Strategy<Value = Vec<Link>> {
    let link = (text("[a-z]{1,9}"), "[a-z]{1,9}", text("[a-z]{1,9}")).prop_map(|(title, path, kind)| Link {
        title: title.and_then(|title| title.parse().ok()),
        url: format!("https://example.org/{path}").parse().unwrap(),
        kind: kind.and_then(|kind| kind.parse().ok()),
    });
    prop::collection::vec(link, 0..3)
}

prop_compose! {
    fn content()(
        title in "[a-zA-Z<>&\"ÄÖñ語 .]{1,40}",
        (subtitle, stage, track, kind) in (text("[a-z ]{1,9}"), text("[A-Za-z0-9 .\\[\\]\"]{1,12}"), text("[A-Z]{1,5}"), text("[a-z]{1,5}")),
        (summary, description) in (text("[a-z\n<>*\\\\]{1,80}"), text(".{1,80}")),
        language in text("[a-z]{2}"),
        (start, length) in (1_790_000_000_000i64..1_810_000_000_000, 1i64..200_000_000),
        people in prop::collection::btree_set(0usize..5, 0..4),
        do_not_record: bool,
        linked: bool,
        (links, attachments) in (links(), links()),
    ) -> Content {
        let page = linked.then(|| "https://example.org/talk/7/?a=b".parse().unwrap());
        Content {
            title: title.parse().unwrap_or_else(|_| "x".parse().unwrap()),
            subtitle: subtitle.and_then(|text| text.parse().ok()),
            summary: summary.and_then(|text| text.parse().ok()),
            description: description.and_then(|text| text.parse().ok()),
            start: Time::from_millis(start).unwrap(),
            end: Time::from_millis(start + length).unwrap(),
            stage: stage.and_then(|text| text.split_whitespace().collect::<Vec<_>>().join(" ").parse().ok()),
            track: track.and_then(|text| text.parse().ok()),
            kind: kind.and_then(|text| text.parse().ok()),
            language: language.and_then(|text| text.parse().ok()),
            speakers: people.into_iter().map(speaker).map(|speaker| SessionSpeaker { id: speaker.id, name: speaker.name }).collect(),
            url: page.clone(),
            logo_url: page,
            do_not_record,
            links,
            attachments,
        }
    }
}

/// One line as the importer keeps it: single spaces.
fn lined(mut content: Content) -> Content {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    content.title = line(content.title.as_str()).parse().unwrap();
    content.subtitle = content.subtitle.map(|text| line(text.as_str()).parse().unwrap());
    content
}

proptest! {
    #[test]
    fn agenda_is_read_as_it_was_written(
        contents in prop::collection::vec(content(), 0..12),
        zone in prop::sample::select(&["Asia/Kolkata", "Europe/Berlin", "America/New_York", "UTC"][..]),
    ) {
        let zone: Zone = zone.parse().unwrap();
        let speakers: Vec<Speaker> = (0..5).map(speaker).collect();
        let contents: Vec<Content> = contents.into_iter().map(lined).collect();
        let ids: Vec<_> = contents.iter().map(|content| AgendaSessionId::generate(content.start, &Random::System)).collect();
        let sessions = ids.iter().zip(&contents).map(|(id, content)| Entry { id: *id, content, source: None }).collect();
        let conference = conference(&zone);
        let export = Export { conference: &conference, version: "1".to_owned(), zone: &zone, sessions, speakers: &speakers };
        let schedule = reading(&write(&export)).unwrap();
        let mut read: Vec<Content> = schedule
            .sessions
            .iter()
            .map(|talk| {
                let people = talk.people.iter().map(|position| &schedule.people[*position]);
                let known = people.map(|person| speakers.iter().find(|speaker| speaker.name == person.name).unwrap());
                let named = known.map(|speaker| SessionSpeaker { id: speaker.id, name: speaker.name.clone() });
                Content { speakers: named.collect(), ..talk.content.clone() }
            })
            .collect();
        let mut expected = contents;
        let order = |content: &Content| (content.start, format!("{content:?}"));
        read.sort_by_key(order);
        expected.sort_by_key(order);
        prop_assert_eq!(read, expected);
        for person in &schedule.people {
            let speaker = speakers.iter().find(|speaker| speaker.name == person.name).unwrap();
            prop_assert_eq!((&person.bio, &person.photo_url), (&speaker.bio, &speaker.photo_url));
        }
    }
}
