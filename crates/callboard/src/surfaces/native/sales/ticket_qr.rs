//! `GET /v1/tickets/{code}/qr`: the code as a picture. Source: native-api.md §7.

use callboard_core::inventory::order::parse_code;
use callboard_core::rejection::Thing;
use http::{HeaderValue, StatusCode};

use crate::http::grant::OrdersRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::use_cases::qr;

const SVG: &str = "image/svg+xml";

pub(super) fn operation() -> Operation {
    Operation::get("/v1/tickets/{code}/qr", "getTicketQr")
        .tag(super::DOOR)
        .says("Draw a ticket's QR code", "An SVG picture that says the ticket's code and nothing else.")
        .placeholder("code", "The ticket's code")
        .answers_plain(StatusCode::OK, "The picture", SVG)
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<OrdersRead>) -> Result<Reply, Refusal> {
    let not_found = || Refusal::not_found(Thing::Ticket);
    let code = parse_code(call.path.text("code")).ok_or_else(not_found)?;
    let ticket = call.app.store.find_ticket(grant.tenant(), &code).await?.ok_or_else(not_found)?;
    let svg = qr::svg(&ticket.code).ok_or(Refusal::Internal)?;
    Ok(Reply::new(StatusCode::OK, HeaderValue::from_static(SVG), svg))
}
