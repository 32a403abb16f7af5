//! How a node's clock follows the database's: slowly, so that a step of that clock neither expires at once what
//! runs out nor gives it back. Source: promises rule 6.

use super::Timestamp;

/// The clock moves by this much …
pub const STEP_MS: i64 = 1;
/// … once in this time: half a percent, so that ten minutes are never off by more than three seconds.
pub const STEP_EVERY_MS: i64 = 200;

/// The other clock, read between two looks at ours.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    pub asked: Timestamp,
    pub theirs: Timestamp,
    pub answered: Timestamp,
}

/// How far ours is behind (or, negative, ahead), in milliseconds; 0 where the way to the other clock took too long
/// to tell.
pub fn behind_by(reading: Reading) -> i64 {
    let Reading { asked, theirs, answered } = reading;
    // Somewhere between the two looks the other clock was read.
    let (least, most) = (
        theirs.as_millis().saturating_sub(answered.as_millis()),
        theirs.as_millis().saturating_sub(asked.as_millis()),
    );
    if least <= 0 && most >= 0 { 0 } else { least.saturating_add(most) / 2 }
}

/// The next step towards the other clock, and what is left after it.
pub fn step(behind_ms: i64) -> (i64, i64) {
    let step = behind_ms.clamp(-STEP_MS, STEP_MS);
    (step, behind_ms.saturating_sub(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    /// Lets `real_ms` pass on a node whose database's clock has jumped by `jump`; what its own clock shows then.
    fn shown_after(real_ms: i64, jump: i64) -> i64 {
        let (mut shown, mut behind) = (0, 0);
        for tick in 0..real_ms / STEP_EVERY_MS {
            let real = tick * STEP_EVERY_MS;
            if real % 30_000 == 0 {
                // The way there and back takes 4 ms.
                let reading =
                    Reading { asked: at(shown), theirs: at(real + jump + 2), answered: at(shown + 4) };
                behind = behind_by(reading);
            }
            let (now, left) = step(behind);
            behind = left;
            let before = shown;
            shown += STEP_EVERY_MS + now;
            assert!(shown > before, "time runs forward");
        }
        shown
    }

    #[test]
    fn a_jump_of_the_database_neither_expires_nor_prolongs_a_hold() {
        for jump in [-HOUR, HOUR, -24 * HOUR, 24 * HOUR] {
            let off = shown_after(600_000, jump) - 600_000;
            assert!(off.abs() <= 3_000, "ten minutes were off by {off} ms after {jump}");
            assert_eq!(off.signum(), jump.signum(), "it follows");
        }
    }

    #[test]
    fn a_small_difference_is_made_up_for_and_then_left_alone() {
        for jump in [-500, 40, 700] {
            let off = shown_after(600_000, jump) - 600_000 - jump;
            assert!(off.abs() <= 4, "{off}");
        }
    }

    #[test]
    fn what_the_way_there_hides_is_no_difference() {
        let reading = |theirs| Reading { asked: at(1_000), theirs: at(theirs), answered: at(1_010) };
        assert_eq!(behind_by(reading(1_000)), 0);
        assert_eq!(behind_by(reading(1_010)), 0);
        assert_eq!(behind_by(reading(1_105)), 100);
        assert_eq!(behind_by(reading(905)), -100);
        assert_eq!(behind_by(Reading { asked: at(0), theirs: at(i64::MAX), answered: at(0) }), i64::MAX / 2);
    }
}
