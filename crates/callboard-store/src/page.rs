//! Pages of a keyset: a cursor is the place of the last row, so it survives that row's deletion.

use callboard_core::time::Timestamp;
use uuid::Uuid;

/// Most rows of one page. Source: native-api.md §1.
pub const LIMIT_MAX: i64 = 200;

/// The place of a row in a list that is ordered by `(created_at, id)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct After {
    pub created_at: Timestamp,
    pub id: Uuid,
}

/// Some rows, and where to go on if there are more.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<After>,
}

impl After {
    /// Before every row of an ascending list.
    pub(crate) const FIRST: After = After { created_at: Timestamp::from_millis(i64::MIN), id: Uuid::nil() };
    /// Before every row of a descending list.
    pub(crate) const LAST: After = After { created_at: Timestamp::from_millis(i64::MAX), id: Uuid::max() };
}

/// The limit within its bounds: 1 to [`LIMIT_MAX`].
pub(crate) fn bounded(limit: i64) -> i64 {
    limit.clamp(1, LIMIT_MAX)
}

/// Makes a page of up to `limit` rows from a query that asked for one more.
pub(crate) fn page<T>(mut items: Vec<T>, limit: i64, place: impl Fn(&T) -> After) -> Page<T> {
    let limit = usize::try_from(bounded(limit)).unwrap_or(usize::MAX);
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = if has_more { items.last().map(place) } else { None };
    Page { items, next }
}
