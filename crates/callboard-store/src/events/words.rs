//! Under which words events are found.
//!
//! The terms of a new event are one text, an entry of its organization's open segment; a search reads the entries of
//! that segment one by one. Whoever writes the last entry that fits closes the segment in the same transaction: its
//! terms become blocks, rows with the numbers of many events each, and a search reads those whose terms begin with its
//! word. So an event costs a row, and a share of the rows that its neighbours need as well. Every change is there at the
//! commit that makes it. Rows of `search_term`, one per event and term, are how older programs store terms: they are read
//! like the others, and written for as long as such a program works on the same database.

use std::collections::{BTreeMap, HashSet};

use callboard_core::event::Event;
use callboard_core::ids::OrganizationId;
use callboard_core::search::{Terms, pattern, prefix_end};

use crate::error::Result;
use crate::query::Query;
use crate::sql::{Conn, Later, Tx, params};
use crate::tenant::Tenant;

/// Entries with which a segment is closed. A transaction of commands that run beside each other closes it at its end, so
/// that it can have as many more as one transaction has commands.
pub(crate) const SEGMENT: i64 = 256;
/// Most events of a block: as many as there are rows of `search_seat`. A larger text would be stored apart by PostgreSQL.
const SEATS: usize = 64;
/// Digits of a number in a block; events beyond keep their terms as rows of `search_term`.
const DIGITS: usize = 12;
const NUMBER_END: i64 = 1_000_000_000_000;

/// Stores the terms of a new event; answers its segment.
pub(super) async fn add(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    event: &Event,
    terms: &Terms,
) -> Result<Option<i64>> {
    if terms.is_empty() {
        return Ok(None);
    }
    if !packs(tx, event.number) {
        insert_rows(tx, event, terms.iter()).await?;
        return Ok(None);
    }
    if tx.is_interleaved() {
        let cell = tx.desk().segment(organization_id);
        let segment = *cell.get_or_try_init(|| open(tx, organization_id)).await?;
        insert_entry(tx, event, segment, terms).await?;
        tx.entered(organization_id);
        return Ok(Some(segment));
    }
    let (segment, entries) = count(tx, organization_id, 1).await?;
    insert_entry(tx, event, segment, terms).await?;
    if entries >= SEGMENT {
        close(tx, organization_id, segment).await?;
    }
    Ok(Some(segment))
}

fn packs(tx: &Tx<'_>, number: i64) -> bool {
    tx.packs_words() && number < NUMBER_END
}

/// Counts the entries that commands beside each other have written, and closes the segment that they filled.
pub(crate) async fn entered(conn: &Conn, organization_id: OrganizationId, entries: i64) -> Result<()> {
    let (segment, entries) = count(conn, organization_id, entries).await?;
    if entries >= SEGMENT { close(conn, organization_id, segment).await } else { Ok(()) }
}

async fn insert_entry(tx: &Tx<'_>, event: &Event, segment: i64, terms: &Terms) -> Result<()> {
    let sql = "INSERT INTO search_entry (organization_id, segment, number, terms) VALUES ($1, $2, $3, $4)";
    tx.insert(sql, params![event.organization_id, segment, event.number, terms.text()]).await
}

/// The segment that is open, and how many entries it has with these.
async fn count(conn: &Conn, organization_id: OrganizationId, more: i64) -> Result<(i64, i64)> {
    let counted = conn
        .one(
            "INSERT INTO search_segment (organization_id, segment, entries) VALUES ($1, 0, $2)
             ON CONFLICT (organization_id) DO UPDATE SET entries = search_segment.entries + excluded.entries
             RETURNING segment, entries",
            params![organization_id, more],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    Ok(counted.unwrap_or((0, more)))
}

async fn open(conn: &Conn, organization_id: OrganizationId) -> Result<i64> {
    let sql = "SELECT segment FROM search_segment WHERE organization_id = $1";
    Ok(conn.one(sql, params![organization_id], |row| row.get(0)).await?.unwrap_or(0))
}

/// Makes blocks of a segment's terms and opens the next one.
async fn close(conn: &Conn, organization_id: OrganizationId, segment: i64) -> Result<()> {
    let sql = "SELECT number, terms FROM search_entry WHERE organization_id = $1 AND segment = $2";
    let entries: Vec<(i64, String)> =
        conn.rows(sql, params![organization_id, segment], |row| Ok((row.get(0)?, row.get(1)?))).await?;
    let mut entries: Vec<(i64, String, Terms)> =
        entries.into_iter().map(|(number, text)| (number, seat(number), Terms::stored(text))).collect();
    entries.sort_unstable_by_key(|(number, ..)| *number);
    let mut found = BTreeMap::<&str, Vec<(i64, &str)>>::new();
    for (number, seat, terms) in &entries {
        terms.iter().for_each(|term| found.entry(term).or_default().push((*number, seat)));
    }
    let mut blocks = Vec::with_capacity(found.len());
    for (term, all) in &found {
        for some in all.chunks(SEATS) {
            let events: String = some.iter().map(|(_, seat)| *seat).collect();
            let first = some.first().map(|(number, _)| *number);
            blocks.push(Later::new(INSERT_BLOCK, params![organization_id, *term, segment, first, &events]));
        }
    }
    conn.insert_all(&blocks).await?;
    let sql = "UPDATE search_segment SET segment = segment + 1, entries = 0 WHERE organization_id = $1";
    conn.exec(sql, params![organization_id]).await.map(|_| ())
}

const INSERT_BLOCK: &str = "INSERT INTO search_block (organization_id, term, segment, first, events)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organization_id, term, segment, first) DO UPDATE SET events = search_block.events || excluded.events";

/// A number as it stands in a block.
fn seat(number: i64) -> String {
    format!("{number:0DIGITS$} ")
}

/// Brings the stored terms of an event that was there before in line with what they should be.
pub(super) async fn save(tx: &Tx<'_>, event: &Event, wanted: &Terms) -> Result<()> {
    let (organization_id, number) = (event.organization_id, event.number);
    match held(tx, event).await? {
        Some((_, held)) if held == *wanted => Ok(()),
        Some((segment, held)) => {
            let sql = "UPDATE search_entry SET terms = $4 WHERE organization_id = $1 AND segment = $2 AND number = $3";
            tx.exec(sql, params![organization_id, segment, number, wanted.text()]).await?;
            if segment == open(tx, organization_id).await? {
                return Ok(());
            }
            let (before, after): (HashSet<&str>, HashSet<&str>) =
                (held.iter().collect(), wanted.iter().collect());
            take_out(tx, event, segment, before.difference(&after).copied()).await?;
            for term in after.difference(&before) {
                let one = seat(number);
                tx.exec(INSERT_BLOCK, params![organization_id, *term, segment, number, &one]).await?;
            }
            Ok(())
        }
        None if packs(tx, number) => {
            delete_rows(tx, event).await?;
            let segment = add(tx, organization_id, event, wanted).await?;
            let sql = "UPDATE event SET search_segment = $3 WHERE organization_id = $1 AND id = $2";
            tx.exec(sql, params![organization_id, event.id, segment]).await.map(|_| ())
        }
        None => save_rows(tx, event, wanted).await,
    }
}

/// Forgets the terms of an event that is deleted.
pub(super) async fn remove(tx: &Tx<'_>, event: &Event) -> Result<()> {
    delete_rows(tx, event).await?;
    let Some((segment, held)) = held(tx, event).await? else { return Ok(()) };
    let organization_id = event.organization_id;
    let sql = "DELETE FROM search_entry WHERE organization_id = $1 AND segment = $2 AND number = $3";
    tx.exec(sql, params![organization_id, segment, event.number]).await?;
    if segment == open(tx, organization_id).await? {
        return Ok(());
    }
    take_out(tx, event, segment, held.iter()).await
}

/// The segment and the terms of an event that has an entry.
async fn held(tx: &Tx<'_>, event: &Event) -> Result<Option<(i64, Terms)>> {
    tx.one(
        "SELECT n.segment, n.terms FROM event e JOIN search_entry n ON n.organization_id = e.organization_id
         AND n.segment = e.search_segment AND n.number = e.number WHERE e.organization_id = $1 AND e.id = $2",
        params![event.organization_id, event.id],
        |row| Ok((row.get(0)?, Terms::stored(row.get(1)?))),
    )
    .await
}

/// Takes an event out of the blocks of some terms of its segment.
async fn take_out<'a>(
    tx: &Tx<'_>,
    event: &Event,
    segment: i64,
    terms: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let (organization_id, one) = (event.organization_id, seat(event.number));
    for term in terms {
        tx.exec(
            "UPDATE search_block SET events = replace(events, $4, '')
             WHERE organization_id = $1 AND term = $2 AND segment = $3 AND replace(events, $4, '') <> events",
            params![organization_id, term, segment, &one],
        )
        .await?;
        tx.exec(
            "DELETE FROM search_block WHERE organization_id = $1 AND term = $2 AND segment = $3 AND events = ''",
            params![organization_id, term, segment],
        )
        .await?;
    }
    Ok(())
}

/// As older programs store them: what differs goes or comes.
async fn save_rows(tx: &Tx<'_>, event: &Event, wanted: &Terms) -> Result<()> {
    let sql = "SELECT term FROM search_term WHERE organization_id = $1 AND event_id = $2";
    let held: HashSet<String> =
        tx.rows(sql, params![event.organization_id, event.id], |row| row.get(0)).await?.into_iter().collect();
    let wanted: HashSet<&str> = wanted.iter().collect();
    for gone in held.iter().filter(|term| !wanted.contains(term.as_str())) {
        let sql = "DELETE FROM search_term WHERE organization_id = $1 AND term = $2 AND event_id = $3";
        tx.exec(sql, params![event.organization_id, gone, event.id]).await?;
    }
    insert_rows(tx, event, wanted.into_iter().filter(|term| !held.contains(*term))).await
}

async fn insert_rows<'a>(tx: &Tx<'_>, event: &Event, terms: impl Iterator<Item = &'a str>) -> Result<()> {
    for term in terms {
        let sql = "INSERT INTO search_term (organization_id, term, event_id) VALUES ($1, $2, $3)";
        tx.insert(sql, params![event.organization_id, term, event.id]).await?;
    }
    Ok(())
}

async fn delete_rows(tx: &Tx<'_>, event: &Event) -> Result<()> {
    let sql = "DELETE FROM search_term WHERE organization_id = $1 AND event_id = $2";
    tx.exec(sql, params![event.organization_id, event.id]).await.map(|_| ())
}

/// A word of a query, ready to be asked for.
#[derive(Debug)]
pub(super) struct Sought<'a> {
    word: &'a str,
    /// Behind every term that begins with it.
    end: String,
    pattern: String,
}

pub(super) fn sought(words: &[String]) -> Vec<Sought<'_>> {
    words.iter().map(|word| Sought { word, end: prefix_end(word), pattern: pattern(word) }).collect()
}

/// Every word begins a term of the event.
pub(super) fn matching<'a>(query: &mut Query<'a>, tenant: &Tenant, words: &'a [Sought<'a>]) {
    let organization_id = tenant.organization_id();
    for Sought { word, end, pattern } in words {
        query.bind(
            " AND e.number IN (SELECT CAST(substr(b.events, CAST(s.at AS INTEGER), 12) AS BIGINT) FROM search_block b
              JOIN search_seat s ON s.at < length(b.events) WHERE b.organization_id = ",
            organization_id,
        );
        query.bind(" AND b.term >= ", *word);
        query.bind(" AND b.term < ", end);
        query.bind(
            " UNION ALL SELECT n.number FROM search_entry n WHERE n.organization_id = ",
            organization_id,
        );
        query.bind(
            " AND n.segment >= coalesce((SELECT o.segment FROM search_segment o WHERE o.organization_id = ",
            organization_id,
        );
        query.bind("), 0) AND n.terms LIKE ", pattern);
        query.bind(
            " UNION ALL SELECT x.number FROM search_term t JOIN event x ON x.organization_id = t.organization_id
              AND x.id = t.event_id WHERE t.organization_id = ",
            organization_id,
        );
        query.bind(" AND t.term >= ", *word);
        query.bind(" AND t.term < ", end);
        query.push(")");
    }
}
