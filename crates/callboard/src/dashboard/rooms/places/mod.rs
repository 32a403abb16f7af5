//! Venues, channels and box offices: listed, made, changed, deleted. The three are alike; what differs stands in
//! [`kind::Place`]'s implementations, one file each.

mod box_office;
mod channel;
pub(in crate::dashboard) mod kind;
mod pages;
mod venue;

pub(in crate::dashboard) use pages::tabs;

use crate::dashboard::page::Page;

pub(super) fn pages() -> Vec<Page> {
    use callboard_core::place::{BoxOffice, Channel, Venue};
    let mut all = pages::of::<Venue>();
    all.extend(pages::of::<Channel>());
    all.extend(pages::of::<BoxOffice>());
    all
}
