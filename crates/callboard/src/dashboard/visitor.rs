//! Who looks at a page: a member with a living session, or a guest. Source: promises R21.

use callboard_core::account::Role;
use callboard_core::canonical::{hex, sha256};
use callboard_core::key::Secret;
use callboard_core::time::Timestamp;
use callboard_store::Tenant;
use callboard_store::accounts::AccountSummary;

use super::cookie;
use crate::app::App;
use crate::http::{Refusal, Request};

/// Whoever sent the request.
#[derive(Debug, Clone)]
pub(crate) enum Visitor {
    Guest(Guest),
    Member(Box<Member>),
}

/// Somebody who is not signed in; `seed` makes the token of the forms shown to them.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    seed: Secret,
    /// The browser does not have the seed yet.
    pub is_new: bool,
    /// It showed a session that has ended.
    pub was_member: bool,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub tenant: Tenant,
    pub account: AccountSummary,
    pub role: Role,
    pub expires_at: Timestamp,
    /// The session's token, which is the cookie.
    token: Secret,
}

/// Hexadecimal digits of a guest's seed.
const SEED_DIGITS: usize = 32;

impl Visitor {
    /// Reads the cookies and looks the session up.
    pub(crate) async fn of(app: &App, request: &Request) -> Result<Visitor, Refusal> {
        let token = cookie::read(&request.headers, cookie::SESSION);
        let was_member = token.is_some_and(|token| !token.is_empty());
        if let Some(token) = token
            && let Some(claims) = app.identities.tokens.read(token, request.received_at)
            && let Some(access) = app.store.session(claims.session, request.received_at).await?
        {
            app.session_uses.note(&access, request);
            return Ok(Visitor::Member(Box::new(Member {
                tenant: access.tenant,
                account: access.account,
                role: access.role,
                expires_at: access.expires_at,
                token: Secret::new(token.to_owned()),
            })));
        }
        let known = cookie::read(&request.headers, cookie::GUEST);
        let known =
            known.filter(|seed| seed.len() == SEED_DIGITS && seed.bytes().all(|b| b.is_ascii_hexdigit()));
        let seed = known.map_or_else(|| hex(&app.entropy.draw::<16>()), str::to_owned);
        Ok(Visitor::Guest(Guest { seed: Secret::new(seed), is_new: known.is_none(), was_member }))
    }

    pub(crate) fn member(&self) -> Option<&Member> {
        match self {
            Visitor::Guest(_) => None,
            Visitor::Member(member) => Some(member),
        }
    }

    /// The token that every form of this visitor carries. It follows from the cookie, which only this browser
    /// and this server know, and does not tell it.
    pub(crate) fn form_token(&self) -> String {
        let (kind, secret) = match self {
            Visitor::Guest(guest) => ("guest", &guest.seed),
            Visitor::Member(member) => ("session", &member.token),
        };
        let digest = sha256(format!("callboard form token\0{kind}\0{}", secret.expose()).as_bytes());
        hex(digest.first_chunk::<16>().map_or(&[], |half| half))
    }

    /// Whether a form brought this visitor's token. The comparison takes the same time wherever they differ.
    pub(crate) fn sent(&self, shown: &str) -> bool {
        sha256(self.form_token().as_bytes()) == sha256(shown.as_bytes())
    }
}

impl Guest {
    /// The cookie that keeps the seed.
    pub(crate) fn cookie(&self) -> String {
        cookie::set(cookie::GUEST, self.seed.expose(), None)
    }
}
