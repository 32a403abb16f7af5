//! `/join/TOKEN`: where an invitation leads. Signing up with the invited address joins the organization.
//! Source: native-api.md §2.

use askama::Template;
use callboard_core::key::Secret;

use super::sign_in::enter;
use super::sign_up::{make, person};
use crate::dashboard::field::Field;
use crate::dashboard::form::Summary;
use crate::dashboard::guard;
use crate::dashboard::page::Page;
use crate::dashboard::shell::Frame;
use crate::dashboard::visit::Visit;
use crate::http::{Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/join/{token}").open(show), Page::post("/join/{token}").open(join)]
}

#[derive(Template)]
#[template(path = "dashboard/join.html")]
struct JoinPage {
    frame: Frame,
    summary: Summary,
    fields: Vec<Field>,
    action: String,
    needs_https: bool,
    public_url: String,
}

/// Whether the invitation is good is only said to whoever knows the address that was invited.
async fn show(visit: Visit) -> Result<Reply, Refusal> {
    page(&visit)
}

fn page(visit: &Visit) -> Result<Reply, Refusal> {
    let page = JoinPage {
        frame: visit.frame("Join the organization"),
        summary: visit.form.summary(),
        fields: person(&visit.form),
        action: visit.request.path().to_owned(),
        needs_https: !guard::keeps_cookies(&visit.app, &visit.request),
        public_url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}

async fn join(mut visit: Visit) -> Result<Reply, Refusal> {
    if !guard::keeps_cookies(&visit.app, &visit.request) {
        return page(&visit);
    }
    let token = Secret::new(visit.path.text("token").to_owned());
    match make(&visit, None, Some(token)).await {
        Ok(made) => Ok(enter(&visit, &made.session, "/dashboard")),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            page(&visit)
        }
    }
}
