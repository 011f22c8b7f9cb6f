//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Read check-in lists and their counts.
    CheckinRead = "checkin:read";
    /// Scan tickets.
    CheckinScan = "checkin:scan";
    /// Write check-in lists, force entries, and undo scans.
    CheckinWrite = "checkin:write";
}
