//! Who calls `/v1`: a session token or a native key as a bearer, or the machine's owner through the
//! control socket. Source: native-api.md §1.

use callboard_core::issue::{Issue, IssueCode};
use callboard_core::key::Family;
use callboard_core::rejection::Thing;
use callboard_core::time::Timestamp;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::contract::ORGANIZATION_HEADER;
use crate::app::App;
use crate::http::{Caller, Identity, Refusal, Request};
use crate::use_cases::authenticate;

/// The schemes of the document.
pub(super) fn schemes() -> Vec<(&'static str, SecurityScheme)> {
    let scheme = |format: &str, text: &str| {
        let builder = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
        SecurityScheme::Http(builder.description(Some(text)).build())
    };
    vec![
        ("key", scheme("cb_live_…", "A native API key.")),
        ("session", scheme("JWT", "The token of a signed-in session, from `POST /v1/sessions`.")),
    ]
}

/// Finds the caller. A key of another family is as unknown as any other text.
pub(super) async fn authenticate(app: &App, request: &Request, now: Timestamp) -> Result<Caller, Refusal> {
    match request.bearer() {
        Some(token) if is_jwt(token) => authenticate::by_session(app, token, request, now).await,
        Some(token) => authenticate::by_key(app, token, Family::Native, now).await,
        None if request.peer.operator && request.header("authorization").is_none() => {
            operator(app, request).await
        }
        None => Err(Refusal::Unauthenticated),
    }
}

/// Header, claims and signature between dots; no key has a dot.
fn is_jwt(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

async fn operator(app: &App, request: &Request) -> Result<Caller, Refusal> {
    let named = request.header(ORGANIZATION_HEADER).map(str::trim).filter(|name| !name.is_empty());
    let found = match named {
        Some(name) => app.store.organization_named(name).await?,
        None => app.store.only_organization().await?,
    };
    let id = found.ok_or_else(|| match named {
        Some(_) => Refusal::not_found(Thing::Organization),
        None => Issue::header(
            "X-Callboard-Organization",
            IssueCode::Required,
            "name the organization by its slug or id, since there is not exactly one",
        )
        .into(),
    })?;
    let tenant = app.store.operator(id).await?.ok_or(Refusal::not_found(Thing::Organization))?;
    Ok(Caller::known(Identity::Operator, tenant))
}
