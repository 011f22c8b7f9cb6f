//! Who is refused, as the instance remembers it.

use std::collections::HashMap;

/// Callers at endpoints. Each has sent more requests than its limit, so there are few; together they take about 2 MB.
const MOST: usize = 10_000;

/// Callers at endpoints, each with the end of its window in seconds.
#[derive(Debug, Default)]
pub(super) struct Refused(HashMap<String, i64>);

impl Refused {
    /// Whether a caller is refused.
    pub(super) fn has(&self, name: &str, now: i64) -> bool {
        self.0.get(name).is_some_and(|end| *end > now)
    }

    /// Remembers a caller until the end of the window. If there are too many, all are learnt anew, a write each.
    pub(super) fn add(&mut self, name: String, end: i64, now: i64) {
        if self.0.len() >= MOST {
            self.0.retain(|_, end| *end > now);
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(name, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caller_is_refused_until_its_window_ends() {
        let mut refused = Refused::default();
        refused.add("a".to_owned(), 60, 10);
        assert_eq!([59, 60].map(|now| refused.has("a", now)), [true, false]);
        assert!(!refused.has("b", 10));
    }

    #[test]
    fn memory_is_bounded_and_windows_that_ended_go_first() {
        let mut refused = Refused::default();
        (0..MOST - 1).for_each(|n| refused.add(format!("old {n}"), 60, 0));
        refused.add("new".to_owned(), 120, 0);
        refused.add("next".to_owned(), 120, 60);
        assert_eq!((refused.0.len(), refused.has("new", 60)), (2, true));
        (0..3 * MOST).for_each(|n| refused.add(format!("flood {n}"), 120, 60));
        assert!(refused.0.len() <= MOST);
    }
}
