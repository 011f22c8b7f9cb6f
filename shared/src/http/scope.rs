//! The scopes of API keys: what a key may have been given.

/// The name of what an admin route does, which an API key must have been given.
pub trait Scope {
    /// The name.
    const NAME: &'static str;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Scope for $name {
            const NAME: &'static str = $text;
        })*
    };
}

scopes! {
    /// Read any user's profile.
    UsersRead = "users:read";
    /// Read templates and jobs.
    NotificationsRead = "notifications:read";
    /// Write templates and jobs, and send.
    NotificationsWrite = "notifications:write";
    /// Write conferences.
    ConferencesWrite = "conferences:write";
    /// Read agendas that are not released.
    AgendaRead = "agenda:read";
    /// Write, import and release agendas.
    AgendaWrite = "agenda:write";
    /// Write speakers.
    SpeakersWrite = "speakers:write";
    /// Read tickets and imports.
    AttendeesRead = "attendees:read";
    /// Import and change tickets.
    AttendeesWrite = "attendees:write";
    /// Read check-in lists and how they stand.
    CheckinRead = "checkin:read";
    /// Scan tickets, as a scanner of an entrance does.
    CheckinScan = "checkin:scan";
    /// Write check-in lists, let people in against the rules, and undo scans.
    CheckinWrite = "checkin:write";
    /// See side events that wait, and who is registered.
    EventsRead = "events:read";
    /// Approve, reject and change side events.
    EventsWrite = "events:write";
    /// Delete anybody's uploads.
    MediaWrite = "media:write";
    /// See whether the parts of the system are well.
    HealthRead = "health:read";
}
