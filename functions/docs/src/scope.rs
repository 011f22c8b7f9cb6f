//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Check all tables with the health check.
    HealthRead = "health:read";
}
