//! Accounts: signing up, finding the one that signs in, its password hash. Source: native-api.md §2.

use std::fmt;

use callboard_core::account::Role;
use callboard_core::ids::{AccountId, OrganizationId};
use callboard_core::key::Secret;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::slug::Slug;
use callboard_core::text::fold_email;
use callboard_core::time::Timestamp;

use crate::error::Result;
use crate::members::{self, Joining};
use crate::organizations::{self, Organization};
use crate::sessions::{self, EndOtherSessions, OpenedSession};
use crate::sql::{Command, Conn, Tx, params};
use crate::store::Store;
use crate::tenant::{Actor, Tenant};

/// Most memberships that are answered for one account.
const MEMBERSHIPS_MAX: i64 = 200;

/// A person, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    pub id: AccountId,
    pub email: String,
    pub name: String,
}

/// What is needed to check a password, and where its owner may act.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub account: AccountSummary,
    pub password_hash: Secret,
    /// Joined organizations, the first one joined first.
    pub memberships: Vec<Membership>,
}

/// An account's joined place in one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub organization_id: OrganizationId,
    pub name: String,
    pub slug: Slug,
    pub role: Role,
    pub joined_at: Timestamp,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Anyone, until the first account exists.
    First,
    Open,
    /// Nobody but the invited.
    Closed,
}

/// Makes an account with its organization and its first session, all or nothing.
#[derive(Clone)]
pub struct SignUp {
    pub email: String,
    pub name: String,
    pub password_hash: String,
    /// Without one the organization is called like the person; one who was invited then gets none of its own.
    pub organization_name: Option<String>,
    pub registration: Registration,
    /// SHA-256 of the token of an invitation to this address; it opens every mode.
    pub invite: Option<[u8; 32]>,
    /// When the first session ends.
    pub expires_at: Timestamp,
}

/// What signing up made.
#[derive(Debug, Clone)]
pub struct SignedUp {
    pub account: AccountSummary,
    /// The organization in which the session acts: one's own, else the one that invited.
    pub organization: Organization,
    pub session: OpenedSession,
}

/// Gives the person that asks another password; every other session of theirs ends with it.
#[derive(Clone)]
pub struct ChangePassword {
    pub tenant: Tenant,
    pub password_hash: String,
}

impl fmt::Debug for SignUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUp").field("registration", &self.registration).finish_non_exhaustive()
    }
}

impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangePassword").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Store {
    /// The account that signs in with this address.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_account_by_email(&self, email: &str) -> Result<Option<Credentials>> {
        let read = self.read().await?;
        let found = read
            .one(
                "SELECT id, email, name, password_hash FROM account WHERE email_folded = $1",
                params![&fold_email(email)],
                |row| {
                    let account = AccountSummary { id: row.get(0)?, email: row.get(1)?, name: row.get(2)? };
                    Ok((account, Secret::new(row.get(3)?)))
                },
            )
            .await?;
        let Some((account, password_hash)) = found else { return Ok(None) };
        let memberships = memberships(&read, account.id).await?;
        Ok(Some(Credentials { account, password_hash, memberships }))
    }

    /// The organizations that an account has joined, the first one joined first.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_memberships(&self, account_id: AccountId) -> Result<Vec<Membership>> {
        let read = self.read().await?;
        memberships(&read, account_id).await
    }

    /// Whether nobody has signed up yet; the dashboard then greets its first user.
    ///
    /// # Errors
    /// Faults only.
    pub async fn has_no_account(&self) -> Result<bool> {
        let read = self.read().await?;
        Ok(!any_account(&read).await?)
    }
}

async fn memberships(conn: &Conn, account_id: AccountId) -> Result<Vec<Membership>> {
    conn.rows(
        "SELECT o.id, o.name, o.slug, m.role, m.joined_at FROM member m
         JOIN organization o ON o.id = m.organization_id
         WHERE m.account_id = $1 AND m.joined_at IS NOT NULL ORDER BY m.joined_at, m.organization_id LIMIT $2",
        params![account_id, MEMBERSHIPS_MAX],
        |row| {
            Ok(Membership {
                organization_id: row.get(0)?,
                name: row.get(1)?,
                slug: crate::places::slug(row, 2, "organization")?,
                role: members::role(row, 3)?,
                joined_at: row.get(4)?,
            })
        },
    )
    .await
}

async fn any_account(conn: &Conn) -> Result<bool> {
    let one: Option<AccountId> = conn.one("SELECT id FROM account LIMIT 1", &[], |row| row.get(0)).await?;
    Ok(one.is_some())
}

impl Command for SignUp {
    type Out = SignedUp;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<SignedUp> {
        let invited_to = self.invited_to(tx).await?;
        self.check_registration(tx, invited_to.is_some()).await?;
        let account = self.insert_account(tx).await?;
        let joined = members::join_invited(tx, account.id, &self.name, &self.email).await?;
        let organization = match invited_to {
            Some(id) if self.organization_name.is_none() => organizations::find(tx, id).await?,
            Some(_) | None => self.found_organization(tx, &account).await?,
        };
        let session = sessions::insert(tx, account.id, organization.id, self.expires_at).await?;
        let actor = Actor::Session { session: session.id, account: account.id };
        tx.audit_as(organization.id, actor, "account.created", "account", account.id.0).await?;
        for member in joined {
            tx.audit_as(member.organization_id, actor, "member.updated", "member", member.id.0).await?;
        }
        Ok(SignedUp { account, organization, session })
    }
}

impl SignUp {
    /// The organization whose pending invitation of this very address the token belongs to.
    async fn invited_to(&self, tx: &Tx<'_>) -> Result<Option<OrganizationId>> {
        let Some(hash) = &self.invite else { return Ok(None) };
        let invited: Option<(OrganizationId, String)> = tx
            .one(
                "SELECT organization_id, email_folded FROM member WHERE invite_hash = $1 AND account_id IS NULL",
                params![hash],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .await?;
        Ok(invited.filter(|(_, email)| *email == fold_email(&self.email)).map(|(id, _)| id))
    }

    async fn check_registration(&self, tx: &Tx<'_>, is_invited: bool) -> Result<()> {
        let is_open = match self.registration {
            _ if is_invited => true,
            Registration::Open => true,
            Registration::Closed => false,
            // The row makes the second of two first sign-ups wait for the first, then lose.
            Registration::First => {
                !any_account(tx).await?
                    && 1 == tx
                        .exec(
                            "INSERT INTO counter (name, value) VALUES ('first_account', 1) ON CONFLICT DO NOTHING",
                            &[],
                        )
                        .await?
            }
        };
        if is_open { Ok(()) } else { Err(Rejection::RegistrationClosed.into()) }
    }

    async fn insert_account(&self, tx: &Tx<'_>) -> Result<AccountSummary> {
        let account = AccountSummary { id: tx.mint(), email: self.email.clone(), name: self.name.clone() };
        let made = tx
            .exec(
                "INSERT INTO account (id, email, email_folded, name, password_hash, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (email_folded) DO NOTHING",
                params![
                    account.id,
                    &self.email,
                    &fold_email(&self.email),
                    &self.name,
                    &self.password_hash,
                    tx.now()
                ],
            )
            .await?;
        if made == 1 { Ok(account) } else { Err(Rejection::EmailTaken.into()) }
    }

    async fn found_organization(&self, tx: &Tx<'_>, account: &AccountSummary) -> Result<Organization> {
        let name = self.organization_name.as_deref().unwrap_or(&self.name);
        let organization = organizations::create(tx, name).await?;
        let owner = Joining {
            organization_id: organization.id,
            account_id: Some(account.id),
            email: &self.email,
            name: Some(self.name.clone()),
            role: Role::Owner,
        };
        members::insert(tx, owner, None).await?;
        Ok(organization)
    }
}

impl Command for ChangePassword {
    /// How many sessions ended.
    type Out = u64;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<u64> {
        let Actor::Session { account, .. } = self.tenant.actor() else {
            return Err(Rejection::NotFound(Thing::Session).into());
        };
        tx.exec(
            "UPDATE account SET password_hash = $2, updated_at = $3 WHERE id = $1",
            params![account, &self.password_hash, tx.now()],
        )
        .await?;
        tx.audit(&self.tenant, "account.password_changed", "account", account.0).await?;
        EndOtherSessions { tenant: self.tenant.clone() }.run(tx).await
    }
}
