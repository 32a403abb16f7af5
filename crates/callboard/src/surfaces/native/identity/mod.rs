//! Accounts, sessions, the organization and its members. Source: native-api.md §2.

mod create_account;
mod create_session;
mod end_session;
mod get_organization;
mod me;
mod members;
mod revise_organization;
mod wire;

use crate::http::Operation;

pub(super) const TAG: &str = "Identity";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        create_account::operation(),
        create_session::operation(),
        end_session::operation(),
        me::operation(),
        get_organization::operation(),
        revise_organization::operation(),
    ];
    all.extend(members::operations());
    all
}
