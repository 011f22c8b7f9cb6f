//! The size of an agenda's answer, plain and compressed, as whoever opens the app has to load it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::agenda::CONFERENCE;
use crate::agenda::reading::with_large_agenda;

#[tokio::test]
async fn agenda_of_300_sessions_is_small_when_compressed() {
    let app = with_large_agenda().await;
    let (_, plain) = app.agenda().get(&format!("{CONFERENCE}/agenda")).send_for_bytes().await;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(&plain).expect("a write to memory");
    let compressed = encoder.finish().expect("a write to memory");
    println!(
        "agenda: 300 sessions by 200 speakers, with 150 words of text each, are {} KB, gzip {} KB",
        plain.len() / 1024,
        compressed.len() / 1024
    );
    assert!(compressed.len() < plain.len() / 2);
}
