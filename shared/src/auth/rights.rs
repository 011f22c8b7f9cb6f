//! Who may do what: one table of rights and access roles. Each right is also a scope of API keys.
//!
//! `docs/API.md` shows this table, and a test compares them.

use crate::users::grants::{AccessRole, Resource};

/// A right, as a type: a handler that asks for it cannot ask for another by a typing error.
pub trait Right: Send + Sync {
    /// The right with its roles.
    const INFO: RightInfo;
}

/// A right with the access roles that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RightInfo {
    /// The name, which is also the scope of an API key.
    pub name: &'static str,
    /// What it permits.
    pub about: &'static str,
    /// Access roles that have it, besides `admin`, which has all.
    pub roles: &'static [AccessRole],
    /// Whether only keys have it: no role does, not even `admin`.
    pub only_keys: bool,
}

impl RightInfo {
    /// Whether a user with `role` has the right.
    pub fn is_of(&self, role: AccessRole) -> bool {
        !self.only_keys && (role == AccessRole::Admin || self.roles.contains(&role))
    }
}

macro_rules! rights {
    ($($(#[doc = $about:literal])+ $name:ident = $text:literal for [$($role:ident),*] $(, $only_keys:ident)?;)*) => {
        $(
            $(#[doc = $about])+
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Right for $name {
                const INFO: RightInfo = RightInfo {
                    name: $text,
                    about: concat!($($about),+),
                    roles: &[$(AccessRole::$role),*],
                    only_keys: rights!(@only $($only_keys)?),
                };
            }
        )*

        /// All rights, in the order of their names.
        pub const ALL: &[RightInfo] = &[$($name::INFO),*];
    };
    (@only) => { false };
    (@only $only_keys:ident) => { true };
}

rights! {
    /// Read agendas that are not released.
    AgendaRead = "agenda:read" for [Organizer];
    /// Write, import and release agendas.
    AgendaWrite = "agenda:write" for [Organizer];
    /// Read counts of tickets, and the state of imports.
    AttendeesRead = "attendees:read" for [Organizer];
    /// Import and change tickets.
    AttendeesWrite = "attendees:write" for [Organizer];
    /// Force entries, undo scans, and read the scans of a ticket.
    CheckinCorrect = "checkin:correct" for [Supervisor, Organizer];
    /// Read check-in lists and their counts.
    CheckinRead = "checkin:read" for [Steward, Supervisor, Organizer];
    /// Scan tickets.
    CheckinScan = "checkin:scan" for [Steward, Supervisor, Organizer];
    /// Write check-in lists.
    CheckinWrite = "checkin:write" for [Organizer];
    /// Write conferences.
    ConferencesWrite = "conferences:write" for [Organizer];
    /// Check guests in at side events.
    EventsAdmit = "events:admit" for [Steward, Supervisor, Organizer];
    /// Read the guests of side events.
    EventsGuests = "events:guests" for [Organizer];
    /// Approve and reject side events.
    EventsModerate = "events:moderate" for [Moderator, Organizer];
    /// Read side events that are not approved.
    EventsRead = "events:read" for [Moderator, Organizer];
    /// Change side events, and decide on registrations.
    EventsWrite = "events:write" for [Organizer];
    /// Check all tables with the health check.
    HealthRead = "health:read" for [Organizer];
    /// Upload videos, and more than one user has room for.
    MediaUpload = "media:upload" for [Organizer];
    /// Upload imports, and delete uploads of others.
    MediaWrite = "media:write" for [Organizer];
    /// Send critical notifications, which reach users in quiet hours, and users who turned notifications off.
    NotificationsCritical = "notifications:critical" for [];
    /// Read templates and jobs.
    NotificationsRead = "notifications:read" for [Organizer];
    /// Write templates and jobs, and send.
    NotificationsWrite = "notifications:write" for [Organizer];
    /// Do what needs a fresh proof. A key cannot give another one.
    Sensitive = "sensitive" for [], only_keys;
    /// Write speakers.
    SpeakersWrite = "speakers:write" for [Organizer];
    /// Read tickets, with names and email addresses, and the rows of imports.
    TicketsRead = "tickets:read" for [];
    /// Read all profiles, private ones too.
    UsersRead = "users:read" for [];
}

/// The resources on which a principal has a right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach(Vec<Resource>);

impl Reach {
    /// The right on these.
    pub fn over(resources: impl IntoIterator<Item = Resource>) -> Self {
        Self(resources.into_iter().collect())
    }

    /// Whether the principal has the right on `resource`.
    pub fn covers(&self, resource: &Resource) -> bool {
        self.0.iter().any(|granted| granted.covers(resource))
    }

    /// Whether the principal has the right on `resource`, or on something below it.
    pub fn touches(&self, resource: &Resource) -> bool {
        self.covers(resource) || self.0.iter().any(|granted| resource.covers(granted))
    }

    /// Whether the principal has the right anywhere.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_listed_once_and_in_order() {
        assert!(ALL.is_sorted_by(|one, next| one.name < next.name));
    }

    #[test]
    fn personal_data_in_bulk_keys_and_critical_messages_are_no_rights_of_organizers() {
        for right in [UsersRead::INFO, TicketsRead::INFO, NotificationsCritical::INFO] {
            let having: Vec<AccessRole> = AccessRole::ALL.into_iter().filter(|role| right.is_of(*role)).collect();
            assert_eq!(having, [AccessRole::Admin], "{}", right.name);
        }
        assert!(!AccessRole::ALL.into_iter().any(|role| Sensitive::INFO.is_of(role)));
    }

    #[test]
    fn reach_touches_what_is_above_a_grant_and_does_not_cover_it() {
        let (conference, list) = ("conferences/a", "conferences/a/checkin/lists/cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        let reach = Reach::over([list.parse().unwrap()]);
        assert!(reach.touches(&conference.parse().unwrap()) && !reach.covers(&conference.parse().unwrap()));
        assert!(!reach.touches(&"conferences/b".parse().unwrap()));
        assert!(Reach::default().is_empty() && !Reach::default().touches(&Resource::Everything));
    }
}
