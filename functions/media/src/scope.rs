//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Upload imports, and delete uploads of others.
    MediaWrite = "media:write";
}
