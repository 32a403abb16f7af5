//! Series: recurring events, whose occurrences are ordinary events with a `series_id`.
//!
//! `row` reads and writes what a series says, `occurrences` the names of its dates; `create`, `revise` and `end`
//! are the commands, `extend` is the background job that makes occurrences ahead; all carry out, through `work`,
//! what the core decides. Source: native-api.md §6.

mod create;
mod end;
mod extend;
mod find;
mod occurrences;
mod revise;
mod row;
mod words;
mod work;

pub use create::CreateSeries;
pub use end::EndSeries;
pub use extend::{BATCH, ExtendSeries, Extended};
pub use revise::ReviseSeries;
pub use work::{LOOK_AHEAD_DAYS, MADE_AHEAD_DAYS, SeriesWritten};
