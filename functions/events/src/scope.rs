//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Read side events that are not approved, and registrations.
    EventsRead = "events:read";
    /// Approve, reject and change side events.
    EventsWrite = "events:write";
}
