//! Holds, orders, tickets and check-ins. Source: native-api.md §7.
//!
//! `body` is what callers say, `parse` reads it; `view` is what is answered.

mod body;
mod cancel_order;
mod check_in;
mod create_hold;
mod get_order;
mod list_orders;
mod parse;
mod place_order;
mod refund_order;
mod release_hold;
mod sample;
mod ticket_qr;
mod undo_check_in;
mod view;

pub(super) use view::{OrderView, StockView, TicketView};

use crate::http::Operation;

const HOLDS: &str = "Holds";
const ORDERS: &str = "Orders";
const DOOR: &str = "Tickets and check-in";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        create_hold::operation(),
        release_hold::operation(),
        list_orders::operation(),
        place_order::operation(),
        get_order::operation(),
        cancel_order::operation(),
        refund_order::operation(),
        ticket_qr::operation(),
        check_in::operation(),
        undo_check_in::operation(),
    ]
}
