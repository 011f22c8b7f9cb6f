//! Tests of what scans come to.

use proptest::prelude::*;

use super::*;

const KINDS: [ScanType; 2] = [ScanType::Entry, ScanType::Exit];

fn at(second: i64) -> Time {
    Time::from_millis(1_796_000_000_000 + second * 1000).unwrap()
}

fn scan(nonce: &str, second: i64, scan_type: ScanType, rule: EntryRule) -> Scan {
    Scan {
        nonce: nonce.parse().unwrap(),
        scan_type,
        datetime: at(second),
        received_at: at(second),
        by: "usr_test".to_owned(),
        forced: false,
        rule,
        barred: None,
        refused: None,
        undone_at: None,
        undone_by: None,
    }
}

fn entry(nonce: &str, second: i64, rule: EntryRule) -> Scan {
    scan(nonce, second, ScanType::Entry, rule)
}

fn exit(nonce: &str, second: i64, rule: EntryRule) -> Scan {
    scan(nonce, second, ScanType::Exit, rule)
}

fn empty() -> ScanLog {
    let list = "cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
    ScanLog::new("ibw".parse().unwrap(), "k7xq2mv9".parse().unwrap(), list, "VIP".parse().unwrap())
}

/// A log that took these up one by one.
fn log(scans: impl IntoIterator<Item = Scan>) -> ScanLog {
    let mut log = empty();
    for scan in scans {
        log.add(scan);
        log.reconcile();
    }
    log
}

/// What each scan does, in their order, and entries and exits.
type Outcome<'a> = (Vec<(&'a str, Option<Reason>)>, (u32, u32));

fn outcome(log: &ScanLog) -> Outcome<'_> {
    let scans = log.scans.iter().map(|scan| (scan.nonce.as_str(), scan.refused)).collect();
    (scans, (log.tally.entries, log.tally.exits))
}

const OK: Option<Reason> = None;
const ALREADY: Option<Reason> = Some(Reason::AlreadyRedeemed);

#[test]
fn later_scan_that_came_first_loses_its_entry() {
    let (early, late) = (entry("b", 1, EntryRule::Once), entry("a", 2, EntryRule::Once));
    let mut log = log([late]);
    assert_eq!(outcome(&log), (vec![("a", OK)], (1, 0)));
    log.add(early);
    let changed: Vec<String> = log.reconcile().iter().map(|scan| scan.nonce.to_string()).collect();
    assert_eq!(changed, ["a"]);
    assert_eq!(outcome(&log), (vec![("b", OK), ("a", ALREADY)], (1, 0)));
    assert_eq!((log.tally.first, log.tally.last), (Some(at(1)), Some(at(1))));
}

#[test]
fn smaller_nonce_is_first_of_one_time() {
    let log = log([entry("b", 1, EntryRule::Once), entry("a", 1, EntryRule::Once)]);
    assert_eq!(outcome(&log), (vec![("a", OK), ("b", ALREADY)], (1, 0)));
}

#[test]
fn rules_decide_who_comes_in_again() {
    let walk = |rule| {
        log([entry("1", 1, rule), entry("2", 2, rule), exit("3", 3, rule), exit("4", 4, rule), entry("5", 5, rule)])
    };
    let refused = |rule| outcome(&walk(rule)).0.iter().map(|(_, refused)| *refused).collect::<Vec<_>>();
    assert_eq!(refused(EntryRule::Once), [OK, ALREADY, OK, ALREADY, ALREADY]);
    assert_eq!(refused(EntryRule::AfterExit), [OK, ALREADY, OK, ALREADY, OK]);
    assert_eq!(refused(EntryRule::Always), [OK, OK, OK, OK, OK]);
    assert_eq!(outcome(&walk(EntryRule::Always)).1, (3, 2));
}

#[test]
fn exit_without_entry_is_none_until_the_entry_comes() {
    let mut log = log([exit("x", 5, EntryRule::Once)]);
    assert_eq!(outcome(&log), (vec![("x", ALREADY)], (0, 0)));
    log.add(entry("e", 1, EntryRule::Once));
    log.reconcile();
    assert_eq!(outcome(&log), (vec![("e", OK), ("x", OK)], (1, 1)));
}

#[test]
fn barred_ticket_stays_out_but_whoever_is_in_may_leave() {
    let mut blocked = entry("b", 1, EntryRule::Once);
    blocked.barred = Some(Reason::Blocked);
    let mut leaving = exit("l", 3, EntryRule::Once);
    leaving.barred = Some(Reason::Blocked);
    assert_eq!(
        outcome(&log([blocked.clone(), leaving.clone()])).0,
        [("b", Some(Reason::Blocked)), ("l", Some(Reason::Blocked))]
    );
    let inside = entry("i", 2, EntryRule::Once);
    assert_eq!(
        outcome(&log([blocked, inside, leaving])),
        (vec![("b", Some(Reason::Blocked)), ("i", OK), ("l", OK)], (1, 1))
    );
}

#[test]
fn forced_scan_passes_against_all_and_forced_exit_needs_no_entry() {
    let forced = |mut scan: Scan| {
        scan.forced = true;
        scan.barred = Some(Reason::Canceled);
        scan
    };
    let once = EntryRule::Once;
    let log = log([forced(exit("0", 0, once)), entry("1", 1, once), forced(entry("2", 2, once))]);
    assert_eq!(outcome(&log), (vec![("0", OK), ("1", OK), ("2", OK)], (2, 0)));
}

#[test]
fn undone_entry_frees_the_ticket_for_later_scans_only() {
    let mut log = log([entry("a", 1, EntryRule::Once), entry("b", 2, EntryRule::Once)]);
    assert!(log.undo(&"a".parse().unwrap(), "usr_boss", at(3)));
    assert!(!log.undo(&"b".parse().unwrap(), "usr_boss", at(3)));
    assert!(log.reconcile().is_empty());
    assert_eq!(outcome(&log), (vec![("a", OK), ("b", ALREADY)], (0, 0)));
    assert_eq!((log.tally.first, log.tally.last), (None, None));
    log.add(entry("c", 4, EntryRule::Once));
    log.reconcile();
    assert_eq!(outcome(&log), (vec![("a", OK), ("b", ALREADY), ("c", OK)], (1, 0)));
    // Undone again, it is as it was.
    let before = log.clone();
    assert!(log.undo(&"a".parse().unwrap(), "usr_other", at(9)));
    assert_eq!(log, before);
}

#[test]
fn undone_entry_takes_its_exit_along() {
    let mut log = log([entry("a", 1, EntryRule::Once), exit("x", 2, EntryRule::Once)]);
    log.undo(&"a".parse().unwrap(), "usr_boss", at(3));
    log.reconcile();
    assert_eq!((log.tally.entries, log.tally.exits), (0, 0));
    let mut log = self::log([entry("a", 1, EntryRule::Once), exit("x", 2, EntryRule::Once)]);
    log.undo(&"x".parse().unwrap(), "usr_boss", at(3));
    log.reconcile();
    assert_eq!((log.tally.entries, log.tally.exits), (1, 0));
}

#[test]
fn long_log_settles_its_oldest_scans_and_comes_to_the_same() {
    let mut log = empty();
    let mut settled = Vec::new();
    for second in 0..200 {
        log.add(scan(&format!("n{second}"), second, KINDS[usize::from(second % 2 == 1)], EntryRule::AfterExit));
        log.reconcile();
        settled.extend(log.settle());
        assert!(log.scans.len() <= MAX_SCANS);
        let tally = fold(&log.settled, &mut log.scans);
        assert_eq!(tally, log.tally);
    }
    assert_eq!((log.tally.entries, log.tally.exits), (100, 100));
    assert_eq!((log.tally.first, log.tally.last), (Some(at(0)), Some(at(199))));
    assert_eq!(settled.len() + log.scans.len(), 200);
    // Whoever comes with a scan from before comes too late.
    log.add(entry("late", 1, EntryRule::Always));
    log.reconcile();
    assert_eq!((log.scan(&"late".parse().unwrap()).unwrap().refused, log.tally.entries), (ALREADY, 100));
}

#[test]
fn undoing_is_not_cut_off_from_its_scan() {
    let mut log = empty();
    for second in 0..70 {
        log.add(entry(&format!("n{second:02}"), second, EntryRule::Always));
    }
    log.reconcile();
    assert!(log.undo(&"n00".parse().unwrap(), "usr_boss", at(100)));
    log.reconcile();
    assert!(log.settle().is_empty());
    for second in 101..120 {
        log.add(entry(&format!("n{second}"), second, EntryRule::Always));
    }
    log.reconcile();
    assert_eq!((log.settle().len(), log.scans.len()), (73, 16));
    assert_eq!(log.tally.entries, 88);
    assert_eq!(fold(&log.settled, &mut log.scans), log.tally);
}

fn any_scan() -> impl Strategy<Value = Scan> {
    let rule = prop_oneof![Just(EntryRule::Once), Just(EntryRule::AfterExit), Just(EntryRule::Always)];
    let barred = prop_oneof![4 => Just(None), 1 => Just(Some(Reason::Unpaid))];
    let undone = prop_oneof![4 => Just(None), 1 => (0i64..12).prop_map(Some)];
    let parts = ("[a-f]{1,2}", 0i64..10, 0usize..2, rule, prop::bool::weighted(0.1), barred, undone);
    parts.prop_map(|(nonce, second, kind, rule, forced, barred, undone)| Scan {
        forced,
        barred,
        undone_at: undone.map(at),
        ..scan(&nonce, second, KINDS[kind], rule)
    })
}

/// Scans with different nonces, and the same in another order.
fn shuffled() -> impl Strategy<Value = (Vec<Scan>, Vec<Scan>)> {
    let scans = prop::collection::vec(any_scan(), 0..20).prop_map(|mut scans| {
        scans.sort_by(|a, b| a.nonce.cmp(&b.nonce));
        scans.dedup_by(|a, b| a.nonce == b.nonce);
        scans
    });
    scans.prop_flat_map(|scans| (Just(scans.clone()), Just(scans).prop_shuffle()))
}

proptest! {
    #[test]
    fn order_and_split_of_uploads_do_not_matter((one, other) in shuffled(), split: prop::sample::Index) {
        let whole = log(one);
        let mut parts = empty();
        let end = split.index(other.len() + 1);
        for part in [&other[..end], &other[end..]] {
            part.iter().cloned().for_each(|scan| parts.add(scan));
            parts.reconcile();
        }
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn exits_never_outnumber_entries_and_once_lets_one_in((scans, _) in shuffled()) {
        let log = log(scans);
        prop_assert!(log.tally.exits <= log.tally.entries);
        prop_assert_eq!(log.tally.first.is_some(), log.tally.entries > 0);
        let plain = log.scans.iter().all(|scan| scan.rule == EntryRule::Once && !scan.forced && scan.undone_at.is_none());
        prop_assert!(!plain || log.tally.entries <= 1);
    }
}
