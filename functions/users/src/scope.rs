//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Read all profiles.
    UsersRead = "users:read";
}
