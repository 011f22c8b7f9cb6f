//! Tasks that do not outlive the work that they are part of.
//!
//! Lambda freezes an instance when its invocation ends. A task that is still there goes on when the instance thaws,
//! minutes later, and writes what was right then. So whoever needs tasks waits for all of them, and those that are left
//! over are stopped.

use std::collections::BTreeMap;

use tokio::task::JoinSet;
use tracing::Instrument;

use crate::deadline::same_deadline;
use crate::dynamo;

/// Does several things at once, each in a task, and answers their results in the given order. The first error stops the
/// others, and so does whoever stops waiting.
pub async fn all<T, E, F>(works: impl IntoIterator<Item = F>) -> Result<Vec<T>, E>
where
    T: Send + 'static,
    E: From<dynamo::Error> + Send + 'static,
    F: Future<Output = Result<T, E>> + Send + 'static,
{
    let mut running = JoinSet::new();
    for (place, work) in works.into_iter().enumerate() {
        let work = same_deadline(work);
        running.spawn(async move { Ok::<_, E>((place, work.await?)) }.in_current_span());
    }
    let mut done = BTreeMap::new();
    while let Some(ended) = running.join_next().await {
        let stopped = |_| dynamo::Error::Busy("a task was stopped".to_owned()).into();
        match ended.map_err(stopped).flatten() {
            Ok((place, result)) => done.insert(place, result),
            Err(error) => {
                running.shutdown().await;
                return Err(error);
            }
        };
    }
    Ok(done.into_values().collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    type Answer = Result<usize, dynamo::Error>;

    #[tokio::test]
    async fn results_come_in_the_given_order() {
        let works = (0..20).map(|n| async move {
            tokio::time::sleep(Duration::from_millis(20 - n)).await;
            Answer::Ok(usize::try_from(n).unwrap_or_default())
        });
        assert_eq!(all(works).await.unwrap(), (0..20).collect::<Vec<_>>());
    }

    /// A task that sets the flag unless it is stopped.
    async fn write(written: Arc<AtomicBool>) -> Answer {
        tokio::time::sleep(Duration::from_millis(50)).await;
        written.store(true, Ordering::SeqCst);
        Ok(0)
    }

    #[tokio::test]
    async fn tasks_stop_with_an_error_and_with_whoever_waits_for_them() {
        let written = Arc::new(AtomicBool::new(false));
        let failing = async || {
            let fail = Box::pin(async { Answer::Err(dynamo::Error::ConditionFailed) });
            let works: Vec<std::pin::Pin<Box<dyn Future<Output = Answer> + Send>>> =
                vec![Box::pin(write(Arc::clone(&written))), fail];
            all(works).await
        };
        assert!(matches!(failing().await, Err(dynamo::Error::ConditionFailed)));
        let given_up = tokio::time::timeout(Duration::from_millis(5), all([write(Arc::clone(&written))])).await;
        assert!(given_up.is_err());
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!written.load(Ordering::SeqCst));
    }
}
