//! `/settings`: you, your organization, and the way to API keys that the venue contract names
//! (*/settings → API Keys → Generate key*). Source: contracts.md §2.5.

use askama::Template;
use callboard_core::account::{PASSWORD_MAX_BYTES, PASSWORD_MIN};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::Secret;
use callboard_core::slug::{SLUG_MAX, Slug};
use callboard_store::accounts::ChangePassword;
use callboard_store::organizations::{Organization, ReviseOrganization};

use super::sign_up::NAME_MAX;
use crate::dashboard::field::Field;
use crate::dashboard::form::{Form, line};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::FormPage;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Visit, done};
use crate::http::grant::{KeysWrite, Needs, OrganizationWrite};
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::sign_in::{self, Credentials};
use callboard_core::account::Capability;
use callboard_store::page::LIMIT_MAX;

const PATH: &str = "/settings";

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get(PATH).member(show),
        Page::get("/settings/organization").granted(edit),
        Page::post("/settings/organization").granted(save),
        Page::get("/settings/password").member(ask_password),
        Page::post("/settings/password").member(change_password),
    ]
}

#[derive(Template)]
#[template(path = "dashboard/settings.html")]
struct SettingsPage {
    frame: Shell,
    slug: String,
    id: String,
    may_rename: bool,
    may_read_keys: bool,
    may_make_keys: bool,
    has_members: bool,
    has_tokens: bool,
    /// The venues to choose from, where there are several or one.
    venue: Option<Field>,
    expires: String,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    let member = visit.member()?;
    let organization = visit.app.store.organization(&member.tenant).await?;
    let venues = visit.app.store.list_venues(&member.tenant, None, LIMIT_MAX).await?.items;
    let choices = venues
        .into_iter()
        .map(|one| crate::dashboard::field::Choice::new(one.id.to_string(), one.details.name));
    let choices: Vec<_> = choices.collect();
    let page = SettingsPage {
        frame: visit.shell("Settings", PATH).await?,
        slug: organization.slug.to_string(),
        id: organization.id.to_string(),
        may_rename: visit.may(Capability::OrganizationWrite),
        may_read_keys: visit.may(Capability::KeysRead),
        may_make_keys: visit.may(KeysWrite::CAPABILITY),
        has_members: visit.offers("/dashboard/members"),
        has_tokens: visit.offers("/dashboard/tokens"),
        venue: (!choices.is_empty()).then(|| visit.form.select("venueId", "Venue", choices)),
        expires: crate::dashboard::times::ago(member.expires_at, visit.now),
    };
    visit.show(&page)
}

async fn edit(mut visit: Visit, grant: Granted<OrganizationWrite>) -> Result<Reply, Refusal> {
    let organization = visit.app.store.organization(grant.tenant()).await?;
    visit.form = Form::filled([("name", organization.name.clone()), ("slug", organization.slug.to_string())]);
    form(&visit, &organization).await
}

async fn form(visit: &Visit, organization: &Organization) -> Result<Reply, Refusal> {
    let frame =
        visit.shell("The organization", PATH).await?.crumb("Settings", PATH).crumb("Organization", "");
    let form = &visit.form;
    let page = FormPage::new(frame, form, "/settings/organization", "Save", PATH)
        .keep("version", organization.version().to_string())
        .row([form.text("name", "Name").max(NAME_MAX).focused()])
        .row([form.text("slug", "Slug").max(SLUG_MAX)]);
    visit.show(&page.ready())
}

async fn save(mut visit: Visit, grant: Granted<OrganizationWrite>) -> Result<Reply, Refusal> {
    let organization = visit.app.store.organization(grant.tenant()).await?;
    let mut issues = Issues::new();
    let name = line(&visit.form, &mut issues, "name", NAME_MAX);
    let slug = issues.keep("slug", IssueCode::InvalidFormat, Slug::parse(visit.form.get("slug").trim()));
    let written = match issues.done() {
        Ok(()) => {
            let if_match = visit.form.get("version").parse().ok();
            let command = ReviseOrganization { tenant: grant.tenant().clone(), name, slug, if_match };
            visit.write(grant.tenant(), command, |_| done(PATH, "The organization is saved.")).await
        }
        Err(issues) => Err(issues.into()),
    };
    match written {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            form(&visit, &organization).await
        }
    }
}

async fn ask_password(visit: Visit) -> Result<Reply, Refusal> {
    let frame =
        visit.shell("Change your password", PATH).await?.crumb("Settings", PATH).crumb("Password", "");
    let form = &visit.form;
    let page = FormPage::new(frame, form, "/settings/password", "Change the password", PATH)
        .row([form
            .password("password", "Current password")
            .max(PASSWORD_MAX_BYTES)
            .autocomplete("current-password")
            .focused()])
        .row([form
            .password("newPassword", "New password")
            .max(PASSWORD_MAX_BYTES)
            .autocomplete("new-password")
            .hint(format!("At least {PASSWORD_MIN} characters. You are signed out everywhere else."))]);
    visit.show(&page.ready())
}

async fn change_password(mut visit: Visit) -> Result<Reply, Refusal> {
    match set_password(&visit).await {
        Ok(ended) => {
            Ok(done(PATH, &format!("Your password is changed. {}", super::sessions::in_words(ended))))
        }
        Err(refusal) => {
            visit.form.refused(refusal)?;
            ask_password(visit).await
        }
    }
}

/// How many other sessions ended.
async fn set_password(visit: &Visit) -> Result<u64, Refusal> {
    let new = visit.form.get("newPassword");
    if new.chars().count() < PASSWORD_MIN || new.len() > PASSWORD_MAX_BYTES {
        let message =
            format!("must have {PASSWORD_MIN} characters or more, and at most {PASSWORD_MAX_BYTES} bytes");
        return Err(Issue::body("newPassword", IssueCode::InvalidValue, message).into());
    }
    confirm(visit).await?;
    let password_hash = visit.app.identities.passwords.hash(new.to_owned(), visit.app.entropy.draw()).await;
    let tenant = visit.member()?.tenant.clone();
    Ok(visit.app.store.write(visit.context(), ChangePassword { tenant, password_hash }).await?)
}

/// Checks the password that a form asks for once more; the throttle of sign-ins counts it.
///
/// # Errors
/// An issue at `password`; too many attempts.
pub(super) async fn confirm(visit: &Visit) -> Result<callboard_store::sessions::OpenSession, Refusal> {
    let member = visit.member()?;
    let shown = Credentials {
        email: member.account.email.clone(),
        password: Secret::new(visit.form.get("password").to_owned()),
        organization_id: Some(member.tenant.organization_id()),
        address: visit.request.peer.ip,
    };
    let command =
        sign_in::check(&visit.app, shown, visit.context()).await.map_err(|refusal| match refusal {
            Refusal::InvalidCredentials => {
                Issue::body("password", IssueCode::InvalidValue, "this is not your password").into()
            }
            other => other,
        })?;
    sign_in::forgive(&visit.app, &command, visit.context()).await?;
    Ok(command)
}
