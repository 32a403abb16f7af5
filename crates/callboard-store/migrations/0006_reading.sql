-- Reading: what tells until when an answer holds, without looking at more than its first row. Only adds.

-- The next event of a place that is over by the clock alone.
CREATE INDEX event_over ON event (organization_id, box_office_id, over_at)
  WHERE lifecycle = 'published' AND deleted_at IS NULL;
-- The next hold of an organization that runs out.
CREATE INDEX hold_item_expiry ON hold_item (organization_id, expires_at) WHERE ended_at IS NULL;
