//! The scopes of API keys that this function asks for.

use ibw::scopes;

scopes! {
    /// Read agendas that are not released.
    AgendaRead = "agenda:read";
    /// Write, import and release agendas.
    AgendaWrite = "agenda:write";
}
