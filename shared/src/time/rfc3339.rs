//! Reads dates and times as RFC 3339 section 5.6 writes them. General parsers accept much more (weeks, zones in
//! brackets, years of six digits), which the API does not document and other programs do not read.

use jiff::civil;
use jiff::tz::Offset;

/// Reads `full-date`, such as `2026-12-01`.
pub(super) fn full_date(text: &str) -> Option<civil::Date> {
    has_form(text, "0000-00-00").then(|| text.parse().ok())?
}

/// Reads `date-time`, such as `2026-12-01T10:00:00.5+05:30`, as milliseconds since 1970. A leap second is refused, as
/// no clock of ours has it.
pub(super) fn date_time(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked("0000-00-00".len())?;
    let (clock, rest) = rest.strip_prefix(['T', 't'])?.split_at_checked("00:00:00".len())?;
    let (fraction, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    let local = full_date(date)?.to_datetime(time_of_day(clock)?);
    // The parser's own instants end a day before the year 9999 does.
    let since_1970 = local.duration_since(civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_secs();
    Some((since_1970 - i64::from(offset_of(offset)?.seconds())) * 1000 + milliseconds(fraction)?)
}

fn time_of_day(text: &str) -> Option<civil::Time> {
    // The parser would make the second before of a leap second.
    (has_form(text, "00:00:00") && !text.ends_with("60")).then(|| text.parse().ok())?
}

/// The milliseconds of `.5` or `.123456789`; none is no fraction.
fn milliseconds(fraction: &str) -> Option<i64> {
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = fraction.strip_prefix('.').filter(|digits| !digits.is_empty())?;
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| format!("{digits:0<3}").get(..3)?.parse().ok())?
}

/// Reads `Z`, `+05:30` or `-08:00`.
fn offset_of(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let (sign, time) = if let Some(time) = text.strip_prefix('-') { (-1, time) } else { (1, text.strip_prefix('+')?) };
    let (hours, minutes) = has_form(time, "00:00").then(|| time.split_once(':'))??;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = sign * (hours * 60 + minutes) * 60;
    (hours < 24 && minutes < 60).then(|| Offset::from_seconds(seconds).ok())?
}

/// Whether a text has the form: a digit for each `0`, and else the same characters.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_write_one_time_is_read() {
        for text in [
            "2026-11-22T09:30:00.007Z",
            "2026-11-22t09:30:00.007z",
            "2026-11-22T15:00:00.0079999999999+05:30",
            "2026-11-22T00:30:00.007-09:00",
            "2026-11-22T09:30:00.007-00:00",
            "2026-11-23T09:29:00.007+23:59",
        ] {
            assert_eq!(date_time(text), Some(1_795_339_800_007), "{text}");
        }
        assert_eq!(date_time("1969-12-31T23:59:59.5Z"), Some(-500));
        assert_eq!(date_time("2028-02-29T00:00:00Z"), Some(1_835_395_200_000));
    }

    #[test]
    fn time_that_rfc_3339_does_not_have_is_refused() {
        for text in [
            "",
            "2026-12-01",
            "2026-12-01T10:00",
            "2026-12-01T10:00Z",
            "2026-12-01T10:00:00",
            "2026-12-01T00Z",
            "2026-12-01 10:00:00Z",
            "20261201T100000Z",
            "2026-W49-2T10:00:00Z",
            "2026-335T10:00:00Z",
            "+002026-12-01T10:00:00Z",
            "-000001-12-01T10:00:00Z",
            "10000-01-01T00:00:00Z",
            "2026-12-01T10:00:00,5Z",
            "2026-12-01T10:00:00.Z",
            "2026-12-01T10:00:00.5.5Z",
            "2026-12-01T10:00:00.5eZ",
            "2026-12-01T10:00:60Z",
            "2026-12-31T23:59:60Z",
            "2026-12-01T24:00:00Z",
            "2026-12-01T10:60:00Z",
            "2026-02-29T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "2026-12-01T10:00:00+25:00",
            "2026-12-01T10:00:00+24:00",
            "2026-12-01T10:00:00+05:60",
            "2026-12-01T10:00:00+05",
            "2026-12-01T10:00:00+0530",
            "2026-12-01T10:00:00+05:30:00",
            "2026-12-01T10:00:00Z[UTC]",
            "2026-12-01T10:00:00+05:30[Asia/Kolkata]",
            "2026-12-01T10:00:00[Asia/Kolkata]",
            "2026-12-01T10:00:00Z[u-ca=gregory]",
            " 2026-12-01T10:00:00Z",
            "2026-12-01T10:00:00Z ",
            "2026-12-01T10:00:00\u{2212}05:00",
            "２０２６-12-01T10:00:00Z",
            "éééééé",
        ] {
            assert_eq!(date_time(text), None, "{text}");
        }
    }

    #[test]
    fn date_has_one_form() {
        for text in ["2026-12-01", "2028-02-29", "0000-01-01", "9999-12-31"] {
            assert_eq!(full_date(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "20261201",
            "2026-12-1",
            "2026-335",
            "2026-W49-2",
            "+002026-12-01",
            "-000001-12-01",
            "10000-01-01",
            "2026-12-01[u-ca=gregory]",
            "2026-12-01[Asia/Kolkata]",
            "2026-12-01T00:00:00",
            "2026-12-01T00Z",
            "2026-02-29",
            "2026-00-10",
            " 2026-12-01",
            "2026-12-01 ",
        ] {
            assert_eq!(full_date(text), None, "{text}");
        }
    }
}
