//! API keys: all of the organization's, those of a place, making, rotating and revoking them.
//! Source: native-api.md §4, contracts.md §1.2, §2.5, §3.2, §4.1.

mod change;
pub(super) mod event;
mod list;
pub(super) mod made;
mod new;
mod of_place;
mod one;
pub(super) mod view;

use crate::dashboard::page::Page;

/// Where they are.
pub(super) const PATH: &str = "/dashboard/keys";

pub(super) fn pages() -> Vec<Page> {
    let parts: [fn() -> Vec<Page>; 5] = [list::pages, new::pages, one::pages, change::pages, of_place::pages];
    parts.iter().flat_map(|part| part()).collect()
}
