//! Rolling rate windows: at most `limit` admissions in any 60 seconds, exactly.
//! Source: contracts.md §4.4, storage.md §6.

use std::collections::VecDeque;

use crate::time::{SECOND, Timestamp};

/// Up to this limit every admission is remembered; above it, per slot of 100 ms.
pub const EXACT_MAX: u32 = 1_000;
const SLOT_MS: i64 = 100;

/// The admissions of one key (or session, or address) in the last `period_ms`.
#[derive(Debug, Clone)]
pub struct Window {
    /// `(instant in ms, admissions at it)`, oldest first.
    admitted: VecDeque<(i64, u32)>,
    total: u32,
    period_ms: i64,
}

/// What the window said, with the figures for the headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    pub is_admitted: bool,
    pub limit: u32,
    pub remaining: u32,
    /// When the oldest admission leaves and one more is free.
    pub reset_at: Timestamp,
    /// Whole seconds, at least 1, after which one more is certainly admitted.
    pub retry_after_s: i64,
}

impl Window {
    pub fn new(period_ms: i64) -> Window {
        Window { admitted: VecDeque::new(), total: 0, period_ms }
    }

    /// Counts one request if it fits. Refused ones do not count.
    ///
    /// Cost: O(1) amortised; memory O(min(limit, slots of the period)).
    pub fn admit(&mut self, limit: u32, now: Timestamp) -> Admission {
        let now_ms = now.as_millis();
        // Above the exact limit an admission is kept under the end of its slot, so it leaves late, never early.
        let stamp = if limit > EXACT_MAX {
            now_ms.div_euclid(SLOT_MS).saturating_add(1).saturating_mul(SLOT_MS)
        } else {
            now_ms
        };
        self.forget(now_ms);
        let is_admitted = self.total < limit;
        if is_admitted {
            match self.admitted.back_mut() {
                Some((at, count)) if *at >= stamp => *count = count.saturating_add(1),
                _ => self.admitted.push_back((stamp, 1)),
            }
            self.total = self.total.saturating_add(1);
        }
        let leaves = self.admitted.front().map_or(now_ms, |(at, _)| at.saturating_add(self.period_ms));
        let wait = leaves.saturating_sub(now_ms).max(1);
        Admission {
            is_admitted,
            limit,
            remaining: limit.saturating_sub(self.total),
            reset_at: Timestamp::from_millis(leaves),
            retry_after_s: wait.saturating_add(SECOND - 1).div_euclid(SECOND),
        }
    }

    /// Nothing in it any more: it can be dropped.
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.admitted.back().is_none_or(|(at, _)| at.saturating_add(self.period_ms) <= now.as_millis())
    }

    fn forget(&mut self, now_ms: i64) {
        while let Some((at, count)) = self.admitted.front().copied() {
            if at.saturating_add(self.period_ms) > now_ms {
                break;
            }
            self.admitted.pop_front();
            self.total = self.total.saturating_sub(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::MINUTE;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * SECOND)
    }

    /// T-16: 30 at t=0, 30 at t=50, refused at 59; at 61 thirty pass and the next is refused.
    #[test]
    fn the_window_rolls() {
        let mut window = Window::new(MINUTE);
        assert!((0..30).all(|_| window.admit(60, at(0)).is_admitted));
        assert!((0..30).all(|_| window.admit(60, at(50)).is_admitted));
        let refused = window.admit(60, at(59));
        assert!(!refused.is_admitted);
        assert_eq!((refused.retry_after_s, refused.remaining), (1, 0));
        assert!((0..30).all(|_| window.admit(60, at(61)).is_admitted));
        assert_eq!(window.admit(60, at(61)).retry_after_s, 49);
    }

    proptest! {
        #[test]
        fn no_period_ever_holds_more_than_the_limit(steps in prop::collection::vec(0i64..3_000, 1..400), limit in 1u32..40) {
            let mut window = Window::new(MINUTE);
            let (mut now, mut passed) = (0i64, Vec::new());
            for step in steps {
                now += step;
                let said = window.admit(limit, Timestamp::from_millis(now));
                if said.is_admitted { passed.push(now); }
                else {
                    let mut later = window.clone();
                    prop_assert!(later.admit(limit, Timestamp::from_millis(now + said.retry_after_s * SECOND)).is_admitted);
                }
            }
            for (i, first) in passed.iter().enumerate() {
                let within = passed.iter().skip(i).filter(|t| **t < first + MINUTE).count();
                prop_assert!(within <= limit as usize);
            }
        }
    }
}
