-- How many events of a box office or a channel start in a span of time, by their life: what a list between bounds
-- answers as its total without counting what lies between. Spans of six hours and of eight days, numbered from 1970
-- on. Kept by every write of an event. Only adds.

CREATE TABLE event_count (
  organization_id {id} NOT NULL,
  place_id {id} NOT NULL,
  -- The length of a span, in milliseconds.
  span {int} NOT NULL,
  nth {int} NOT NULL,
  drafts {int} NOT NULL,
  published {int} NOT NULL,
  cancelled {int} NOT NULL,
  archived {int} NOT NULL,
  PRIMARY KEY (organization_id, place_id, span, nth)
) {clustered};
INSERT INTO event_count (organization_id, place_id, span, nth, drafts, published, cancelled, archived)
  SELECT organization_id, box_office_id, 21600000,
    (effective_start - ((effective_start % 21600000 + 21600000) % 21600000)) / 21600000 AS n,
    sum(CASE WHEN lifecycle = 'draft' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'published' THEN 1 ELSE 0 END),
    sum(CASE WHEN lifecycle = 'cancelled' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'archived' THEN 1 ELSE 0 END)
  FROM event WHERE box_office_id IS NOT NULL AND deleted_at IS NULL GROUP BY organization_id, box_office_id, n;
INSERT INTO event_count (organization_id, place_id, span, nth, drafts, published, cancelled, archived)
  SELECT organization_id, box_office_id, 691200000,
    (effective_start - ((effective_start % 691200000 + 691200000) % 691200000)) / 691200000 AS n,
    sum(CASE WHEN lifecycle = 'draft' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'published' THEN 1 ELSE 0 END),
    sum(CASE WHEN lifecycle = 'cancelled' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'archived' THEN 1 ELSE 0 END)
  FROM event WHERE box_office_id IS NOT NULL AND deleted_at IS NULL GROUP BY organization_id, box_office_id, n;
INSERT INTO event_count (organization_id, place_id, span, nth, drafts, published, cancelled, archived)
  SELECT organization_id, channel_id, 21600000,
    (effective_start - ((effective_start % 21600000 + 21600000) % 21600000)) / 21600000 AS n,
    sum(CASE WHEN lifecycle = 'draft' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'published' THEN 1 ELSE 0 END),
    sum(CASE WHEN lifecycle = 'cancelled' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'archived' THEN 1 ELSE 0 END)
  FROM event WHERE channel_id IS NOT NULL AND deleted_at IS NULL GROUP BY organization_id, channel_id, n;
INSERT INTO event_count (organization_id, place_id, span, nth, drafts, published, cancelled, archived)
  SELECT organization_id, channel_id, 691200000,
    (effective_start - ((effective_start % 691200000 + 691200000) % 691200000)) / 691200000 AS n,
    sum(CASE WHEN lifecycle = 'draft' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'published' THEN 1 ELSE 0 END),
    sum(CASE WHEN lifecycle = 'cancelled' THEN 1 ELSE 0 END), sum(CASE WHEN lifecycle = 'archived' THEN 1 ELSE 0 END)
  FROM event WHERE channel_id IS NOT NULL AND deleted_at IS NULL GROUP BY organization_id, channel_id, n;
