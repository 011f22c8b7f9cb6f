//! Recognises content by its first bytes. Its header is not trusted.

use super::kind::ContentType;

/// Bytes that are read.
pub(super) const LENGTH: usize = 4096;

/// The brands of MP4 files (<https://mp4ra.org/registered-types/brands>) that players play.
const MP4_BRANDS: [&[u8]; 17] = [
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1",
    b"dash", b"M4V ", b"M4VH", b"M4VP", b"MSNV",
];

/// Whether content that begins so is of this type.
pub(super) fn matches(content_type: ContentType, start: &[u8]) -> bool {
    match content_type {
        ContentType::Jpeg => start.starts_with(b"\xff\xd8\xff"),
        ContentType::Png => start.starts_with(b"\x89PNG\r\n\x1a\n"),
        ContentType::Gif => start.starts_with(b"GIF87a") || start.starts_with(b"GIF89a"),
        ContentType::Webp => start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP"),
        ContentType::Avif => is_avif(start),
        ContentType::Mp4 => brand(start).is_some_and(|brand| MP4_BRANDS.contains(&brand)),
        // Files older than the `ftyp` box begin with one of these boxes.
        ContentType::QuickTime => {
            brand(start) == Some(b"qt  ") || matches!(start.get(4..8), Some(b"moov" | b"mdat" | b"wide"))
        }
        ContentType::Webm => is_webm(start),
        ContentType::Csv => is_utf16(start) || has_no_controls(start),
        ContentType::Json => is_text(start) && matches!(first_character(start), Some(b'[' | b'{')),
    }
}

/// The major brand of a file in ISO's base media format (ISO/IEC 14496-12).
fn brand(start: &[u8]) -> Option<&[u8]> {
    (start.get(4..8) == Some(b"ftyp")).then(|| start.get(8..12)).flatten()
}

/// AVIF may say `avif` or `avis` (a sequence) among its compatible brands only.
fn is_avif(start: &[u8]) -> bool {
    let length = start.first_chunk().map_or(0, |length| u32::from_be_bytes(*length) as usize);
    let compatible = start.get(16..length.min(start.len())).unwrap_or_default();
    let named = |brand: &[u8]| matches!(brand, b"avif" | b"avis");
    brand(start).is_some_and(|major| {
        named(major) || matches!(major, b"mif1" | b"msf1") && compatible.chunks_exact(4).any(named)
    })
}

/// An EBML header whose document type (element 0x4282) is `webm`.
fn is_webm(start: &[u8]) -> bool {
    let header = start.get(..64.min(start.len())).unwrap_or_default();
    let mut elements = header.windows(2).enumerate().filter(|(_, pair)| *pair == b"\x42\x82");
    header.starts_with(b"\x1a\x45\xdf\xa3")
        && elements.any(|(at, _)| {
            // The length of the element's content follows, in one byte or in eight.
            let rest = header.get(at + 2..).unwrap_or_default();
            rest.starts_with(b"\x84webm") || rest.starts_with(b"\x01\0\0\0\0\0\0\x04webm")
        })
}

/// UTF-16 with its mark, as spreadsheets save "Unicode text". Whether it can be decoded is found when it is imported.
fn is_utf16(start: &[u8]) -> bool {
    let units = |unit: fn([u8; 2]) -> u16, text: &[u8]| -> Vec<u16> {
        text.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect()
    };
    let units = match start {
        [0xff, 0xfe, text @ ..] => units(u16::from_le_bytes, text),
        [0xfe, 0xff, text @ ..] => units(u16::from_be_bytes, text),
        _ => return false,
    };
    !units.is_empty() && units.iter().all(|unit| *unit >= 0x20 || [0x09, 0x0a, 0x0d].contains(unit))
}

/// Text of any encoding that has ASCII, as far as anybody can tell: of a file in another encoding than UTF-8, the import
/// says what to do, and knows better where.
fn has_no_controls(start: &[u8]) -> bool {
    start.iter().all(|byte| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\r' | b'\n'))
}

/// UTF-8 without control characters other than those of lines and columns; its last character may be cut off.
fn is_text(start: &[u8]) -> bool {
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(start.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.chars().all(|character| !character.is_control() || matches!(character, '\t' | '\r' | '\n'))
}

/// The first byte that is neither a byte order mark nor blank.
fn first_character(start: &[u8]) -> Option<u8> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    text.trim_ascii_start().first().copied()
}

#[cfg(test)]
mod tests {
    use super::ContentType::{Avif, Csv, Gif, Jpeg, Json, Mp4, Png, QuickTime, Webm, Webp};
    use super::*;
    use proptest::prelude::*;

    const ALL: [ContentType; 10] = [Jpeg, Png, Webp, Gif, Avif, Mp4, Webm, QuickTime, Csv, Json];

    const SAMPLES: [(ContentType, &[u8]); 17] = [
        (Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        (Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        (Webp, b"RIFF\x24\0\0\0WEBPVP8 "),
        (Gif, b"GIF89a\x01\0\x01\0"),
        (Avif, b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"),
        (Avif, b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"),
        (Mp4, b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41"),
        (Webm, b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm\x42\x87\x81\x04"),
        (Webm, b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x01\0\0\0\0\0\0\x04webm"),
        (QuickTime, b"\0\0\0\x14ftypqt  \0\0\x02\0qt  "),
        (QuickTime, b"\0\0\x10\0moov\0\0\0\x6cmvhd"),
        (Csv, b"code,name\r\nT-1,Asha\r\n"),
        (Csv, b"\xff\xfec\0o\0d\0e\0\t\0\x7d\x01\r\0\n\0"),
        (Csv, b"\xfe\xff\0c\0o\0d\0e\0\t\x01\x7d\0\r\0\n"),
        // Windows-1252: the import says that it is not UTF-8.
        (Csv, b"code,name\r\nT-1,Zo\xeb\r\n"),
        (Json, b"\xef\xbb\xbf [{\"code\": \"T-1\"}]"),
        (Json, b"{\"tickets\": []}"),
    ];

    #[test]
    fn content_is_of_its_type_and_of_no_other() {
        for (content_type, sample) in SAMPLES {
            let matching: Vec<_> = ALL.into_iter().filter(|candidate| matches(*candidate, sample)).collect();
            // What is JSON may be CSV as well: any text can be a column.
            let expected = if content_type == Json { vec![Csv, Json] } else { vec![content_type] };
            assert_eq!(matching, expected, "{sample:?}");
        }
    }

    #[test]
    fn content_of_other_kinds_is_of_no_type() {
        let others: [&[u8]; 8] = [
            b"\x89PN\r\n\x1a",
            b"GIF90a\0\0",
            b"%PDF-1.7\0",
            b"PK\x03\x04\0\0",
            b"MZ\x90\0",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
            b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska\0",
        ];
        for other in others {
            assert_eq!(ALL.into_iter().find(|candidate| matches(*candidate, other)), None, "{other:?}");
        }
        let utf16 = b"\xff\xfe<\0s\0v\0g\0";
        for svg in [&b"<svg xmlns='http://www.w3.org/2000/svg'>"[..], b"<html><script>alert(1)</script>", utf16] {
            assert!(ALL.into_iter().filter(|candidate| *candidate != Csv).all(|candidate| !matches(candidate, svg)));
        }
    }

    #[test]
    fn text_that_is_cut_within_a_character_is_text() {
        let text = "नाम,पद\n".repeat(1000);
        for length in 4090..=LENGTH {
            assert!(matches(Csv, &text.as_bytes()[..length]), "{length}");
        }
        assert!(!matches(Csv, b"name\n\0(") && !matches(Json, b"[\"\xc3("));
        assert!(!matches(Csv, b"\xff\xfea\0\x01\0"));
    }

    proptest! {
        #[test]
        fn looking_never_panics(start: Vec<u8>) {
            for content_type in ALL {
                matches(content_type, &start);
            }
        }
    }
}
