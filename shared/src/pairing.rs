//! Pairs what an import brings with what is stored, the surest pairs first.

/// For each of `wanted` the candidate that it is, if there is one. A candidate is paired once.
///
/// `levels` lists the reasons to pair, the surest first, and `likeness` answers the surest that holds for a pair. All
/// pairs of a level are made before the next level is looked at: a candidate whose key matches is never lost to a mere
/// namesake that comes earlier.
pub fn pair<W, C, L: PartialEq>(
    wanted: &[W],
    candidates: Vec<C>,
    levels: &[L],
    likeness: impl Fn(&W, &C) -> Option<L>,
) -> Vec<Option<C>> {
    let mut free: Vec<Option<C>> = candidates.into_iter().map(Some).collect();
    let mut pairs: Vec<Option<C>> = wanted.iter().map(|_| None).collect();
    for level in levels {
        for (one, pair) in wanted.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            let is_like = |candidate: &C| likeness(one, candidate).as_ref() == Some(level);
            *pair = free.iter_mut().find(|place| place.as_ref().is_some_and(is_like)).and_then(Option::take);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key matches more surely than a name.
    fn likeness(wanted: &(u8, &str), candidate: &(u8, &str)) -> Option<u8> {
        let by_name = (wanted.1 == candidate.1).then_some(2);
        if wanted.0 == candidate.0 { Some(1) } else { by_name }
    }

    #[test]
    fn surer_pair_is_made_first_whatever_the_order() {
        let wanted = [(7, "Asha"), (1, "Asha"), (8, "Brian")];
        let pairs = pair(&wanted, vec![(1, "Asha"), (9, "Asha")], &[1, 2], likeness);
        assert_eq!(pairs, [Some((9, "Asha")), Some((1, "Asha")), None]);
    }

    #[test]
    fn equally_sure_candidates_are_taken_in_their_order_and_once() {
        let wanted = [(1, "Asha"), (2, "Asha"), (3, "Asha"), (4, "Asha")];
        let pairs = pair(&wanted, vec![(7, "Asha"), (8, "Asha"), (9, "Asha")], &[1, 2], likeness);
        assert_eq!(pairs, [Some((7, "Asha")), Some((8, "Asha")), Some((9, "Asha")), None]);
    }
}
