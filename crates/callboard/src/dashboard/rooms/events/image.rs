//! `/dashboard/events/{id}/image`: the poster of an event, uploaded or taken away.

use callboard_core::event::{Event, EventPatch};
use callboard_store::Tenant;
use callboard_store::events::{EventRef, ReviseEvent};
use callboard_store::media::StoreMedia;

use super::{find, path_of, show};
use crate::dashboard::page::Page;
use crate::dashboard::visit::{Visit, done};
use crate::http::grant::{EventsWrite, MediaCreate};
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::upload;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::post("/dashboard/events/{id}/image").takes_file().granted(upload),
        Page::post("/dashboard/events/{id}/image/remove").granted(remove),
    ]
}

async fn upload(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    match store(&visit, grant.tenant(), &event).await {
        Ok(reply) => Ok(reply),
        Err(Refusal::BodyTooLarge { limit }) => {
            let message = format!("must have at most {limit} bytes");
            let issue =
                callboard_core::issue::Issue::body("file", callboard_core::issue::IssueCode::TooBig, message);
            visit.form.refused(issue.into())?;
            show::page(&visit, grant.tenant(), &event).await
        }
        Err(refusal) => {
            visit.form.refused(refusal)?;
            show::page(&visit, grant.tenant(), &event).await
        }
    }
}

/// First the image, then the event that shows it: an image that nothing shows harms nobody.
async fn store(visit: &Visit, tenant: &Tenant, event: &Event) -> Result<Reply, Refusal> {
    visit.grant::<MediaCreate>()?;
    let Some((content_type, bytes)) = visit.upload.clone() else {
        return Err(Refusal::UnsupportedMediaType { expected: "multipart/form-data" });
    };
    let image = upload::read_form(&content_type, bytes, visit.app.settings.media_max_bytes).await?;
    let command = StoreMedia {
        tenant: tenant.clone(),
        mime: image.mime_type.to_owned(),
        width: image.width,
        height: image.height,
        alt: image.alt,
        bytes: image.bytes.to_vec(),
    };
    let media = visit.app.store.write(visit.context(), command).await?;
    set(visit, tenant, event, Some(media.number), "The poster is saved.").await
}

async fn remove(visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    set(&visit, grant.tenant(), &event, None, "The poster is taken away.").await
}

async fn set(
    visit: &Visit,
    tenant: &Tenant,
    event: &Event,
    cover: Option<i64>,
    said: &'static str,
) -> Result<Reply, Refusal> {
    let command = ReviseEvent {
        tenant: tenant.clone(),
        event: EventRef::Id(event.id),
        patch: EventPatch { cover: Some(cover), ..EventPatch::default() },
        if_match: None,
        remove_ticket_type: None,
        add_ticket_type: None,
        set_status: None,
    };
    visit.write(tenant, command, move |written| done(&path_of(&written.event), said)).await
}
