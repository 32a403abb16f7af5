//! Members of an organization: listed, invited, given roles, removed. Source: native-api.md §2.

use callboard_core::account::Role;
use callboard_core::ids::{AccountId, MemberId, OrganizationId};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::text::fold_email;
use callboard_core::time::Timestamp;
use serde_json::json;

use crate::error::{Error, Result};
use crate::page::{After, Page, bounded, page};
use crate::places;
use crate::sql::{Command, Conn, Row, Tx, params};
use crate::store::Store;
use crate::tenant::{Actor, Tenant};

/// An account's, or an invited address's, place in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub organization_id: OrganizationId,
    /// `None` while an invited address has not signed up.
    pub account_id: Option<AccountId>,
    pub email: String,
    /// The account's name.
    pub name: Option<String>,
    pub role: Role,
    pub joined_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Member {
    /// `joined` or `invited`.
    pub fn status(&self) -> &'static str {
        if self.joined_at.is_some() { "joined" } else { "invited" }
    }

    fn is_joined_owner(&self) -> bool {
        self.role == Role::Owner && self.joined_at.is_some()
    }

    fn data(&self) -> String {
        json!({
            "id": self.id,
            "email": self.email,
            "name": self.name,
            "role": self.role.as_str(),
            "status": self.status(),
            "createdAt": self.created_at.to_utc_text(),
            "updatedAt": self.updated_at.to_utc_text(),
            "version": self.version,
        })
        .to_string()
    }
}

/// Adds a person: joined at once where the address has an account, else invited.
#[derive(Debug, Clone)]
pub struct AddMember {
    pub tenant: Tenant,
    pub email: String,
    pub role: Role,
    /// SHA-256 of the invite token; kept only if the address has no account yet.
    pub invite_hash: [u8; 32],
}

/// Gives a member another role.
#[derive(Debug, Clone)]
pub struct ReviseMember {
    pub tenant: Tenant,
    pub id: MemberId,
    pub role: Role,
    pub if_match: Option<i64>,
}

/// Removes a member; its sessions in the organization end at once, and so does the reach of its channel keys.
#[derive(Debug, Clone)]
pub struct RemoveMember {
    pub tenant: Tenant,
    pub id: MemberId,
    pub if_match: Option<i64>,
}

macro_rules! select {
    () => {
        "SELECT m.id, m.organization_id, m.account_id, m.email, a.name, m.role, m.joined_at, m.version, \
         m.created_at, m.updated_at FROM member m LEFT JOIN account a ON a.id = m.account_id "
    };
}

impl Store {
    /// The organization's members in the order of their making.
    ///
    /// # Errors
    /// [`Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn list_members(
        &self,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> Result<Page<Member>> {
        let organization_id = places::whole(tenant)?;
        let from = after.unwrap_or(After::FIRST);
        let read = self.read().await?;
        let rows = read
            .rows(
                concat!(
                    select!(),
                    "WHERE m.organization_id = $1 AND (m.created_at, m.id) > ($2, $3)
                     ORDER BY m.created_at, m.id LIMIT $4"
                ),
                params![organization_id, from.created_at, from.id, bounded(limit) + 1],
                member,
            )
            .await?;
        Ok(page(rows, limit, |member| After { created_at: member.created_at, id: member.id.0 }))
    }

    /// One member of the organization.
    ///
    /// # Errors
    /// [`Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn find_member(&self, tenant: &Tenant, id: MemberId) -> Result<Option<Member>> {
        let organization_id = places::whole(tenant)?;
        let read = self.read().await?;
        find(&read, organization_id, id).await
    }
}

impl Command for AddMember {
    type Out = Member;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Member> {
        let organization_id = places::whole(&self.tenant)?;
        may_touch(tx, &self.tenant, &[self.role]).await?;
        let folded = fold_email(&self.email);
        let taken: Option<MemberId> = tx
            .one(
                "SELECT id FROM member WHERE organization_id = $1 AND email_folded = $2",
                params![organization_id, &folded],
                |row| row.get(0),
            )
            .await?;
        if taken.is_some() {
            return Err(Rejection::AlreadyMember.into());
        }
        let account: Option<(AccountId, String)> = tx
            .one("SELECT id, name FROM account WHERE email_folded = $1", params![&folded], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .await?;
        let invite_hash = if account.is_none() { Some(self.invite_hash) } else { None };
        let (account_id, name) = account.unzip();
        let made = Joining { organization_id, account_id, email: &self.email, name, role: self.role };
        let made = insert(tx, made, invite_hash.as_ref()).await?;
        tx.audit(&self.tenant, "member.created", "member", made.id.0).await?;
        Ok(made)
    }
}

/// Who is about to be a member.
#[derive(Debug)]
pub(crate) struct Joining<'a> {
    pub organization_id: OrganizationId,
    pub account_id: Option<AccountId>,
    pub email: &'a str,
    pub name: Option<String>,
    pub role: Role,
}

/// Writes a member and its line in the feed; joined at once if there is an account.
pub(crate) async fn insert(tx: &Tx<'_>, who: Joining<'_>, invite_hash: Option<&[u8; 32]>) -> Result<Member> {
    let made = Member {
        id: tx.mint(),
        organization_id: who.organization_id,
        account_id: who.account_id,
        email: who.email.to_owned(),
        name: who.name,
        role: who.role,
        joined_at: who.account_id.map(|_| tx.now()),
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    tx.exec(
        "INSERT INTO member (organization_id, id, account_id, email, email_folded, role, invite_hash, joined_at,
         version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)",
        params![
            made.organization_id,
            made.id,
            made.account_id,
            &made.email,
            &fold_email(&made.email),
            made.role.as_str(),
            invite_hash,
            made.joined_at,
            tx.now()
        ],
    )
    .await?;
    tx.changed(made.organization_id, "member.created", "member", made.id.0, Some(made.data()));
    Ok(made)
}

/// Joins a new account wherever its address was invited, oldest invitation first.
pub(crate) async fn join_invited(
    tx: &Tx<'_>,
    account_id: AccountId,
    name: &str,
    email: &str,
) -> Result<Vec<Member>> {
    let invited = tx
        .rows(
            concat!(
                select!(),
                "WHERE m.email_folded = $1 AND m.account_id IS NULL ORDER BY m.created_at, m.id"
            ),
            params![&fold_email(email)],
            member,
        )
        .await?;
    let mut joined = Vec::with_capacity(invited.len());
    for before in invited {
        tx.exec(
            "UPDATE member SET account_id = $3, joined_at = $4, invite_hash = NULL, version = version + 1,
             updated_at = $4 WHERE organization_id = $1 AND id = $2 AND account_id IS NULL",
            params![before.organization_id, before.id, account_id, tx.now()],
        )
        .await?;
        let after = Member {
            account_id: Some(account_id),
            name: Some(name.to_owned()),
            joined_at: Some(tx.now()),
            version: before.version + 1,
            updated_at: tx.now(),
            ..before
        };
        tx.changed(after.organization_id, "member.updated", "member", after.id.0, Some(after.data()));
        joined.push(after);
    }
    Ok(joined)
}

impl Command for ReviseMember {
    type Out = Member;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Member> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.version)?;
        if before.role == self.role {
            return Ok(before);
        }
        may_touch(tx, &self.tenant, &[before.role, self.role]).await?;
        keep_an_owner(tx, &before).await?;
        let changed = tx
            .exec(
                "UPDATE member SET role = $4, version = version + 1, updated_at = $5
                 WHERE organization_id = $1 AND id = $2 AND version = $3",
                params![before.organization_id, before.id, before.version, self.role.as_str(), tx.now()],
            )
            .await?;
        places::expect_changed(changed)?;
        let after = Member { role: self.role, version: before.version + 1, updated_at: tx.now(), ..before };
        tx.audit(&self.tenant, "member.updated", "member", after.id.0).await?;
        tx.changed(after.organization_id, "member.updated", "member", after.id.0, Some(after.data()));
        Ok(after)
    }
}

impl Command for RemoveMember {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.version)?;
        if before.account_id.is_none() || before.account_id != self.tenant.account_id() {
            may_touch(tx, &self.tenant, &[before.role]).await?;
        }
        keep_an_owner(tx, &before).await?;
        let organization_id = before.organization_id;
        let gone = tx
            .exec(
                "DELETE FROM member WHERE organization_id = $1 AND id = $2",
                params![organization_id, before.id],
            )
            .await?;
        places::expect_changed(gone)?;
        if let Some(account_id) = before.account_id {
            tx.exec(
                "UPDATE session SET revoked_at = $3
                 WHERE account_id = $1 AND organization_id = $2 AND revoked_at IS NULL",
                params![account_id, organization_id, tx.now()],
            )
            .await?;
        }
        tx.audit(&self.tenant, "member.deleted", "member", before.id.0).await?;
        tx.changed(organization_id, "member.deleted", "member", before.id.0, None);
        Ok(())
    }
}

/// Only owners make, change and remove owners: an admin cannot raise itself.
async fn may_touch(tx: &Tx<'_>, tenant: &Tenant, roles: &[Role]) -> Result<()> {
    let account_id = match tenant.actor() {
        Actor::Operator => return Ok(()),
        Actor::Session { account, .. } => Some(account),
        Actor::Key { account, .. } => account,
    };
    if !roles.contains(&Role::Owner) {
        return Ok(());
    }
    let own: Option<String> = tx
        .one(
            "SELECT role FROM member WHERE account_id = $1 AND organization_id = $2 AND joined_at IS NOT NULL",
            params![account_id, tenant.organization_id()],
            |row| row.get(0),
        )
        .await?;
    if own.as_deref() == Some(Role::Owner.as_str()) { Ok(()) } else { Err(Rejection::OutOfReach.into()) }
}

/// Refuses what would leave the organization without a joined owner.
async fn keep_an_owner(tx: &Tx<'_>, leaving: &Member) -> Result<()> {
    if !leaving.is_joined_owner() {
        return Ok(());
    }
    places::serialize(tx, leaving.organization_id).await?;
    let other: Option<MemberId> = tx
        .one(
            "SELECT id FROM member WHERE organization_id = $1 AND id <> $2 AND role = 'owner'
             AND joined_at IS NOT NULL LIMIT 1",
            params![leaving.organization_id, leaving.id],
            |row| row.get(0),
        )
        .await?;
    if other.is_some() { Ok(()) } else { Err(Rejection::LastOwner.into()) }
}

async fn reach(tx: &Tx<'_>, tenant: &Tenant, id: MemberId) -> Result<Member> {
    let found = find(tx, places::whole(tenant)?, id).await?;
    found.ok_or_else(|| Rejection::NotFound(Thing::Member).into())
}

async fn find(conn: &Conn, organization_id: OrganizationId, id: MemberId) -> Result<Option<Member>> {
    let sql = concat!(select!(), "WHERE m.organization_id = $1 AND m.id = $2");
    conn.one(sql, params![organization_id, id], member).await
}

/// Reads a stored role.
pub(crate) fn role(row: &Row<'_>, index: usize) -> Result<Role> {
    let word: String = row.get(index)?;
    Role::parse(&word).ok_or_else(|| Error::corrupt("member", "role", &word))
}

fn member(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        account_id: row.get(2)?,
        email: row.get(3)?,
        name: row.get(4)?,
        role: role(row, 5)?,
        joined_at: row.get(6)?,
        version: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
    })
}
