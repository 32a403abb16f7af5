//! Slugs of organizations and places: a given one is taken as it is or refused, a made one is numbered.

use callboard_core::ids::OrganizationId;
use callboard_core::rejection::Rejection;
use callboard_core::slug::Slug;
use uuid::Uuid;

use crate::error::Result;
use crate::sql::{Tx, params};

/// What happens when the wished slug is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnClash {
    /// The caller named it: [`Rejection::SlugTaken`].
    Refuse,
    /// It was made from a name: `jazz-2`, `jazz-3`, ….
    Number,
}

/// Within what a slug is unique.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SlugSpace {
    Organizations,
    Venues(OrganizationId),
    Channels(OrganizationId),
    BoxOffices(OrganizationId),
}

/// Tried in order before a random number is appended, so that a thousand namesakes cost no thousand look-ups.
const IN_ORDER: u32 = 20;
const AT_RANDOM: u32 = 20;

/// The slug that a new row, or the row `own`, gets.
///
/// # Errors
/// [`Rejection::SlugTaken`].
pub(crate) async fn choose(
    tx: &Tx<'_>,
    space: SlugSpace,
    wish: &Slug,
    on_clash: OnClash,
    own: Option<Uuid>,
) -> Result<Slug> {
    if is_free(tx, space, wish, own).await? {
        return Ok(wish.clone());
    }
    if on_clash == OnClash::Number {
        for n in 2..2 + IN_ORDER + AT_RANDOM {
            let candidate = wish.numbered(if n < 2 + IN_ORDER { n } else { random_number(tx) });
            if is_free(tx, space, &candidate, own).await? {
                return Ok(candidate);
            }
        }
    }
    Err(Rejection::SlugTaken { slug: wish.to_string() }.into())
}

/// Eight or nine digits, the same in every run of the command.
fn random_number(tx: &Tx<'_>) -> u32 {
    let id: Uuid = tx.mint();
    let low = u32::try_from(id.as_u128() & u128::from(u32::MAX)).unwrap_or(0);
    10_000_000 + low % 900_000_000
}

async fn is_free(tx: &Tx<'_>, space: SlugSpace, slug: &Slug, own: Option<Uuid>) -> Result<bool> {
    let slug = slug.as_str();
    let holder: Option<Uuid> = match space {
        SlugSpace::Organizations => {
            tx.one("SELECT id FROM organization WHERE slug = $1", params![slug], |row| row.get(0)).await?
        }
        SlugSpace::Venues(organization_id) => {
            let sql = "SELECT id FROM venue WHERE organization_id = $1 AND slug = $2 AND deleted_at IS NULL";
            tx.one(sql, params![organization_id, slug], |row| row.get(0)).await?
        }
        SlugSpace::Channels(organization_id) => {
            let sql =
                "SELECT id FROM channel WHERE organization_id = $1 AND slug = $2 AND deleted_at IS NULL";
            tx.one(sql, params![organization_id, slug], |row| row.get(0)).await?
        }
        SlugSpace::BoxOffices(organization_id) => {
            let sql =
                "SELECT id FROM box_office WHERE organization_id = $1 AND slug = $2 AND deleted_at IS NULL";
            tx.one(sql, params![organization_id, slug], |row| row.get(0)).await?
        }
    };
    Ok(holder.is_none() || holder == own)
}
