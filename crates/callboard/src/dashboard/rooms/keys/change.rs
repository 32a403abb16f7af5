//! Rotating, pausing and revoking a key: each asks once and says what breaks.

use askama::Template;
use callboard_core::event::patch::Change;
use callboard_core::key::{ApiKey, GRACE_MAX_S};
use callboard_store::keys::{ReviseKey, RevokeKey};

use super::PATH;
use super::made::{self, Made};
use super::one::named;
use super::view::{KeyView, Names};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Summary;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::ConfirmPage;
use crate::dashboard::shell::{Shell, Tone};
use crate::dashboard::times;
use crate::dashboard::visit::{Committed, Visit, done, go_saying};
use crate::http::grant::KeysWrite;
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::mint;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get("/dashboard/keys/{id}/revoke").granted(ask),
        Page::post("/dashboard/keys/{id}/revoke").granted(revoke),
        Page::get("/dashboard/keys/{id}/rotate").granted(ask_grace),
        Page::post("/dashboard/keys/{id}/rotate").granted(rotate),
        Page::post("/dashboard/keys/{id}/pause").granted(pause),
    ]
}

async fn shell(visit: &Visit, key: &ApiKey, title: &str, last: &str) -> Result<Shell, Refusal> {
    let path = format!("{PATH}/{}", key.id);
    Ok(visit.shell(title, PATH).await?.crumb("API keys", PATH).crumb(key.label.clone(), path).crumb(last, ""))
}

async fn ask(visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    let names = Names::of_all(&visit.app, grant.tenant(), std::slice::from_ref(&key), visit.now).await?;
    let shown = KeyView::new(&key, &names, visit.now);
    let frame = shell(&visit, &key, &format!("Revoke “{}”?", key.label), "Revoke").await?;
    let path = format!("{PATH}/{}", key.id);
    let scopes = if key.scopes.is_empty() { String::new() } else { format!(" ({})", key.scopes.join(", ")) };
    let mut page = ConfirmPage::new(frame, format!("{path}/revoke"), "Revoke the key", path)
        .line(format!("Whatever uses {} stops working at once: its very next request is refused. This cannot be taken back.", shown.token))
        .line(format!("It is a {} key for {}{scopes}.", shown.family.to_lowercase(), shown.bound_to));
    page = page.line(match key.last_used_at {
        Some(at) => format!("It was last used {}: something depends on it. Give that a new key first, or rotate this one with a grace.", times::ago(at, visit.now)),
        None => "It was never used, so nothing should notice.".to_owned(),
    });
    visit.show(&page)
}

async fn revoke(visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    let command = RevokeKey { tenant: grant.tenant().clone(), id: key.id };
    let revoked = |key: &ApiKey| done(&format!("{PATH}/{}", key.id), &format!("“{}” is revoked.", key.label));
    visit.write(grant.tenant(), command, revoked).await
}

/// Stops a key, or lets it go on, without ending it.
async fn pause(visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    let command = ReviseKey {
        tenant: grant.tenant().clone(),
        id: key.id,
        label: None,
        rate_limit_per_minute: Change::None,
        expires_at: Change::None,
        disabled: Some(visit.form.get("disabled") == "true"),
        if_match: None,
    };
    let text = |key: &ApiKey| {
        if key.disabled {
            "The key is disabled: its next request is refused."
        } else {
            "The key works again."
        }
    };
    visit.write(grant.tenant(), command, move |key| done(&format!("{PATH}/{}", key.id), text(key))).await
}

#[derive(Template)]
#[template(path = "dashboard/key_rotate.html")]
struct RotatePage {
    frame: Shell,
    summary: Summary,
    grace: Field,
    path: String,
}

async fn ask_grace(mut visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    visit.form.set("graceSeconds", "3600");
    rotation(&visit, &key).await
}

async fn rotation(visit: &Visit, key: &ApiKey) -> Result<Reply, Refusal> {
    let choices = vec![
        Choice::new("0", "At once").hint("The old token's next request is refused. For one that leaked."),
        Choice::new("3600", "In one hour").hint("Time to change it on one server."),
        Choice::new(GRACE_MAX_S.to_string(), "In 24 hours").hint("Time to change it in many places."),
    ];
    let page = RotatePage {
        frame: shell(visit, key, &format!("Rotate “{}”", key.label), "Rotate").await?,
        summary: visit.form.summary(),
        grace: visit.form.radios("graceSeconds", "When does the old token end?", choices),
        path: format!("{PATH}/{}", key.id),
    };
    visit.show(&page)
}

async fn rotate(mut visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let key = named(&visit, grant.tenant()).await?;
    let grace_s = visit.form.get("graceSeconds").parse::<i64>().unwrap_or(0).clamp(0, GRACE_MAX_S);
    match successor(&visit, &grant, &key, grace_s).await {
        Ok(Committed::Now(made)) => made::show(&visit, made).await,
        Ok(Committed::Before(reply)) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            rotation(&visit, &key).await
        }
    }
}

async fn successor(
    visit: &Visit,
    grant: &Granted<KeysWrite>,
    key: &ApiKey,
    grace_s: i64,
) -> Result<Committed<Made>, Refusal> {
    let (command, secret) = mint::rotate(&visit.app, grant.tenant(), key, grace_s, visit.now).await?;
    let again = |made: &ApiKey| {
        go_saying(
            &format!("{PATH}/{}", made.id),
            Tone::Info,
            "This key was rotated already. Its new token was shown once.",
        )
    };
    let end = visit.now.plus_millis(grace_s.saturating_mul(1_000));
    let replaced = if grace_s == 0 {
        "no longer works".to_owned()
    } else {
        format!("ends {}", times::ago(end, visit.now))
    };
    Ok(match visit.commit(grant.tenant(), command, again).await? {
        Committed::Now(key) => Committed::Now(Made { key, secret, replaced: Some(replaced) }),
        Committed::Before(reply) => Committed::Before(reply),
    })
}
