//! Series: events that recur. Source: native-api.md §6.
//!
//! `body` is what callers say (`parse` reads it into the core's words and knows where a fault sits), `view` what
//! is answered.

mod body;
mod contract;
mod create;
mod end;
mod get;
mod list;
mod parse;
mod preview;
mod revise;
mod sample;
mod view;

pub(super) use view::SeriesView;

use callboard_store::series::SeriesWritten;
use http::StatusCode;

use super::wire::Written;
use crate::http::{Operation, Reply};

const TAG: &str = "Series";
/// How every operation of one series names it.
const PATH_DOC: (&str, &str) = ("id", "The series' id");

pub(super) fn operations() -> Vec<Operation> {
    vec![
        list::operation(),
        create::operation(),
        preview::operation(),
        get::operation(),
        revise::operation(),
        end::operation(),
    ]
}

/// A series after a write.
fn written(status: StatusCode, written: &SeriesWritten) -> Reply {
    let body = Written::warned(SeriesView::from(&written.series), &parse::warnings(&written.warnings));
    Reply::json(status, &body).versioned(written.series.stamp.version)
}
