//! Answers that were rendered before. An operation opts in by saying what its answers depend on
//! ([`Operation::kept`]), and its handler by saying until when the clock alone leaves the answer as it is
//! ([`Reply::fresh_until`]); without both nothing is kept.
//!
//! An answer belongs to its question: operation, reach of the tenant, path and parsed query. It is given again
//! while the counters that it depends on stand and its time is not over, so the request after a write that was
//! acknowledged sees that write. Credential, rate window and scope are checked before, for every request.
//! Source: design.md §3; promises R15, R16.

use std::sync::Arc;

use callboard_core::key::Binding;
use callboard_core::time::Timestamp;
use callboard_store::{Depends, Reach, Stamp, Tenant};
use foldhash::fast::RandomState;
use http::HeaderMap;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use super::{Call, Refusal, Reply, etag};

/// Bytes that an answer costs besides its body and its question: headers, the entry itself.
const ENTRY_BYTES: usize = 1_024;
/// A usual answer, from which the number of entries to prepare for is guessed.
const USUAL_BYTES: usize = 8 * 1_024;

type Answers = Cache<Box<[u8]>, Arc<Kept>, Weigh, RandomState>;

/// The answers, at most so many bytes of them; which part of the memory an answer is in follows from its question,
/// and each part has a lock of its own.
#[derive(Debug)]
pub struct Rendered {
    answers: Option<Answers>,
}

/// An answer and what it was true under.
#[derive(Debug)]
struct Kept {
    stamp: Stamp,
    fresh_until: Timestamp,
    reply: Reply,
}

/// Headers that an answer gets after it was taken from here, so that none of them makes the map grow.
const LATE_HEADERS: usize = 8;

impl Kept {
    fn again(&self) -> Reply {
        let mut headers = HeaderMap::with_capacity(self.reply.headers.len() + LATE_HEADERS);
        for (name, value) in &self.reply.headers {
            headers.append(name, value.clone());
        }
        let Reply { status, version, fresh_until, .. } = self.reply;
        Reply { status, headers, body: self.reply.body.clone(), version, kept_body: None, fresh_until }
    }
}

#[derive(Debug, Clone)]
struct Weigh;

impl Weighter<Box<[u8]>, Arc<Kept>> for Weigh {
    fn weight(&self, question: &Box<[u8]>, kept: &Arc<Kept>) -> u64 {
        (question.len() + kept.reply.body.len() + ENTRY_BYTES) as u64
    }
}

impl Rendered {
    /// Keeps answers up to so many bytes; none at all for 0.
    pub fn new(bytes_max: usize) -> Rendered {
        let (count, weight) = (bytes_max / USUAL_BYTES, bytes_max as u64);
        let answers = (bytes_max > 0)
            .then(|| Cache::with(count, weight, Weigh, RandomState::default(), DefaultLifecycle::default()));
        Rendered { answers }
    }

    /// How many bytes of answers there are.
    pub fn bytes(&self) -> u64 {
        self.answers.as_ref().map_or(0, Cache::weight)
    }

    fn find(&self, question: &[u8], stamp: &Stamp, depends: Depends, now: Timestamp) -> Option<Reply> {
        let kept = self.answers.as_ref()?.get(question)?;
        let stands = kept.stamp.holds(stamp, depends) && now < kept.fresh_until;
        stands.then(|| kept.again())
    }

    fn keep(&self, question: Vec<u8>, stamp: Stamp, reply: &Reply) {
        let (Some(answers), Some(fresh_until)) = (&self.answers, reply.fresh_until) else { return };
        let kept = Kept { stamp, fresh_until, reply: reply.clone() };
        answers.insert(question.into_boxed_slice(), Arc::new(kept));
    }
}

/// Answers a call from what was rendered before, or runs it and keeps its answer.
///
/// # Errors
/// What the handler refuses; refusals are not kept.
pub(super) async fn answer(call: Call, depends: Depends) -> Result<Reply, Refusal> {
    let (app, operation, surface, now) = (call.app.clone(), call.operation, call.surface, call.now);
    let Some(tenant) = call.caller.tenant() else { return operation.run(call).await };
    let question = question(&call, tenant);
    // Before the rows are read: what is rendered can be newer than this, never older.
    let known = call.caller.stamp().cloned().or_else(|| app.store.known_stamp(tenant));
    let stamp = match known {
        Some(stamp) => stamp,
        // Apart, so that it is not part of the memory of those that have theirs already.
        None => Box::pin(app.store.stamp(tenant)).await?,
    };
    if let Some(reply) = app.rendered.find(&question, &stamp, depends, now) {
        return Ok(reply);
    }
    let mut reply = operation.run(call).await?;
    if surface.tags_replies {
        etag::stamp(&mut reply);
    }
    app.rendered.keep(question, stamp, &reply);
    Ok(reply)
}

/// All that an answer follows from besides rows and clock, in bytes that no two questions share: every part has a
/// length that is fixed or written before it.
fn question(call: &Call, tenant: &Tenant) -> Vec<u8> {
    let mut out = Vec::with_capacity(192);
    text(&mut out, call.surface.name.as_str());
    text(&mut out, call.operation.id);
    out.extend_from_slice(tenant.organization_id().0.as_bytes());
    match tenant.reach() {
        Reach::Organization(Binding { venue_id, channel_id, box_office_id, event_id }) => {
            out.push(0);
            let bound = [
                venue_id.map(|id| id.0),
                channel_id.map(|id| id.0),
                box_office_id.map(|id| id.0),
                event_id.map(|id| id.0),
            ];
            for id in bound {
                out.push(u8::from(id.is_some()));
                id.iter().for_each(|id| out.extend_from_slice(id.as_bytes()));
            }
        }
        Reach::Account(account) => {
            out.push(1);
            out.extend_from_slice(account.0.as_bytes());
        }
    }
    call.path.0.iter().for_each(|(_, value)| text(&mut out, value));
    call.args.write_to(&mut out);
    out
}

/// Writes a text behind its length.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}
