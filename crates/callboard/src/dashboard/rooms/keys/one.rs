//! `/dashboard/keys/{id}`: one key, and what may be done with it.

use askama::Template;
use callboard_core::event::patch::Change;
use callboard_core::issue::Issues;
use callboard_core::key::{ApiKey, LABEL_MAX};
use callboard_core::rejection::Thing;
use callboard_core::time::Timestamp;
use callboard_store::Tenant;
use callboard_store::keys::ReviseKey;

use super::PATH;
use super::made::FirstUse;
use super::view::{self, KeyView, Names};
use crate::dashboard::form::{Form, line, whole};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::FormPage;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Visit, done};
use crate::http::grant::{KeysRead, KeysWrite, Needs};
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get("/dashboard/keys/{id}").granted(show),
        Page::get("/dashboard/keys/{id}/edit").granted(edit),
        Page::post("/dashboard/keys/{id}/edit").granted(save),
    ]
}

#[derive(Template)]
#[template(path = "dashboard/key.html")]
struct KeyPage {
    frame: Shell,
    key: KeyView,
    id: String,
    about: &'static str,
    rate: String,
    is_disabled: bool,
    may_write: bool,
    sample: String,
    first_use: FirstUse,
    /// Waiting for the first request: looked at again by itself.
    is_waiting: bool,
}

/// The key that the path names.
pub(super) async fn named(visit: &Visit, tenant: &Tenant) -> Result<ApiKey, Refusal> {
    let id = visit.path.id("id").ok_or(Refusal::not_found(Thing::Key))?;
    let found = visit.app.store.find_key(tenant, id).await?;
    found.ok_or(Refusal::not_found(Thing::Key))
}

async fn show(visit: Visit, grant: Granted<KeysRead>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    let names = Names::of_all(&visit.app, grant.tenant(), std::slice::from_ref(&key), visit.now).await?;
    let shown = KeyView::new(&key, &names, visit.now);
    let frame = visit.shell(&key.label, PATH).await?.crumb("API keys", PATH).crumb(key.label.clone(), "");
    let page = KeyPage {
        frame,
        id: key.id.to_string(),
        about: view::family(key.family).1,
        rate: key
            .rate_limit_per_minute
            .map_or("the family's own".to_owned(), |limit| format!("{limit} requests a minute")),
        is_disabled: key.disabled,
        may_write: visit.may(KeysWrite::CAPABILITY) && shown.is_living,
        sample: view::first_request(&visit.app.public_url, &key, "$KEY").replace('\'', "\""),
        first_use: FirstUse::of(&key, &visit),
        is_waiting: shown.is_active && key.last_used_at.is_none(),
        key: shown,
    };
    visit.show(&page)
}

async fn edit(mut visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    let rate = key.rate_limit_per_minute.map(|limit| limit.to_string()).unwrap_or_default();
    let day =
        key.expires_at.map(|at| at.to_utc_text().chars().take(10).collect::<String>()).unwrap_or_default();
    visit.form =
        Form::filled([("label", key.label.clone()), ("rateLimitPerMinute", rate), ("expiresAt", day)]);
    form(&visit, &key).await
}

async fn form(visit: &Visit, key: &ApiKey) -> Result<Reply, Refusal> {
    let path = format!("{PATH}/{}", key.id);
    let frame = visit
        .shell("Change the key", PATH)
        .await?
        .crumb("API keys", PATH)
        .crumb(key.label.clone(), path.clone())
        .crumb("Change", "");
    let form = &visit.form;
    let page = FormPage::new(frame, form, format!("{path}/edit"), "Save", path)
        .lead("Scopes and what it is bound to never change: make another key for that.")
        .keep("version", key.version.to_string())
        .row([form.text("label", "Label").max(LABEL_MAX).focused()])
        .row([
            form.input("date", "expiresAt", "Ends after")
                .optional()
                .hint("The last day on which it works, in UTC."),
            form.number("rateLimitPerMinute", "Requests per minute", ("1", "100000000"), "1")
                .optional()
                .hint("Instead of the family's own limit."),
        ]);
    visit.show(&page.ready())
}

async fn save(mut visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    let written = match parse(&visit.form, &key, grant.tenant(), visit.now) {
        Ok(command) => {
            let saved = |after: &ApiKey| done(&format!("{PATH}/{}", after.id), "The key is saved.");
            visit.write(grant.tenant(), command, saved).await
        }
        Err(issues) => Err(issues.into()),
    };
    match written {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            form(&visit, &key).await
        }
    }
}

fn parse(form: &Form, key: &ApiKey, tenant: &Tenant, now: Timestamp) -> Result<ReviseKey, Issues> {
    use callboard_core::issue::IssueCode;
    let mut issues = Issues::new();
    let label = line(form, &mut issues, "label", LABEL_MAX);
    let limit: Change<i64> = match form.some("rateLimitPerMinute") {
        Some(_) => whole(form, &mut issues, "rateLimitPerMinute", 1..=100_000_000).map(Some),
        None => Some(None),
    };
    let expires_at: Change<Timestamp> = match form.some("expiresAt") {
        Some(day) => {
            let end = Timestamp::parse(&format!("{day}T23:59:59Z")).ok();
            let ahead = end
                .filter(|at| *at > now)
                .ok_or("must be a day that is not over; revoke the key to end it now");
            // The same day as before is no change.
            let kept = key.expires_at.filter(|at| at.to_utc_text().starts_with(day));
            kept.map(Some).or_else(|| issues.keep("expiresAt", IssueCode::InvalidValue, ahead).map(Some))
        }
        None => Some(None),
    };
    issues.done()?;
    Ok(ReviseKey {
        tenant: tenant.clone(),
        id: key.id,
        label,
        rate_limit_per_minute: limit,
        expires_at,
        disabled: None,
        if_match: form.get("version").parse().ok(),
    })
}
