//! Degrees of a place, as exactly as they can be stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Degrees from `-MAX` to `MAX`, rounded to 7 decimals: a centimetre. DynamoDB stores no number that is closer to zero
/// than 1e-130 or has more than 38 digits, and a number from outside may.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
pub struct Degrees<const MAX: u16>(f64);

impl<const MAX: u16> TryFrom<f64> for Degrees<MAX> {
    type Error = String;

    fn try_from(degrees: f64) -> Result<Self, String> {
        let fits = degrees.is_finite() && degrees.abs() <= f64::from(MAX);
        // Adding zero turns -0 into 0.
        let rounded = (degrees * 1e7).round() / 1e7 + 0.0;
        fits.then_some(Self(rounded)).ok_or_else(|| format!("must be from -{MAX} to {MAX}"))
    }
}

impl<const MAX: u16> From<Degrees<MAX>> for f64 {
    fn from(degrees: Degrees<MAX>) -> Self {
        degrees.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_rounded_to_what_can_be_stored_and_bounded_before_that() {
        for (text, kept) in [
            ("12.9352", "12.9352"),
            ("-33.868819999999999", "-33.86882"),
            ("51.50735092345678901234567890123456789012345678", "51.5073509"),
            ("89.99999999", "90.0"),
            ("1e-200", "0.0"),
            ("-5e-324", "0.0"),
            ("-0.0", "0.0"),
            ("90", "90.0"),
        ] {
            let degrees: Degrees<90> = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&degrees).unwrap(), kept, "{text}");
        }
        for bad in ["90.00000001", "-1e300", "1e999", "\"12\""] {
            assert!(serde_json::from_str::<Degrees<90>>(bad).is_err(), "{bad}");
        }
    }
}
