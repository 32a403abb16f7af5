//! How handlers write: one transaction with its idempotency row, or a rehearsal that stores nothing.
//! Source: promises §2, native-api.md §1, contracts.md §1.6.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use callboard_core::canonical::fingerprint;
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::rejection::Rejection;
use callboard_store::idempotency::{Earlier, Once, OnceOutcome, Repetition, StoredReply};
use callboard_store::{Command, Context, Rehearsal, Tenant};
use http::{HeaderName, HeaderValue, StatusCode};
use uuid::Uuid;

use super::call::Payload;
use super::{Call, Refusal, Reply, etag};

/// Longest time that a twin waits for the first of its kind. Source: promises R1.
const TWIN_WAIT: Duration = Duration::from_secs(5);
/// Longest `Idempotency-Key`. Unit: characters.
const KEY_MAX: usize = 255;

impl Call {
    /// Runs a command for this call and renders its outcome.
    ///
    /// With an `Idempotency-Key` the reply is kept in the same transaction as the effect and replayed
    /// to a twin; with `dryRun=true` everything is checked and nothing stored.
    ///
    /// # Errors
    /// The command's refusal, a reused or still running key, or a fault.
    pub async fn write<C, R>(&self, tenant: &Tenant, command: C, render: R) -> Result<Reply, Refusal>
    where
        C: Command,
        R: Fn(&C::Out) -> Reply + Send + Sync + 'static,
    {
        if self.is_rehearsal() {
            let out = self.app.store.write(self.context(), Rehearsal(command)).await?;
            let mut reply = render(&out);
            reply.set(HeaderName::from_static("dry-run"), "true");
            return Ok(reply);
        }
        let Some(key) = self.idempotency_key()? else {
            let out = self.app.store.write(self.context(), command).await?;
            return Ok(render(&out));
        };
        let running = self.app.running.enter((tenant.principal(), key.route.clone(), key.key.clone()));
        let Ok(_alone) = tokio::time::timeout(TWIN_WAIT, running.lock()).await else {
            return Err(Refusal::IdempotencyInProgress);
        };
        let (app, surface, request_id) = (self.app.clone(), self.surface, self.request.id);
        let render = move |outcome: Result<&C::Out, &Rejection>| match outcome {
            Ok(out) => {
                let mut reply = render(out);
                if surface.tags_replies {
                    etag::stamp(&mut reply);
                }
                Some(stored(&reply))
            }
            Err(rejection) if surface.keeps_refusals && is_decided_inside(rejection) => {
                Some(stored(&surface.refuse(&app, &Refusal::Rejected(rejection.clone()), &request_id)))
            }
            Err(_) => None,
        };
        let expires_at = self.now.plus_millis(self.surface.idempotency_ttl_ms(&self.app.settings));
        let once = Once {
            tenant: tenant.clone(),
            repetition: key,
            expires_at,
            inner: command,
            render: Arc::new(render),
        };
        match self.app.store.write(self.context(), once).await? {
            OnceOutcome::Done { reply: Some(reply), .. } | OnceOutcome::Refused { reply, .. } => {
                Ok(revived(reply, false))
            }
            // The renderer above always renders what was done.
            OnceOutcome::Done { reply: None, .. } => Err(Refusal::Internal),
            OnceOutcome::Replayed(reply) => Ok(revived(reply, true)),
            OnceOutcome::Mismatch => Err(Refusal::IdempotencyReused),
        }
    }

    /// Runs a command of a caller who has no tenant yet (signing up, signing in); no idempotency key covers it.
    ///
    /// # Errors
    /// The command's refusal, or a fault.
    pub async fn write_open<C: Command>(
        &self,
        command: C,
        render: impl FnOnce(&C::Out) -> Reply,
    ) -> Result<Reply, Refusal> {
        if self.is_rehearsal() {
            let out = self.app.store.write(self.context(), Rehearsal(command)).await?;
            return Ok(render(&out).with(HeaderName::from_static("dry-run"), "true"));
        }
        let out = self.app.store.write(self.context(), command).await?;
        Ok(render(&out))
    }

    /// The answer to an earlier request with this key, for surfaces that look before they validate.
    ///
    /// # Errors
    /// A reused key, or a fault.
    pub async fn replay(&self, tenant: &Tenant) -> Result<Option<Reply>, Refusal> {
        let Some(key) = self.idempotency_key()? else { return Ok(None) };
        match self.app.store.find_reply(tenant, &key, self.now).await? {
            None => Ok(None),
            Some(Earlier::Mismatch) => Err(Refusal::IdempotencyReused),
            Some(Earlier::Replay(reply)) => Ok(Some(revived(reply, true))),
        }
    }

    /// When and under which ids a command of this call runs.
    pub fn context(&self) -> Context {
        Context { now: self.now, seed: self.app.entropy.draw(), request_id: self.request.id.to_string() }
    }

    fn idempotency_key(&self) -> Result<Option<Repetition>, Refusal> {
        if !self.operation.takes_idempotency_key {
            return Ok(None);
        }
        let mut values = self.request.headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else { return Ok(None) };
        let wrong =
            |message: &str| Refusal::from(Issue::header("Idempotency-Key", IssueCode::InvalidValue, message));
        if values.next().is_some() {
            return Err(wrong("must be given once"));
        }
        // The IETF draft writes the key as a quoted string: `"k"` and `k` are the same key.
        let text = value.to_str().unwrap_or("");
        let key = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
        if key.is_empty() || key.len() > KEY_MAX || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(wrong("must be 1 to 255 visible ASCII characters"));
        }
        let address = match self.request.query() {
            Some(query) => format!("{}?{query}", self.request.path()),
            None => self.request.path().to_owned(),
        };
        let method = self.request.method.as_str();
        let print = match &self.body {
            Payload::Raw { bytes, .. } => {
                // Multipart boundaries differ from try to try; the bytes as a whole are what was sent.
                let text = serde_json::Value::String(callboard_core::canonical::hex(
                    &callboard_core::canonical::sha256(bytes),
                ));
                fingerprint(method, &address, Some(&text))
            }
            Payload::None | Payload::Json(_) => fingerprint(method, &address, self.json()),
        };
        let route = format!("{} {}", self.surface.name.as_str(), self.operation.id);
        Ok(Some(Repetition { route, key: key.to_owned(), fingerprint: print }))
    }
}

/// Refusals that a repeated request must get again; the others may turn out differently.
fn is_decided_inside(rejection: &Rejection) -> bool {
    !matches!(
        rejection,
        Rejection::Invalid(_)
            | Rejection::NotFound(_)
            | Rejection::ChannelNotYours
            | Rejection::OutOfReach
            | Rejection::RegistrationClosed
    )
}

fn stored(reply: &Reply) -> StoredReply {
    let headers = reply.headers.iter();
    StoredReply {
        status: reply.status.as_u16(),
        headers: headers
            .filter_map(|(n, v)| Some((n.as_str().to_owned(), v.to_str().ok()?.to_owned())))
            .collect(),
        body: reply.body.to_vec(),
        kept_body: reply.kept_body.as_ref().map(|body| body.to_vec()),
    }
}

fn revived(stored: StoredReply, is_replay: bool) -> Reply {
    let mut reply = Reply::no_content();
    reply.status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
    reply.body = stored.body.into();
    for (name, value) in &stored.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
            reply.headers.insert(name, value);
        }
    }
    if is_replay {
        reply.set(HeaderName::from_static("idempotent-replayed"), "true");
    }
    reply
}

type RunningKey = (Uuid, String, String);

/// Idempotency keys whose first request is still running in this process, so that twins queue behind it.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashMap<RunningKey, std::sync::Weak<tokio::sync::Mutex<()>>>>);

impl Running {
    fn enter(&self, key: RunningKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = map.get(&key).and_then(std::sync::Weak::upgrade) {
            return known;
        }
        if map.len() >= 1_024 {
            map.retain(|_, lock| lock.strong_count() > 0);
        }
        let fresh = Arc::new(tokio::sync::Mutex::new(()));
        map.insert(key, Arc::downgrade(&fresh));
        fresh
    }
}
