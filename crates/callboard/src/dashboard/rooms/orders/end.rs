//! `/dashboard/orders/{id}/cancel` and `/refund`: each with a page that says what happens.

use callboard_core::inventory::order::{Ending, Order};
use callboard_store::sales::EndOrder;

use super::super::events::view;
use super::{PATH, find, path_of};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::ConfirmPage;
use crate::dashboard::visit::{Visit, done};
use crate::http::grant::OrdersWrite;
use crate::http::{Granted, Refusal, Reply};

const CANCEL: &str = "/dashboard/orders/{id}/cancel";
const REFUND: &str = "/dashboard/orders/{id}/refund";

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get(CANCEL).granted(|visit, grant| ask(visit, grant, Ending::Cancel)),
        Page::post(CANCEL).granted(|visit, grant| end(visit, grant, Ending::Cancel)),
        Page::get(REFUND).granted(|visit, grant| ask(visit, grant, Ending::Refund)),
        Page::post(REFUND).granted(|visit, grant| end(visit, grant, Ending::Refund)),
    ]
}

async fn ask(visit: Visit, grant: Granted<OrdersWrite>, ending: Ending) -> Result<Reply, Refusal> {
    let order = find(&visit, grant.tenant()).await?;
    let (title, word, verb) = match ending {
        Ending::Cancel => (format!("Cancel {}?", order.number), "cancel", "Cancel the order"),
        Ending::Refund => (format!("Refund {}?", order.number), "refund", "Refund the order"),
    };
    let frame = visit.shell(&title, PATH).await?;
    let mut page = ConfirmPage::new(frame, format!("{}/{word}", path_of(&order)), verb, path_of(&order));
    page.lines = lines(&order, ending);
    visit.show(&page)
}

fn lines(order: &Order, ending: Ending) -> Vec<String> {
    let tickets = order.tickets.len();
    let plural = if tickets == 1 { "ticket becomes" } else { "tickets become" };
    let mut lines = vec![format!(
        "Of {} ({}): {tickets} {plural} void at once and will not be let in; the stock is free again.",
        order.buyer.name, order.buyer.email
    )];
    lines.push(match ending {
        Ending::Cancel => "No money moves. A cancelled order can be refunded later.".to_owned(),
        Ending::Refund => format!(
            "{} counts as paid back. The money itself is paid back where it was taken.",
            view::money(order.currency, order.total)
        ),
    });
    lines
}

async fn end(visit: Visit, grant: Granted<OrdersWrite>, ending: Ending) -> Result<Reply, Refusal> {
    let order = find(&visit, grant.tenant()).await?;
    let said = match ending {
        Ending::Cancel => "The order is cancelled; its tickets are void.",
        Ending::Refund => "The order is refunded; its tickets are void.",
    };
    let command = EndOrder { tenant: grant.tenant().clone(), id: order.id, ending };
    visit.write(grant.tenant(), command, move |order| done(&path_of(order), said)).await
}
