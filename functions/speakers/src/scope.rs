//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Write speakers.
    SpeakersWrite = "speakers:write";
}
