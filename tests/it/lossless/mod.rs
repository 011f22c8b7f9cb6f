//! Requests of which an answer of DynamoDB is lost, at each of their calls: they end, and leave, what they do when
//! nothing is lost.

mod creating;
mod notifying;
mod organising;
mod taking_part;

use std::time::Duration;

use crate::housekeeping;
use crate::support::app::TestApp;
use crate::support::lossy::Lossy;
use crate::support::request::TestResponse;
use crate::support::template::Template;

const HOUSEKEEPING: Duration = Duration::from_secs(60);

/// A world with an app in it.
pub(crate) trait HasApp {
    /// The app.
    fn app(&mut self) -> &mut TestApp;
}

impl HasApp for TestApp {
    fn app(&mut self) -> &mut TestApp {
        self
    }
}

impl<S> HasApp for (TestApp, S) {
    fn app(&mut self) -> &mut TestApp {
        &mut self.0
    }
}

/// Prepares a world, acts on it, and does so again with each answer lost that comes during the act. If it is lost once,
/// the SDK calls again, and what comes of the act must be the same. If it is lost as often as the SDK calls, the act may
/// answer 503. Then it is done or not, or it is by half and its repetition does the rest.
pub(crate) async fn unharmed<W: HasApp>(
    name: &str,
    prepare: impl AsyncFn() -> W,
    act: impl AsyncFn(&W) -> TestResponse,
) {
    unharmed_if(name, prepare, act, |[before, after], left| left[0] == *before || left.contains(after)).await;
}

/// The same for an act that is repeated after a 503, and is done once then, whatever the first try did.
pub(crate) async fn done_once<W: HasApp>(
    name: &str,
    prepare: impl AsyncFn() -> W,
    act: impl AsyncFn(&W) -> TestResponse,
) {
    unharmed_if(name, prepare, act, |[_, after], left| left[1] == *after).await;
}

/// What is stored.
type State = Vec<String>;

/// `is_whole` judges what an act that answers 503 leaves, at once and after its repetition, by what is there before and
/// after one that nothing disturbs.
async fn unharmed_if<W: HasApp>(
    name: &str,
    prepare: impl AsyncFn() -> W,
    act: impl AsyncFn(&W) -> TestResponse,
    is_whole: impl Fn(&[State; 2], &[State]) -> bool,
) {
    let run = async |lossy: Lossy| {
        let mut world = prepare().await;
        let before = stored(world.app());
        world.app().losing = Some(lossy);
        let response = act(&world).await;
        world.app().losing = None;
        // What an interrupted request leaves to others is done by them.
        housekeeping::run(world.app(), HOUSEKEEPING).await.expect("housekeeping");
        let mut left = vec![stored(world.app())];
        if response.status == 503 {
            act(&world).await;
            left.push(stored(world.app()));
        }
        (response.status, without_chance(&response.text), before, left)
    };
    let whole = Lossy::once(u64::MAX);
    let (expected, answer, before, mut left) = run(whole.clone()).await;
    let states = [before, left.remove(0)];
    assert!((200..300).contains(&expected), "{name}: {expected} {answer}");
    let calls = whole.seen();
    for lossy in (1..=calls).flat_map(|call| [Lossy::once(call), Lossy::thrice(call)]) {
        let (status, text, _, left) = run(lossy.clone()).await;
        assert!(lossy.has_lost(), "{name}: {lossy:?} of {calls}");
        if lossy.is_outage() && status == 503 {
            assert!(is_whole(&states, &left), "{name}: {lossy:?} of {calls} left {left:#?}");
            continue;
        }
        let as_expected = status == expected && (lossy.is_outage() || text == answer);
        assert!(as_expected, "{name}: {lossy:?} of {calls}: {status} {text}, and not {expected} {answer}");
        for (one, other) in left[0].iter().zip(&states[1]) {
            assert_eq!(one, other, "{name}: {lossy:?} of {calls}");
        }
        assert_eq!(left[0].len(), states[1].len(), "{name}: {lossy:?} of {calls}");
    }
    println!("{name}: {calls} calls, {} runs", 2 * calls);
}

/// All that is stored, in the order of the texts, without what is drawn by chance. Counts of requests and records of
/// idempotency may differ: what is lost is counted again.
fn stored(app: &TestApp) -> State {
    let tables = Template::read().tables();
    let items = tables.keys().flat_map(|table| app.database.items(table));
    let kept =
        // An entry of the control list says the same if it is there twice.
        items.filter(|item| !["counter", "once", "control"].contains(&item["entity"]["S"].as_str().unwrap_or_default())).map(|mut item| {
            let drawn = |name: &str| {
                ["pk", "sk", "write_token", "shard", "bytes"].contains(&name)
                    || name.starts_with("gsi")
                    || name.starts_with("lsi")
            };
            item.as_object_mut().expect("an item").retain(|name, _| !drawn(name));
            without_chance(&item.to_string())
        });
    let mut all: Vec<String> = kept.collect();
    all.sort_unstable();
    all
}

/// A text with a star for each long run of letters and digits, which may be an id, a token or a hash.
fn without_chance(text: &str) -> String {
    let (mut plain, mut run) = (String::new(), String::new());
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() || "-_".contains(letter) {
            run.push(letter);
            continue;
        }
        let is_drawn = run.len() >= 16 && run.contains(|letter: char| letter.is_ascii_digit());
        plain.push_str(if is_drawn { "*" } else { &run });
        plain.push(letter);
        run.clear();
    }
    plain
}
