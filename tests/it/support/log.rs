//! What the code under test warns of: on standard error, where nextest shows it below the name of a test that failed.

use std::sync::Once;

use tracing::Level;

static STARTED: Once = Once::new();

/// Shows warnings and errors, a line each. What a test listens to itself is not shown.
pub(crate) fn show_warnings() {
    STARTED.call_once(|| {
        let lines = tracing_subscriber::fmt().compact().without_time().with_ansi(false).with_max_level(Level::WARN);
        let subscriber = lines.with_writer(std::io::stderr).finish();
        tracing::subscriber::set_global_default(subscriber).expect("nothing else to listen to the whole process");
    });
}
