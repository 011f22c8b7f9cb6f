//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Read tickets and imports.
    AttendeesRead = "attendees:read";
    /// Import and change tickets.
    AttendeesWrite = "attendees:write";
}
