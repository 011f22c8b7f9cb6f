//! Quotes of a CSV file that are wrong, as they are before or after text of their cell. The reader takes them as well as
//! it can, and so would join rows or cells in silence.

use std::collections::BTreeSet;
use std::ops::Range;

/// Positions, in bytes, of text after a closing quote, and of quotes after blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Quotes(BTreeSet<u64>);

/// Where in a cell a character is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first character of a cell.
    Start,
    /// After blanks before the first character of a cell.
    Leading,
    /// In a cell without quotes, where a quote is a character as any other.
    Plain,
    /// Between quotes that opened in this line.
    Quoted(u64),
    /// After a quote that ends the cell, or is the first of two that stand for one.
    Closed(u64),
    /// After blanks that follow such a quote. They say nothing.
    Trailing,
}

impl Quotes {
    /// Reads the quotes of a text. An error has the line, from 1, of a quote that is never closed.
    pub(super) fn read(text: &str, separator: u8) -> Result<Self, u64> {
        let (mut torn, mut line, mut place) = (BTreeSet::new(), 1, Place::Start);
        for (position, byte) in (0u64..).zip(text.bytes()) {
            place = match (place, byte) {
                (Place::Quoted(open), b'"') => Place::Closed(open),
                (Place::Quoted(open), _) => Place::Quoted(open),
                (Place::Start, b'"') => Place::Quoted(line),
                (Place::Closed(open), b'"') => Place::Quoted(open),
                (_, b'\n' | b'\r') => Place::Start,
                (Place::Leading, b'"') => {
                    torn.insert(position);
                    Place::Plain
                }
                (_, byte) if byte == separator => Place::Start,
                (Place::Start | Place::Leading, b' ') => Place::Leading,
                (Place::Closed(_) | Place::Trailing, b' ') => Place::Trailing,
                (Place::Closed(_) | Place::Trailing, _) => {
                    torn.insert(position);
                    Place::Plain
                }
                (Place::Start | Place::Leading | Place::Plain, _) => Place::Plain,
            };
            line += u64::from(byte == b'\n');
        }
        if let Place::Quoted(open) = place { Err(open) } else { Ok(Self(torn)) }
    }

    /// Whether a record at these positions has text beside a quoted cell.
    pub(super) fn torn_in(&self, record: Range<u64>) -> bool {
        self.0.range(record).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn torn(text: &str) -> Result<Vec<u64>, u64> {
        Quotes::read(text, b',').map(|quotes| quotes.0.into_iter().collect())
    }

    #[test]
    fn quotes_that_are_right_are_not_torn() {
        for right in [
            "",
            "a,b\n",
            "\"a\",\"b\"\"c\"\"\"\n",
            "\"a\r\nb\",\"\"\r\n",
            "5\" nail,x\n",
            "  5\" nail, x\n",
            "a,\"b\"",
            "\"a\"  ,b",
            "\"\"\"\"",
            "\"a,b\"\r",
        ] {
            assert_eq!(torn(right), Ok(vec![]), "{right:?}");
        }
    }

    #[test]
    fn open_quote_has_its_line_and_text_beside_a_quote_its_position() {
        assert_eq!(torn("a, \"b, c\",d\n"), Ok(vec![3]));
        assert_eq!(torn("a,b\nc,\"d\ne,f\n"), Err(2));
        assert_eq!(torn("\"a\"\""), Err(1));
        assert_eq!(torn("a,b\nc,\"d\"e\nf,\"g\nh\"i,k\n\"l\"  m"), Ok(vec![9, 18, 27]));
    }
}
