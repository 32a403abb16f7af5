//! Rows enough for PostgreSQL's planner to tell one index from another.

use super::common::postgres;
use super::world::Facts;

/// Copies of one event with ticket types, of organizations with a channel and a member each; then the figures.
const COPIES: &[&str] = &[
    "INSERT INTO organization SELECT (jsonb_populate_record(null::organization, to_jsonb(o) || jsonb_build_object('id', gen_random_uuid(), 'slug',
     'house-' || n))).* FROM (SELECT * FROM organization LIMIT 1) o, generate_series(1, 2000) n",
    "INSERT INTO account SELECT (jsonb_populate_record(null::account, to_jsonb(a) || jsonb_build_object('id', gen_random_uuid(), 'email_folded',
     'person' || n || '@example.org'))).* FROM (SELECT * FROM account LIMIT 1) a, generate_series(1, 2000) n",
    "INSERT INTO event SELECT (jsonb_populate_record(null::event, to_jsonb(e) || jsonb_build_object('id', gen_random_uuid(), 'number', 1000 + n,
     'slug', 'copy-' || n, 'external_id', 'copy-' || n, 'effective_start', e.effective_start + n * 60000,
     'updated_at', e.updated_at + n))).* FROM (SELECT * FROM event WHERE external_id IS NOT NULL LIMIT 1) e,
     generate_series(1, 5000) n",
    "INSERT INTO ticket_type SELECT (jsonb_populate_record(null::ticket_type, to_jsonb(t) || jsonb_build_object('id',
     gen_random_uuid(), 'event_id', e.id))).* FROM (SELECT * FROM ticket_type WHERE deleted_at IS NULL LIMIT 1) t,
     event e, generate_series(1, 3)",
    "INSERT INTO channel SELECT (jsonb_populate_record(null::channel, to_jsonb(c) || jsonb_build_object('id',
     gen_random_uuid(), 'organization_id', o.id, 'number', 1000 + row_number() OVER ()))).*
     FROM (SELECT * FROM channel LIMIT 1) c, organization o WHERE o.id <> c.organization_id",
    "INSERT INTO member SELECT (jsonb_populate_record(null::member, to_jsonb(m) || jsonb_build_object('id',
     gen_random_uuid(), 'organization_id', o.id, 'account_id', a.id, 'email_folded', a.email_folded))).*
     FROM (SELECT * FROM member WHERE joined_at IS NOT NULL LIMIT 1) m
     JOIN organization o ON o.id <> m.organization_id
     JOIN account a ON a.email_folded = replace(o.slug, 'house-', 'person') || '@example.org' WHERE o.slug LIKE 'house-%'",
    "INSERT INTO search_term SELECT organization_id, 'term' || (number % 50), id FROM event",
    "INSERT INTO search_block SELECT organization_id, 'term' || (number % 50), number, number, lpad(number::text, 12, '0') || ' ' FROM event",
    "INSERT INTO search_entry SELECT organization_id, number / 256, number, ' term' || (number % 50) || ' ' FROM event
     ON CONFLICT DO NOTHING",
    "ANALYZE",
];

pub(super) async fn add(facts: &Facts) {
    let Some(url) = facts.world.url() else { return };
    let client = postgres::connect(url).await;
    for sql in COPIES {
        client.batch_execute(sql).await.unwrap_or_else(|fault| panic!("{fault:?}\nin {sql}"));
    }
}
