//! What the published text leaves open, settled here and nowhere else [inferred].
//!
//! - `exDates` and `rDates` are show dates; `rrule` may bring `EXDATE` and `RDATE` lines along, which add to them.
//! - Only shows that are still ahead are made; what a start in the past would have been is not made up.
//! - A new rule of `following` counts and aligns from `fromDate`, one of `all` from the series' start, unless
//!   `startDate` says otherwise; a rule that stays keeps its count and rhythm.
//! - `following` begins a new stretch of the same series; `earlier` answers those that still lie before it.
//! - An occurrence that was changed alone (its details, times or ticket types), cancelled or archived no longer
//!   follows: later edits pass it by and say so in `warnings`. Publishing it alone is no such change.
//! - One that was deleted alone is not made again. A date that the series gives up may come back by another edit.
//! - An ended series is gone (404); its events keep its id.

use callboard_core::series::{EXTRA_DATES_MAX, INSTANCES_MAX, TEXT_MAX};

/// Most and usual items of a preview. Source: promises.md R32.
pub(super) const PREVIEW_MAX: i64 = 1_000;
const _: () = assert!(INSTANCES_MAX == 1_000, "a preview answers a whole expansion");
// `body` says the first of them as a literal.
const _: () = assert!(TEXT_MAX == 36_000 && EXTRA_DATES_MAX == 1_000, "the schema says the core's limits");
