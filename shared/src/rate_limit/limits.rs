//! The classes of endpoints, and how many requests of each are allowed.

use std::str::FromStr;

/// The kinds of endpoints, by how often they may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateClass {
    /// Safe methods.
    Read,
    /// Unsafe methods.
    Write,
    /// Logging in, refreshing and logging out.
    Login,
    /// Asking for codes, and trying them.
    Code,
    /// Scanning tickets: an entrance is faster than one's own changes.
    Scan,
    /// Whatever an API key calls.
    Admin,
    /// Whatever somebody calls who is not known: reads of what is public, and requests that are refused for lack of a
    /// credential. A venue's network is one caller, so there may be many.
    Anonymous,
}

impl RateClass {
    /// The name of the class.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Login => "login",
            Self::Code => "code",
            Self::Scan => "scan",
            Self::Admin => "admin",
            Self::Anonymous => "anonymous",
        }
    }
}

/// So many requests in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Requests.
    pub count: u64,
    /// Seconds.
    pub seconds: i64,
}

/// The limits of all classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    read: Limit,
    write: Limit,
    login: Limit,
    code: Limit,
    scan: Limit,
    admin: Limit,
    anonymous: Limit,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            read: Limit { count: 120, seconds: 60 },
            write: Limit { count: 30, seconds: 60 },
            login: Limit { count: 10, seconds: 60 },
            code: Limit { count: 5, seconds: 600 },
            scan: Limit { count: 240, seconds: 60 },
            admin: Limit { count: 600, seconds: 60 },
            anonymous: Limit { count: 6_000, seconds: 60 },
        }
    }
}

impl RateLimits {
    /// The limit of a class.
    pub const fn of(&self, class: RateClass) -> Limit {
        match class {
            RateClass::Read => self.read,
            RateClass::Write => self.write,
            RateClass::Login => self.login,
            RateClass::Code => self.code,
            RateClass::Scan => self.scan,
            RateClass::Admin => self.admin,
            RateClass::Anonymous => self.anonymous,
        }
    }
}

impl FromStr for RateLimits {
    type Err = &'static str;

    /// Overrides of the defaults: `read=120/60,login=10/60`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "must be a list like read=120/60,write=30/60,login=10/60,code=5/600,scan=240/60,admin=600/60,\
                            anonymous=6000/60";
        let mut limits = Self::default();
        for part in text.split(',') {
            let (name, rest) = part.trim().split_once('=').ok_or(FORM)?;
            let (count, seconds) = rest.split_once('/').ok_or(FORM)?;
            let limit = Limit { count: count.parse().map_err(|_| FORM)?, seconds: seconds.parse().map_err(|_| FORM)? };
            if limit.count == 0 || limit.seconds <= 0 {
                return Err(FORM);
            }
            match name {
                "read" => limits.read = limit,
                "write" => limits.write = limit,
                "login" => limits.login = limit,
                "code" => limits.code = limit,
                "scan" => limits.scan = limit,
                "admin" => limits.admin = limit,
                "anonymous" => limits.anonymous = limit,
                _ => return Err(FORM),
            }
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_override_the_defaults_one_by_one() {
        let limits: RateLimits = "login=3/30, read=1/1".parse().unwrap();
        assert_eq!(limits.of(RateClass::Login), Limit { count: 3, seconds: 30 });
        assert_eq!(limits.of(RateClass::Code), Limit { count: 5, seconds: 600 });
        for bad in ["", "login", "login=0/60", "login=1/0", "logon=1/1", "login=x/1"] {
            assert!(bad.parse::<RateLimits>().is_err(), "{bad:?}");
        }
    }
}
