//! The pages, one file per room. How to add one: ARCHITECTURE.md, "Adding a page".

mod changes;
mod check_in;
mod events;
mod home;
mod join;
mod keys;
mod landing;
mod members;
mod orders;
pub(in crate::dashboard) mod places;
mod requests;
mod series;
mod sessions;
mod settings;
mod sign_in;
mod sign_out;
mod sign_up;
mod switch;
mod theme;
mod tokens;
mod welcome;

use super::page::Page;

/// Every page of the dashboard. A room's own file says its path and who may see it.
pub(super) fn pages() -> Vec<Page> {
    let rooms: &[fn() -> Vec<Page>] = &[
        events::pages,
        orders::pages,
        series::pages,
        check_in::pages,
        changes::pages,
        landing::pages,
        welcome::pages,
        sign_in::pages,
        sign_out::pages,
        sign_up::pages,
        join::pages,
        theme::pages,
        switch::pages,
        home::pages,
        places::pages,
        keys::pages,
        tokens::pages,
        requests::pages,
        members::pages,
        settings::pages,
        sessions::pages,
    ];
    rooms.iter().flat_map(|room| room()).collect()
}
