//! Uploaded images, in pieces. Source: native-api.md §5 (`POST /v1/media`), contracts.md §1 (P7).

use callboard_core::ids::{MediaId, OrganizationId};
use callboard_core::time::Timestamp;

use crate::counters::{Sequence, next_number};
use crate::error::{Error, Result};
use crate::sql::{Command, Row, Tx, params};
use crate::store::Store;
use crate::tenant::Tenant;

/// Bytes of one stored piece.
const CHUNK: usize = 256 * 1024;

const BY_NUMBER: &str = "SELECT id, organization_id, number, mime_type, width, height, size, alt, created_at
    FROM media WHERE number = $1";

/// An image without its bytes; `number` is what contracts call its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub id: MediaId,
    pub organization_id: OrganizationId,
    pub number: i64,
    pub mime: String,
    pub width: i64,
    pub height: i64,
    /// Unit: bytes.
    pub size: i64,
    pub alt: Option<String>,
    pub created_at: Timestamp,
}

/// Stores an image that was checked to be one.
#[derive(Clone)]
pub struct StoreMedia {
    pub tenant: Tenant,
    pub mime: String,
    pub width: i64,
    pub height: i64,
    pub alt: Option<String>,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for StoreMedia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoreMedia({}, {} bytes)", self.mime, self.bytes.len())
    }
}

impl Store {
    /// An image without its bytes, by number; public as they are.
    ///
    /// # Errors
    /// Faults only.
    pub async fn describe_media(&self, number: i64) -> Result<Option<Media>> {
        self.read().await?.one(BY_NUMBER, params![number], media).await
    }

    /// An image and its bytes by number; public, since published pages show it.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_media(&self, number: i64) -> Result<Option<(Media, Vec<u8>)>> {
        let read = self.read().await?;
        let found = read.one(BY_NUMBER, params![number], media).await?;
        let Some(media) = found else { return Ok(None) };
        let pieces: Vec<Vec<u8>> = read
            .rows(
                "SELECT bytes FROM media_chunk WHERE organization_id = $1 AND media_id = $2 ORDER BY part",
                params![media.organization_id, media.id],
                |row| row.get(0),
            )
            .await?;
        let bytes = pieces.concat();
        if i64::try_from(bytes.len()) != Ok(media.size) {
            return Err(Error::corrupt("media", "size", media.size));
        }
        Ok(Some((media, bytes)))
    }
}

impl Command for StoreMedia {
    type Out = Media;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Media> {
        let made = Media {
            id: tx.mint(),
            organization_id: self.tenant.organization_id(),
            number: next_number(tx, Sequence::Media).await?,
            mime: self.mime.clone(),
            width: self.width,
            height: self.height,
            size: i64::try_from(self.bytes.len()).unwrap_or(i64::MAX),
            alt: self.alt.clone(),
            created_at: tx.now(),
        };
        tx.exec(
            "INSERT INTO media (organization_id, id, number, account_id, mime_type, width, height, size, alt, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            params![
                made.organization_id,
                made.id,
                made.number,
                self.tenant.account_id(),
                &made.mime,
                made.width,
                made.height,
                made.size,
                &made.alt,
                tx.now()
            ],
        )
        .await?;
        for (part, bytes) in (0_i64..).zip(self.bytes.chunks(CHUNK)) {
            tx.exec(
                "INSERT INTO media_chunk (organization_id, media_id, part, bytes) VALUES ($1, $2, $3, $4)",
                params![made.organization_id, made.id, part, bytes],
            )
            .await?;
        }
        tx.audit(&self.tenant, "media.created", "media", made.id.0).await?;
        Ok(made)
    }
}

fn media(row: &Row<'_>) -> Result<Media> {
    Ok(Media {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        number: row.get(2)?,
        mime: row.get(3)?,
        width: row.get(4)?,
        height: row.get(5)?,
        size: row.get(6)?,
        alt: row.get(7)?,
        created_at: row.get(8)?,
    })
}
