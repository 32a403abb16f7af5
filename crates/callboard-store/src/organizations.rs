//! Organizations: found and renamed. Source: native-api.md §2.

use callboard_core::ids::OrganizationId;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::slug::Slug;
use callboard_core::time::Timestamp;
use serde_json::json;

use crate::error::Result;
use crate::places;
use crate::slugs::{OnClash, SlugSpace, choose};
use crate::sql::{Command, Conn, Row, Tx, params};
use crate::store::Store;
use crate::tenant::Tenant;

/// An organization as its members see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub slug: Slug,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Organization {
    /// What `If-Match` compares: the millisecond of the last rename, which only ever grows. The row's own
    /// `version` counts every change inside the organization and is no measure of this resource.
    pub fn version(&self) -> i64 {
        self.updated_at.as_millis()
    }

    fn data(&self) -> String {
        json!({
            "id": self.id,
            "name": self.name,
            "slug": self.slug.as_str(),
            "createdAt": self.created_at.to_utc_text(),
            "updatedAt": self.updated_at.to_utc_text(),
            "version": self.version(),
        })
        .to_string()
    }
}

/// Renames an organization; what is `None` stays.
#[derive(Debug, Clone)]
pub struct ReviseOrganization {
    pub tenant: Tenant,
    pub name: Option<String>,
    pub slug: Option<Slug>,
    pub if_match: Option<i64>,
}

impl Store {
    /// The tenant's organization.
    ///
    /// # Errors
    /// [`Rejection::NotFound`] if it is gone.
    pub async fn organization(&self, tenant: &Tenant) -> Result<Organization> {
        let read = self.read().await?;
        find(&read, tenant.organization_id()).await
    }
}

impl Store {
    /// The organization with this slug or id, for the command line.
    ///
    /// # Errors
    /// Faults only.
    pub async fn organization_named(&self, slug_or_id: &str) -> Result<Option<OrganizationId>> {
        let read = self.read().await?;
        // A slug is never shaped like an id.
        match slug_or_id.parse::<OrganizationId>() {
            Ok(id) => {
                read.one("SELECT id FROM organization WHERE id = $1", params![id], |row| row.get(0)).await
            }
            Err(_) => {
                let sql = "SELECT id FROM organization WHERE slug = $1";
                read.one(sql, params![slug_or_id], |row| row.get(0)).await
            }
        }
    }

    /// Nobody has signed up yet.
    ///
    /// # Errors
    /// Faults only.
    pub async fn is_empty(&self) -> Result<bool> {
        let read = self.read().await?;
        let any =
            read.one("SELECT id FROM organization LIMIT 1", &[], |row| row.get::<OrganizationId>(0)).await?;
        Ok(any.is_none())
    }

    /// The organization of a server that has exactly one.
    ///
    /// # Errors
    /// Faults only.
    pub async fn only_organization(&self) -> Result<Option<OrganizationId>> {
        let read = self.read().await?;
        let found: Vec<OrganizationId> =
            read.rows("SELECT id FROM organization ORDER BY id LIMIT 2", &[], |row| row.get(0)).await?;
        Ok(match found.as_slice() {
            [only] => Some(*only),
            _ => None,
        })
    }
}

impl Command for ReviseOrganization {
    type Out = Organization;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Organization> {
        let organization_id = places::whole(&self.tenant)?;
        let before = find(tx, organization_id).await?;
        places::expect_version(self.if_match, before.version())?;
        let name = self.name.clone().unwrap_or_else(|| before.name.clone());
        let slug = self.slug.clone().unwrap_or_else(|| before.slug.clone());
        if name == before.name && slug == before.slug {
            return Ok(before);
        }
        choose(tx, SlugSpace::Organizations, &slug, OnClash::Refuse, Some(organization_id.0)).await?;
        // Two renames within a millisecond still are two versions.
        let updated_at = tx.now().max(before.updated_at.plus_millis(1));
        let changed = tx
            .exec(
                "UPDATE organization SET name = $2, slug = $3, updated_at = $4 WHERE id = $1 AND updated_at = $5",
                params![organization_id, &name, slug.as_str(), updated_at, before.updated_at],
            )
            .await?;
        places::expect_changed(changed)?;
        let after = Organization { name, slug, updated_at, ..before };
        tx.audit(&self.tenant, "organization.updated", "organization", organization_id.0).await?;
        let data = Some(after.data());
        tx.changed(organization_id, "organization.updated", "organization", organization_id.0, data);
        Ok(after)
    }
}

/// Makes an organization with a slug from its name, for the one who signs up.
pub(crate) async fn create(tx: &Tx<'_>, name: &str) -> Result<Organization> {
    let wish = Slug::from_text(name, "organization");
    let made = Organization {
        id: tx.mint(),
        name: name.to_owned(),
        slug: choose(tx, SlugSpace::Organizations, &wish, OnClash::Number, None).await?,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    tx.exec(
        "INSERT INTO organization (id, name, slug, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        params![made.id, name, made.slug.as_str(), tx.now()],
    )
    .await?;
    tx.changed(made.id, "organization.created", "organization", made.id.0, Some(made.data()));
    Ok(made)
}

pub(crate) async fn find(conn: &Conn, id: OrganizationId) -> Result<Organization> {
    let found = conn
        .one(
            "SELECT id, name, slug, created_at, updated_at FROM organization WHERE id = $1",
            params![id],
            |row: &Row<'_>| {
                Ok(Organization {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    slug: places::slug(row, 2, "organization")?,
                    created_at: row.get(3)?,
                    updated_at: row.get(4)?,
                })
            },
        )
        .await?;
    found.ok_or_else(|| Rejection::NotFound(Thing::Organization).into())
}
