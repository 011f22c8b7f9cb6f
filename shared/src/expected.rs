//! The versions that a change may apply to, so that nobody overwrites what they have not seen.

/// What a caller has read of the thing that they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The change applies to whatever is there.
    Any,
    /// The change applies to one of these versions only.
    OneOf(Vec<u64>),
}

impl Expected {
    /// Whether the change applies to a thing at this version.
    pub fn has(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}

impl From<u64> for Expected {
    fn from(version: u64) -> Self {
        Self::OneOf(vec![version])
    }
}
