//! The scopes of API keys.

/// Permission of an API key for one kind of route.
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
    /// Read all profiles.
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
    /// Read check-in lists and their counts.
    CheckinRead = "checkin:read";
    /// Scan tickets.
    CheckinScan = "checkin:scan";
    /// Write check-in lists, force entries, and undo scans.
    CheckinWrite = "checkin:write";
    /// Read side events that are not approved, and registrations.
    EventsRead = "events:read";
    /// Approve, reject and change side events.
    EventsWrite = "events:write";
    /// Upload imports, and delete uploads of others.
    MediaWrite = "media:write";
    /// Check all tables with the health check.
    HealthRead = "health:read";
}
