//! The scopes of API keys. Each function declares those that it asks for.

/// Permission of an API key for one kind of route.
pub trait Scope {
    /// The name.
    const NAME: &'static str;
}

/// Declares scopes: `scopes! { /// What it permits. EventsRead = "events:read"; }`.
#[macro_export]
macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;

        impl $crate::http::Scope for $name {
            const NAME: &'static str = $text;
        })*
    };
}
