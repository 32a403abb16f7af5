//! How many events start between two instants, without counting them: every write keeps how many start in each span of
//! [`SPANS`]. What lies between the bounds is whole long spans, whole short ones on both sides of these, and single
//! events in the rest of a short span on each side. So a total costs as much as there are such spans, whatever lies in
//! them.

use std::collections::BTreeMap;

use callboard_core::event::Lifecycle;
use callboard_core::ids::OrganizationId;
use callboard_core::time::{DAY, HOUR, Timestamp};
use uuid::Uuid;

use crate::query::Query;
use crate::sql::{Later, params};

/// Lengths of the spans in milliseconds; the long one is a multiple of the short one.
const SHORT: i64 = 6 * HOUR;
const LONG: i64 = 8 * DAY;
const SPANS: [i64; 2] = [SHORT, LONG];

/// One change of a count: an event of a place, its start, its life, and by how much it counts more.
pub(crate) type Counting = (OrganizationId, Uuid, Timestamp, Lifecycle, i64);

/// The rows that add what was noted, each span once and in one order.
pub(crate) fn rows(noted: &[Counting]) -> impl Iterator<Item = Later> + use<> {
    let mut sums = BTreeMap::<_, [i64; 4]>::new();
    for (organization_id, place, start, lifecycle, by) in noted {
        for span in SPANS {
            let key = (*organization_id, *place, span, start.as_millis().div_euclid(span));
            let [drafts, published, cancelled, archived] = sums.entry(key).or_default();
            let sum = match lifecycle {
                Lifecycle::Draft => drafts,
                Lifecycle::Published => published,
                Lifecycle::Cancelled => cancelled,
                Lifecycle::Archived => archived,
            };
            *sum = sum.saturating_add(*by);
        }
    }
    let changed = sums.into_iter().filter(|(_, by)| *by != [0; 4]);
    changed.map(|((organization_id, place, span, nth), [drafts, published, cancelled, archived])| {
        Later::new(
            "INSERT INTO event_count (organization_id, place_id, span, nth, drafts, published, cancelled, archived)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (organization_id, place_id, span, nth) DO UPDATE SET
             drafts = event_count.drafts + excluded.drafts, published = event_count.published + excluded.published,
             cancelled = event_count.cancelled + excluded.cancelled, archived = event_count.archived + excluded.archived",
            params![organization_id, place, span, nth, drafts, published, cancelled, archived],
        )
    })
}

/// Which events count.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counted {
    All,
    AllButArchived,
    Only(Lifecycle),
}

impl Counted {
    /// The sum of a span's columns.
    fn columns(self) -> &'static str {
        match self {
            Counted::All => "n.drafts + n.published + n.cancelled + n.archived",
            Counted::AllButArchived => "n.drafts + n.published + n.cancelled",
            Counted::Only(Lifecycle::Draft) => "n.drafts",
            Counted::Only(Lifecycle::Published) => "n.published",
            Counted::Only(Lifecycle::Cancelled) => "n.cancelled",
            Counted::Only(Lifecycle::Archived) => "n.archived",
        }
    }

    /// The same of single events.
    fn condition(self) -> &'static str {
        match self {
            Counted::All => "",
            Counted::AllButArchived => " AND e.lifecycle <> 'archived'",
            Counted::Only(Lifecycle::Draft) => " AND e.lifecycle = 'draft'",
            Counted::Only(Lifecycle::Published) => " AND e.lifecycle = 'published'",
            Counted::Only(Lifecycle::Cancelled) => " AND e.lifecycle = 'cancelled'",
            Counted::Only(Lifecycle::Archived) => " AND e.lifecycle = 'archived'",
        }
    }
}

/// From the first on, the second excluded.
type Range = (i64, i64);
const NOTHING: Range = (0, 0);

/// Bounds of the start, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    /// Instants of single events.
    edges: [Range; 2],
    /// Numbers of short spans.
    short: [Range; 2],
    /// Numbers of long spans.
    long: Range,
}

impl Parts {
    /// Inclusive bounds; nothing bounds what is not given.
    fn of(from: Option<Timestamp>, to: Option<Timestamp>) -> Parts {
        let first = from.map_or(i64::MIN, Timestamp::as_millis);
        let end = to.map_or(i64::MAX, |to| to.as_millis().saturating_add(1));
        let (edges, short) = cut((first, end), SHORT);
        let (short, long) = if short == NOTHING { ([NOTHING; 2], NOTHING) } else { cut(short, LONG / SHORT) };
        Parts { edges, short, long }
    }
}

/// Cuts a range into its whole spans and what is left on both sides of them; all of it is left where it has none. What
/// is open to one side has nothing left there.
fn cut((first, end): Range, span: i64) -> ([Range; 2], Range) {
    let (whole_first, left) = match first {
        i64::MIN => (i64::MIN, NOTHING),
        _ => {
            let whole = first.saturating_add(span - 1).div_euclid(span);
            (whole, (first, whole.saturating_mul(span)))
        }
    };
    let (whole_end, right) = match end {
        i64::MAX => (i64::MAX, NOTHING),
        _ => (end.div_euclid(span), (end.div_euclid(span).saturating_mul(span), end)),
    };
    if whole_first < whole_end {
        return ([left, right], (whole_first, whole_end));
    }
    ([(first, end), NOTHING], NOTHING)
}

/// Appends the number of a place's events that start between the bounds, as one expression. `organization` and `place`
/// name the two in the statement around it, `column` is where an event has its place.
pub(super) fn push(
    query: &mut Query<'_>,
    (organization, place): (&'static str, &'static str),
    column: &'static str,
    counted: Counted,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
) {
    let parts = Parts::of(from, to);
    query.push("0");
    for (first, end) in parts.edges {
        query.push(" + (SELECT count(*) FROM event e WHERE e.organization_id = ");
        query.push(organization);
        query.push(" AND e.deleted_at IS NULL AND e.");
        query.push(column);
        query.push(" = ");
        query.push(place);
        query.push(counted.condition());
        query.bind(" AND e.effective_start >= ", first);
        query.bind(" AND e.effective_start < ", end);
        query.push(")");
    }
    let spans = [(SHORT, parts.short[0]), (SHORT, parts.short[1]), (LONG, parts.long)];
    for (span, (first, end)) in spans {
        query.push(" + (SELECT CAST(coalesce(sum(");
        query.push(counted.columns());
        query.push("), 0) AS BIGINT) FROM event_count n WHERE n.organization_id = ");
        query.push(organization);
        query.push(" AND n.place_id = ");
        query.push(place);
        query.bind(" AND n.span = ", span);
        query.bind(" AND n.nth >= ", first);
        query.bind(" AND n.nth < ", end);
        query.push(")");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a part of the whole has an instant in it.
    fn times(parts: &Parts, at: i64) -> usize {
        let within = |at: i64, (first, end): &Range| usize::from(*first <= at && at < *end);
        let edges: usize = parts.edges.iter().map(|range| within(at, range)).sum();
        let short: usize = parts.short.iter().map(|range| within(at.div_euclid(SHORT), range)).sum();
        edges + short + within(at.div_euclid(LONG), &parts.long)
    }

    #[test]
    fn long_bounds_are_mostly_long_spans() {
        let at = |millis| Some(Timestamp::from_millis(millis));
        let parts = Parts::of(at(1), at(100 * LONG - 1));
        assert_eq!(parts.long, (1, 100));
        assert_eq!(parts.short, [(1, LONG / SHORT), (100 * LONG / SHORT, 100 * LONG / SHORT)]);
        assert_eq!(parts.edges, [(1, SHORT), (100 * LONG, 100 * LONG)]);
        let open = Parts::of(at(LONG), None);
        assert_eq!((open.long, times(&open, i64::MAX - 1)), ((1, i64::MAX), 1));
    }

    /// What lies between the bounds is in one part, and what does not in none.
    #[test]
    fn every_instant_counts_once() {
        let near = |at: i64| [at - 1, at, at + 1, at + SHORT / 2];
        let grid = [-3 * LONG, -SHORT, 0, SHORT, 2 * SHORT, LONG, LONG + 5 * SHORT, 2 * LONG, 7 * LONG];
        let instants: Vec<i64> = grid.into_iter().flat_map(near).collect();
        let bounds: Vec<Option<i64>> = instants.iter().copied().map(Some).chain([None]).collect();
        for from in &bounds {
            for to in &bounds {
                let parts = Parts::of(from.map(Timestamp::from_millis), to.map(Timestamp::from_millis));
                for at in instants.iter().copied().chain([-40 * LONG, 40 * LONG]) {
                    let lies_within = from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to);
                    assert_eq!(
                        times(&parts, at),
                        usize::from(lies_within),
                        "{at} of {from:?}..={to:?}: {parts:?}"
                    );
                }
            }
        }
    }
}
