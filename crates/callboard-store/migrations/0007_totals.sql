-- How many events each box office and each channel has, by their life: what a list answers as its total without
-- counting. Kept by every write of an event. Only adds.

CREATE TABLE event_total (
  organization_id {id} NOT NULL,
  place_id {id} NOT NULL,
  lifecycle {text} NOT NULL,
  events {int} NOT NULL,
  PRIMARY KEY (organization_id, place_id, lifecycle)
) {clustered};
INSERT INTO event_total (organization_id, place_id, lifecycle, events)
  SELECT organization_id, box_office_id, lifecycle, count(*) FROM event
  WHERE box_office_id IS NOT NULL AND deleted_at IS NULL GROUP BY organization_id, box_office_id, lifecycle;
INSERT INTO event_total (organization_id, place_id, lifecycle, events)
  SELECT organization_id, channel_id, lifecycle, count(*) FROM event
  WHERE channel_id IS NOT NULL AND deleted_at IS NULL GROUP BY organization_id, channel_id, lifecycle;
