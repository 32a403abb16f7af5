//! A command that waits for its transaction, its result type forgotten.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::Conn;
use super::ahead::{Maker, Prepared, Seen};
use super::command::{Command, Context};
use super::foresight::Foreseen;
use super::notes::Notes;
use super::shared::Shared;
use super::tx::Tx;
use crate::error::{Error, Result};
use crate::store::Projector;

/// Why a command left nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// It was refused, and had written nothing.
    Refused,
    /// It was refused or it failed, and what it wrote must be undone.
    Untidy,
    /// Another one of its transaction goes first.
    Postponed,
}

pub(crate) trait Job: Send {
    fn interleaves(&self) -> bool;
    fn foresee(&self, foreseen: &mut Foreseen);
    /// Runs it; what it noted.
    fn run<'a>(
        &'a mut self,
        conn: &'a Conn,
        shared: &'a Shared,
        projector: Projector,
    ) -> BoxFuture<'a, Result<Notes, Stopped>>;
    /// The fault with which the last run ended; a refusal is none.
    fn fault(&self) -> Option<&Error>;
    /// How long it has been waiting.
    fn age(&self) -> Duration;
    /// A byte that differs from command to command, the same in every run.
    fn salt(&self) -> u8;
    /// Answers the caller: with its own outcome, or with the batch's fault.
    fn answer(self: Box<Self>, fault: Option<&Error>);
}

pub(crate) struct Pending<C: Command> {
    command: C,
    context: Context,
    since: Instant,
    /// For the first run, and how many ids were made for it.
    prepared: Option<Prepared>,
    ids: u64,
    outcome: Option<Result<C::Out>>,
    reply: oneshot::Sender<Result<C::Out>>,
}

impl<C: Command> Pending<C> {
    /// Makes a command ready to wait for its turn.
    pub(crate) fn queue(
        command: C,
        context: Context,
        projector: Projector,
        seen: &Seen,
    ) -> (Box<dyn Job>, oneshot::Receiver<Result<C::Out>>) {
        let (reply, receiver) = oneshot::channel();
        let since = Instant::now();
        let maker = Maker::new(&context, projector, 0);
        let (prepared, ids) = (command.prepare(&maker, seen), maker.ids());
        (Box::new(Pending { command, context, since, prepared, ids, outcome: None, reply }), receiver)
    }
}

impl<C: Command> Job for Pending<C> {
    fn interleaves(&self) -> bool {
        self.command.interleaves()
    }

    fn foresee(&self, foreseen: &mut Foreseen) {
        self.command.foresee(foreseen);
    }

    fn run<'a>(
        &'a mut self,
        conn: &'a Conn,
        shared: &'a Shared,
        projector: Projector,
    ) -> BoxFuture<'a, Result<Notes, Stopped>> {
        Box::pin(async move {
            let maker = Maker::new(&self.context, projector, self.ids);
            let tx = Tx::new(conn, maker, shared, self.prepared.take());
            let ran = AssertUnwindSafe(self.command.run(&tx)).catch_unwind().await;
            let outcome = ran.unwrap_or_else(|panic| {
                Err(Error::Driver(format!("a command panicked: {}", words(&*panic))))
            });
            let notes = tx.into_notes();
            let ended = match &outcome {
                Ok(_) => Ok(notes),
                Err(_) if notes.is_postponed => Err(Stopped::Postponed),
                Err(Error::Rejected(_)) if !notes.has_written => Err(Stopped::Refused),
                Err(_) => Err(Stopped::Untidy),
            };
            self.outcome = Some(outcome);
            ended
        })
    }

    fn fault(&self) -> Option<&Error> {
        let failed = self.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
        failed.filter(|error| !matches!(error, Error::Rejected(_)))
    }

    fn age(&self) -> Duration {
        self.since.elapsed()
    }

    fn salt(&self) -> u8 {
        self.context.seed.first().copied().unwrap_or(0)
    }

    fn answer(self: Box<Self>, fault: Option<&Error>) {
        let result = match (fault, self.outcome) {
            (None, Some(outcome)) => outcome,
            // A refusal stands whatever became of the others; it wrote nothing.
            (Some(_), Some(Err(Error::Rejected(rejection)))) => Err(Error::Rejected(rejection)),
            (Some(fault), _) => Err(fault.clone()),
            (None, None) => Err(Error::Driver("a command was not run".to_owned())),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(result);
    }
}

/// Takes the result of a future that is ready at its first poll, as all are on SQLite.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> Result<T> {
    match pin!(future).poll(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Ok(result),
        Poll::Pending => {
            Err(Error::Driver("a command awaited something other than its connection".to_owned()))
        }
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("?")
}
