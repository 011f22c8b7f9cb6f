//! Rush hour at full size: 100,000 hear an announcement while 20,000 are reminded.

use crate::delivery::rush::{Size, play};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reminders_of_20_000_arrive_beside_an_announcement_to_100_000() {
    let bookmarkers = super::size("IBW_BENCH_BOOKMARKERS", 20_000);
    let size =
        Size { announced: 5 * bookmarkers, bookmarkers, moved: 2_000, offers: 200, before: 2_400, offered: 1_500 };
    play(size).await;
}
