//! `/dashboard/series/{id}/end`: no further dates; those that sold stay.

use callboard_store::series::EndSeries;

use super::{PATH, find, path_of, title};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::ConfirmPage;
use crate::dashboard::visit::{Visit, done};
use crate::dashboard::words;
use crate::http::grant::EventsDelete;
use crate::http::{Granted, Refusal, Reply};

const END: &str = "/dashboard/series/{id}/end";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(END).granted(ask), Page::post(END).granted(end)]
}

async fn ask(visit: Visit, grant: Granted<EventsDelete>) -> Result<Reply, Refusal> {
    confirm(&visit, &grant, None).await
}

async fn confirm(
    visit: &Visit,
    grant: &Granted<EventsDelete>,
    refused: Option<&Refusal>,
) -> Result<Reply, Refusal> {
    let series = find(visit, grant.tenant()).await?;
    let frame = visit.shell(&format!("End {}?", title(&series)), PATH).await?;
    let path = path_of(&series);
    let mut page = ConfirmPage::new(frame, format!("{path}/end"), "End the series", path)
        .line("Dates that are ahead and have no tickets sold or held are deleted, and no further ones are made.")
        .line("Dates with tickets stay as events of their own; cancel them one by one if they are off.");
    page.problem = refused.map(words::sentence);
    visit.show_as(refused.map_or(http::StatusCode::OK, words::status), &page)
}

async fn end(visit: Visit, grant: Granted<EventsDelete>) -> Result<Reply, Refusal> {
    let series = find(&visit, grant.tenant()).await?;
    let command = EndSeries { tenant: grant.tenant().clone(), id: series.id, if_match: None };
    match visit.write(grant.tenant(), command, |()| done(PATH, "The series has ended.")).await {
        Ok(reply) => Ok(reply),
        Err(refusal @ Refusal::Rejected(_)) => confirm(&visit, &grant, Some(&refusal)).await,
        Err(fault) => Err(fault),
    }
}
