//! A write that is checked and answered as if done, and then undone. Source: native-api.md §1 (dry run).

use callboard_core::ids::OrganizationId;

use crate::error::Result;
use crate::sql::{Command, Tx};

/// Runs a command and stores nothing of it.
#[derive(Debug)]
pub struct Rehearsal<C>(pub C);

impl<C: Command> Command for Rehearsal<C> {
    type Out = C::Out;

    fn organization(&self) -> Option<OrganizationId> {
        self.0.organization()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<C::Out> {
        let mark = tx.mark();
        tx.exec("SAVEPOINT rehearsal", &[]).await?;
        let out = self.0.run(tx).await?;
        tx.exec("ROLLBACK TO SAVEPOINT rehearsal", &[]).await?;
        tx.exec("RELEASE SAVEPOINT rehearsal", &[]).await?;
        tx.forget_since(mark);
        Ok(out)
    }
}
