//! Classifications: what P's events are sorted under; a new database has the seeded ones.
//! Source: contracts.md §6.6.

use callboard_core::event::category::SEEDED_CLASSIFICATIONS;

use crate::error::Result;
use crate::page::LIMIT_MAX;
use crate::sql::{Conn, params};
use crate::store::Store;

/// A classification; `number` is P's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    pub number: i64,
    pub slug: String,
    pub name: String,
}

impl Store {
    /// Page `page` (from 1) of the classifications by number, and how many there are.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_classifications(&self, page: i64, limit: i64) -> Result<(Vec<Classification>, i64)> {
        let limit = limit.clamp(1, LIMIT_MAX);
        let offset = page.max(1).saturating_sub(1).saturating_mul(limit);
        let read = self.read().await?;
        let total =
            read.one("SELECT COUNT(*) FROM classification", &[], |row| row.get(0)).await?.unwrap_or(0);
        let rows = read
            .rows(
                "SELECT number, slug, name FROM classification ORDER BY number LIMIT $1 OFFSET $2",
                params![limit, offset],
                |row| Ok(Classification { number: row.get(0)?, slug: row.get(1)?, name: row.get(2)? }),
            )
            .await?;
        Ok((rows, total))
    }
}

/// Whether there is a classification; for commands that write it.
pub(crate) async fn exists(conn: &Conn, slug: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM classification WHERE slug = $1";
    Ok(conn.one(sql, params![slug], |row| row.get::<i64>(0)).await?.is_some())
}

/// Writes the seeded classifications that are missing.
pub(crate) async fn seed(conn: &Conn) -> Result<()> {
    for (number, (slug, name)) in (1_i64..).zip(SEEDED_CLASSIFICATIONS) {
        conn.exec(
            "INSERT INTO classification (number, slug, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params![number, slug, name],
        )
        .await?;
    }
    Ok(())
}
