//! A reproducible choice after the other, fast enough for a million events.

/// Steps of the sequence "splitmix64". Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators".
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Numbers that follow from a seed and from nothing else.
#[derive(Debug, Clone)]
pub(super) struct Draw(u64);

impl Draw {
    /// What is drawn for one event must not depend on the others: it starts from the seed and its two ordinals.
    pub(super) fn of(seed: u64, organization: u64, event: u64) -> Draw {
        let mut draw = Draw(seed);
        for part in [organization, event] {
            draw.0 = draw.next() ^ part.wrapping_mul(STEP);
        }
        draw
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below `limit`.
    pub(super) fn below(&mut self, limit: i64) -> i64 {
        let limit = u64::try_from(limit).unwrap_or(1).max(1);
        i64::try_from(self.next() % limit).unwrap_or(0)
    }

    /// From `least` to `most`, both among them.
    pub(super) fn within(&mut self, least: i64, most: i64) -> i64 {
        least.saturating_add(self.below(most.saturating_sub(least).saturating_add(1)))
    }

    pub(super) fn percent(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(i64::try_from(from.len()).unwrap_or(1))).unwrap_or(0);
        from.get(at).expect("a list to choose from is a constant and not empty")
    }

    pub(super) fn bytes(&mut self) -> [u8; 16] {
        let wide = (u128::from(self.next()) << 64) | u128::from(self.next());
        wide.to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_does_not() {
        let drawn = |mut draw: Draw| (0..8).map(|_| draw.next()).collect::<Vec<_>>();
        assert_eq!(drawn(Draw::of(1, 2, 3)), drawn(Draw::of(1, 2, 3)));
        for other in [Draw::of(2, 2, 3), Draw::of(1, 3, 3), Draw::of(1, 2, 4), Draw::of(1, 3, 2)] {
            assert_ne!(drawn(Draw::of(1, 2, 3)), drawn(other));
        }
    }

    #[test]
    fn every_value_of_a_range_is_drawn() {
        let mut draw = Draw::of(7, 0, 0);
        let mut seen = [0; 5];
        for _ in 0..1_000 {
            let value = draw.within(-2, 2);
            assert!((-2..=2).contains(&value));
            seen[usize::try_from(value + 2).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| *count > 120), "{seen:?}");
    }
}
