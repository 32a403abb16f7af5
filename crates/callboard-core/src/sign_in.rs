//! How fast passwords may be guessed: per account and address, five attempts, then ever longer waits.
//! Source: native-api.md §2, promises R20.

use crate::time::{MINUTE, SECOND, Timestamp};

/// Attempts that may fail before the first wait.
pub const FAILURES_MAX: i64 = 5;
/// Failures are forgotten after this long without an attempt, and no wait is longer. Unit: milliseconds.
pub const QUIET_MS: i64 = 15 * MINUTE;
/// The first wait; each further failure doubles it. Unit: milliseconds.
pub const FIRST_WAIT_MS: i64 = MINUTE;

/// What is remembered of one account at one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    pub count: i64,
    /// The last attempt that was admitted; [`QUIET_MS`] count from it, or from the end of the wait.
    pub since: Timestamp,
    /// No attempt is admitted before this instant, not with the right password either.
    pub blocked_until: Timestamp,
}

/// What becomes of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It may go on; it counts as failed until it succeeds, so that parallel guesses do not outrun the count.
    Admitted(Failures),
    Blocked {
        /// Whole seconds, at least 1, after which an attempt is admitted.
        retry_after_s: i64,
    },
}

/// Decides about an attempt at `now`.
///
/// Any 15 minutes hold at most five failures before a wait; the waits are 1, 2, 4, 8 and then 15 minutes.
pub fn attempt(before: Option<Failures>, now: Timestamp) -> Attempt {
    let known = before.filter(|failures| !failures.is_forgotten(now));
    if let Some(failures) = known
        && now < failures.blocked_until
    {
        return Attempt::Blocked { retry_after_s: failures.retry_after_s(now) };
    }
    let count = known.map_or(0, |failures| failures.count).saturating_add(1);
    Attempt::Admitted(Failures { count, since: now, blocked_until: now.plus_millis(wait_ms(count)) })
}

impl Failures {
    fn is_forgotten(&self, now: Timestamp) -> bool {
        now >= self.since.max(self.blocked_until).plus_millis(QUIET_MS)
    }

    /// Whole seconds until an attempt is admitted again; 0 if one is.
    pub fn retry_after_s(&self, now: Timestamp) -> i64 {
        let wait = self.blocked_until.millis_since(now).max(0);
        wait.saturating_add(SECOND - 1) / SECOND
    }
}

/// How long the next attempt must wait after `count` failures. Unit: milliseconds.
fn wait_ms(count: i64) -> i64 {
    match count.checked_sub(FAILURES_MAX).and_then(|beyond| u32::try_from(beyond).ok()) {
        None => 0,
        Some(beyond) => FIRST_WAIT_MS.checked_shl(beyond.min(8)).map_or(QUIET_MS, |wait| wait.min(QUIET_MS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sixth_attempt_waits_and_waits_double_up_to_a_quarter_of_an_hour() {
        let mut now = Timestamp::from_millis(0);
        let mut known = None;
        let mut waits = Vec::new();
        for _ in 0..11 {
            let Attempt::Admitted(failures) = attempt(known, now) else { panic!("blocked") };
            waits.push(failures.retry_after_s(now));
            known = Some(failures);
            now = now.max(failures.blocked_until);
        }
        assert_eq!(waits, [0, 0, 0, 0, 60, 120, 240, 480, 900, 900, 900]);
        let later = now.plus_millis(QUIET_MS);
        let fresh = attempt(known, later);
        assert_eq!(fresh, Attempt::Admitted(Failures { count: 1, since: later, blocked_until: later }));
    }

    proptest! {
        #[test]
        fn no_quarter_of_an_hour_admits_more_than_five_before_a_wait(gaps in proptest::collection::vec(0i64..400_000, 1..80)) {
            let mut now = Timestamp::from_millis(0);
            let mut known: Option<Failures> = None;
            let mut admitted: Vec<Timestamp> = Vec::new();
            for gap in gaps {
                now = now.plus_millis(gap);
                match attempt(known, now) {
                    Attempt::Admitted(failures) => {
                        prop_assert!(known.is_none_or(|k| now >= k.blocked_until));
                        known = Some(failures);
                        admitted.push(now);
                    }
                    Attempt::Blocked { retry_after_s } => {
                        prop_assert!((1..=900).contains(&retry_after_s));
                        let then = now.plus_millis(retry_after_s * SECOND);
                        prop_assert!(matches!(attempt(known, then), Attempt::Admitted(_)));
                    }
                }
            }
            for window in admitted.windows(6) {
                // The sixth comes only after the wait that the fifth began.
                let apart = window[5].millis_since(window[4]);
                prop_assert!(apart >= FIRST_WAIT_MS || window[5].millis_since(window[0]) >= QUIET_MS);
            }
        }
    }
}
