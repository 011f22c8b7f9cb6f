//! Ids: a prefix that names the kind and a ULID, which sorts by time (`usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W`). They cannot
//! contain `#`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Text that is not an id of the expected kind.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("must be an id such as `{prefix}_01J9ZQ4Y6V3T8K2M5N7P0R1S3W`")]
pub struct InvalidId {
    prefix: &'static str,
}

/// The shared parts of all id types; use the types.
#[doc(hidden)]
pub mod kind {
    use super::*;
    use crate::random::Random;
    use crate::time::Time;
    use sha2::{Digest, Sha256};
    use ulid::Ulid;
    use utoipa::openapi::schema::{ObjectBuilder, Type};

    pub fn generate(now: Time, random: &Random) -> Ulid {
        let low = u128::from_be_bytes(random.bytes::<16>());
        Ulid::from_parts(now.millis().unsigned_abs(), low)
    }

    pub fn derive(at: Time, parts: &[&str]) -> Ulid {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let low = hash.finalize().first_chunk().map_or(0, |bytes: &[u8; 16]| u128::from_be_bytes(*bytes));
        Ulid::from_parts(at.millis().unsigned_abs(), low)
    }

    pub fn time(id: Ulid) -> Time {
        let millis = i64::try_from(id.timestamp_ms()).unwrap_or(i64::MAX);
        // 48 bits of milliseconds end in the year 10889, which `Time` does not reach.
        Time::from_millis(millis).unwrap_or(Time::MAX)
    }

    pub fn uuid(id: Ulid) -> String {
        let hex = format!("{:032x}", u128::from(id));
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    pub fn write(prefix: &str, id: Ulid, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{prefix}_{id}")
    }

    pub fn read(prefix: &'static str, text: &str) -> Result<Ulid, InvalidId> {
        let error = InvalidId { prefix };
        let Some(body) = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')) else { return Err(error) };
        // One spelling only: an id is also a key, so `o` for `0` or lower case must not name the same thing.
        match Ulid::from_str(body) {
            Ok(id) if id.to_string() == body => Ok(id),
            _ => Err(error),
        }
    }

    pub fn schema(prefix: &str, about: &str) -> ObjectBuilder {
        let pattern = format!("^{prefix}_[0-7][0-9A-HJKMNP-TV-Z]{{25}}$");
        let example = format!("{prefix}_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        let (first, rest) = about.trim().split_at_checked(1).unwrap_or_default();
        let description = format!("Id of {}{rest}", first.to_lowercase());
        let object = ObjectBuilder::new().schema_type(Type::String).description(Some(description));
        object.pattern(Some(pattern)).examples([example])
    }
}

/// Defines an id type: `id!(/// Docs. UserId, "usr");`. A third argument is the name of its schema, if the API has
/// another name for it.
#[macro_export]
macro_rules! id {
    (#[doc = $about:literal] $name:ident, $prefix:literal) => {
        $crate::id!(
            #[doc = $about]
            $name,
            $prefix,
            ::core::stringify!($name)
        );
    };
    (#[doc = $about:literal] $name:ident, $prefix:literal, $schema:expr) => {
        #[doc = $about]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::ulid::Ulid);

        impl $name {
            /// A new id: the time, then 80 random bits.
            pub fn generate(now: $crate::time::Time, random: &$crate::random::Random) -> Self {
                Self($crate::id::kind::generate(now, random))
            }

            /// The id of the one thing of this kind that a request creates: under an `Idempotency-Key` the same at each
            /// try, else a new one.
            pub fn of_request(now: $crate::time::Time, random: &$crate::random::Random) -> Self {
                match $crate::attempt::identity() {
                    Some((begun_at, parts)) => {
                        let parts = ::std::iter::once($prefix).chain(parts.iter().map(::std::string::String::as_str));
                        Self::derive(begun_at, &parts.collect::<Vec<_>>())
                    }
                    None => Self::generate(now, random),
                }
            }

            /// The id that these parts always have at this time, for things that must not be made twice.
            pub fn derive(at: $crate::time::Time, parts: &[&str]) -> Self {
                Self($crate::id::kind::derive(at, parts))
            }

            /// The time in the id.
            pub fn time(self) -> $crate::time::Time {
                $crate::id::kind::time(self.0)
            }

            /// The same, spelled as a UUID, for formats that know only those.
            pub fn uuid(self) -> String {
                $crate::id::kind::uuid(self.0)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::id::kind::write($prefix, self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::id::InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::kind::read($prefix, text).map(Self)
            }
        }

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                $crate::id::kind::schema($prefix, $about).into()
            }
        }

        impl ::utoipa::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed($schema)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}

// Here are the ids that the parts below the domains name, too, or two domains of which neither may use the other's model.
// All others are in the `model.rs` of their domain.
id!(
    /// A user.
    UserId,
    "usr"
);
id!(
    /// A check-in list.
    CheckinListId,
    "cil"
);

id!(
    /// A login session.
    SessionId,
    "ses",
    "LoginSessionId"
);

id!(
    /// A message in the outbox.
    OutboxId,
    "out"
);

id!(
    /// An agenda session.
    AgendaSessionId,
    "ags"
);

id!(
    /// A side event.
    EventId,
    "evt",
    "SideEventId"
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Time;
    use proptest::prelude::*;

    #[test]
    fn ids_sort_by_time() {
        let random = Random::seeded(1);
        let early = UserId::generate(Time::from_millis(1_000).unwrap(), &random);
        let late = UserId::generate(Time::from_millis(2_000).unwrap(), &random);
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn derived_id_is_the_same_for_the_same_parts_only() {
        let at = Time::from_millis(1_000).unwrap();
        assert_eq!(UserId::derive(at, &["a", "bc"]), UserId::derive(at, &["a", "bc"]));
        assert_ne!(UserId::derive(at, &["a", "bc"]), UserId::derive(at, &["ab", "c"]));
        assert_ne!(UserId::derive(at, &["a"]), UserId::derive(at.plus_seconds(1), &["a"]));
    }

    #[test]
    fn id_of_another_kind_or_spelling_is_refused() {
        let id = UserId::generate(Time::from_millis(1_000).unwrap(), &Random::seeded(1)).to_string();
        assert!(id.parse::<CheckinListId>().is_err());
        assert!(id.to_lowercase().parse::<UserId>().is_err());
        assert!(format!("{id}#").parse::<UserId>().is_err());
    }

    proptest! {
        #[test]
        fn id_reads_back_what_it_writes(millis in 0i64..1 << 47, seed: u64) {
            let id = UserId::generate(Time::from_millis(millis).unwrap(), &Random::seeded(seed));
            prop_assert_eq!(id.to_string().parse::<UserId>().unwrap(), id);
        }

        #[test]
        fn id_never_panics_on_any_text(text: String) {
            prop_assume!(!text.starts_with("usr_"));
            prop_assert!(text.parse::<UserId>().is_err());
        }
    }
}
