//! `/signup`: an account with its organization, where the setting `registration` allows it.
//! The same use case as `POST /v1/accounts`. Source: native-api.md §2.

use askama::Template;
use callboard_core::account::{PASSWORD_MAX_BYTES, PASSWORD_MIN};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::Secret;
use callboard_core::text;
use callboard_store::accounts::SignedUp;

use super::landing::may_sign_up;
use super::sign_in::enter;
use crate::dashboard::field::Field;
use crate::dashboard::form::{Form, Summary, line};
use crate::dashboard::guard;
use crate::dashboard::page::Page;
use crate::dashboard::shell::Frame;
use crate::dashboard::visit::{Visit, go};
use crate::http::{Refusal, Reply};
use crate::use_cases::accounts::{self, NewAccount};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/signup").open(show), Page::post("/signup").open(sign_up)]
}

/// Longest name of a person or organization. Unit: characters.
pub(super) const NAME_MAX: usize = 200;

#[derive(Template)]
#[template(path = "dashboard/sign_up.html")]
struct SignUpPage {
    frame: Frame,
    summary: Summary,
    fields: Vec<Field>,
    is_open: bool,
    needs_https: bool,
    public_url: String,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    if visit.visitor.member().is_some() {
        return Ok(go("/dashboard"));
    }
    page(&visit).await
}

async fn page(visit: &Visit) -> Result<Reply, Refusal> {
    let is_empty = visit.app.store.has_no_account().await?;
    let mut fields = person(&visit.form);
    fields.insert(1, visit.form.text("organizationName", "Organization").max(NAME_MAX).autocomplete("organization").optional()
        .hint("Your venue, company or collective. Without one it is called like you; both can change later."));
    let page = SignUpPage {
        frame: visit.frame("Create your account"),
        summary: visit.form.summary(),
        fields,
        is_open: may_sign_up(visit, is_empty),
        needs_https: !guard::keeps_cookies(&visit.app, &visit.request),
        public_url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}

async fn sign_up(mut visit: Visit) -> Result<Reply, Refusal> {
    if !guard::keeps_cookies(&visit.app, &visit.request) {
        return page(&visit).await;
    }
    let organization = visit.form.some("organizationName").map(str::to_owned);
    match make(&visit, organization, None).await {
        Ok(made) => Ok(enter(&visit, &made.session, "/dashboard")),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            page(&visit).await
        }
    }
}

/// The fields of whoever signs up: name, address, password.
pub(super) fn person(form: &Form) -> Vec<Field> {
    vec![
        form.text("name", "Your name").max(NAME_MAX).autocomplete("name").focused(),
        form.input("email", "email", "E-mail address").max(254).autocomplete("username"),
        form.password("password", "Password").max(PASSWORD_MAX_BYTES).autocomplete("new-password").hint(
            format!("At least {PASSWORD_MIN} characters. A sentence is easy to remember and hard to guess."),
        ),
    ]
}

/// Makes the account that a form describes, with its first session.
pub(super) async fn make(
    visit: &Visit,
    organization: Option<String>,
    invite: Option<Secret>,
) -> Result<SignedUp, Refusal> {
    let form = &visit.form;
    let mut issues = Issues::new();
    let name = line(form, &mut issues, "name", NAME_MAX);
    let email = issues.keep("email", IssueCode::InvalidFormat, text::email(form.get("email")));
    let organization_name = organization.and_then(|_| line(form, &mut issues, "organizationName", NAME_MAX));
    if form.get("password").chars().count() < PASSWORD_MIN {
        let message = format!("must have at least {PASSWORD_MIN} characters");
        issues.push(Issue::body("password", IssueCode::TooSmall, message));
    }
    let (Some(name), Some(email)) = (name, email) else { return Err(issues.into()) };
    issues.done()?;
    let password = Secret::new(form.get("password").to_owned());
    let new = NewAccount { email, name, password, organization_name, invite_token: invite };
    let command = accounts::sign_up(&visit.app, new, false, visit.now).await?;
    Ok(visit.app.store.write(visit.context(), command).await?)
}
