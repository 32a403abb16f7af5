//! API keys of every family. Source: native-api.md §4.

mod create;
mod get;
mod list;
mod revise;
mod revoke;
mod rotate;
mod wire;

use crate::http::Operation;

const TAG: &str = "Keys";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        list::operation(),
        create::operation(),
        get::operation(),
        revise::operation(),
        revoke::operation(),
        rotate::operation(),
    ]
}
