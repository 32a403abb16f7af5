//! A key that was just made: its token, shown this once, a request to try it, and whether it was used yet.

use askama::Template;
use callboard_core::key::{ApiKey, Secret};
use http::StatusCode;

use super::{PATH, view};
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::{Refusal, Reply};

/// A key with its token.
pub(in crate::dashboard) struct Made {
    pub key: ApiKey,
    pub secret: Secret,
    /// The key that it replaces: until when that one works.
    pub replaced: Option<String>,
}

/// Whether a key was used yet; asks again until it was.
#[derive(Template)]
#[template(path = "dashboard/first_use.html")]
pub(in crate::dashboard) struct FirstUse {
    /// The page of the key, where the answer is.
    path: String,
    used: Option<String>,
}

impl askama::filters::HtmlSafe for FirstUse {}

impl FirstUse {
    pub(in crate::dashboard) fn of(key: &ApiKey, visit: &Visit) -> FirstUse {
        FirstUse {
            path: format!("{PATH}/{}", key.id),
            used: key.last_used_at.map(|at| crate::dashboard::times::ago(at, visit.now)),
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/key_made.html")]
struct MadePage {
    frame: Shell,
    label: String,
    token: String,
    sample: String,
    path: String,
    replaced: Option<String>,
    first_use: FirstUse,
}

/// The page that shows a token. It is the answer to the form, kept by nobody.
pub(in crate::dashboard) async fn show(visit: &Visit, made: Made) -> Result<Reply, Refusal> {
    let path = format!("{PATH}/{}", made.key.id);
    let frame = visit
        .shell("Save this key now", PATH)
        .await?
        .crumb("API keys", PATH)
        .crumb(made.key.label.clone(), path.clone());
    let page = MadePage {
        frame,
        label: made.key.label.clone(),
        sample: view::first_request(&visit.app.public_url, &made.key, made.secret.expose()),
        token: made.secret.expose().to_owned(),
        path,
        replaced: made.replaced,
        first_use: FirstUse::of(&made.key, visit),
    };
    visit.show_as(StatusCode::OK, &page)
}
