//! The size of an agenda's answer, plain and compressed, as whoever opens the app has to load it.

use std::time::Instant;

use crate::agenda::CONFERENCE;
use crate::agenda::reading::with_large_agenda;

#[tokio::test]
async fn agenda_of_300_sessions_is_small_when_compressed() {
    let app = with_large_agenda().await;
    let ask = async |encoding| {
        let begun = Instant::now();
        let request = app.agenda().get(&format!("{CONFERENCE}/agenda")).header(("accept-encoding", encoding));
        let (_, bytes) = request.send_for_bytes().await;
        (bytes.len(), begun.elapsed().as_secs_f64() * 1e3)
    };
    ask("identity").await;
    let (plain, compressed) = (ask("identity").await, ask("gzip").await);
    println!(
        "agenda: 300 sessions by 200 speakers, with 150 words of text each, are {} KB in {:.0} ms, gzip {} KB in {:.0} ms",
        plain.0 / 1024,
        plain.1,
        compressed.0 / 1024,
        compressed.1
    );
    assert!(compressed.0 < plain.0 / 2);
}
