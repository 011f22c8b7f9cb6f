//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Read templates and jobs.
    NotificationsRead = "notifications:read";
    /// Write templates and jobs, and send.
    NotificationsWrite = "notifications:write";
}
