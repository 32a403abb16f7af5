-- Series: what recurs, and the names of its occurrences. Only adds.

-- stretches is what the series says, as JSON. The places are those of its last stretch, for callers that are
-- narrowed to one. due_at is when further occurrences are to be made; null where there will be none.
CREATE TABLE series (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  stretches {text} NOT NULL,
  venue_id {id},
  channel_id {id},
  box_office_id {id},
  due_at {int},
  version {int} NOT NULL DEFAULT 1,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, venue_id) REFERENCES venue (organization_id, id),
  FOREIGN KEY (organization_id, channel_id) REFERENCES channel (organization_id, id),
  FOREIGN KEY (organization_id, box_office_id) REFERENCES box_office (organization_id, id)
) {strict};
CREATE INDEX series_created ON series (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX series_due ON series (due_at) WHERE due_at IS NOT NULL;

-- An occurrence is named for ever by its series and its date, also when it was moved or deleted alone: the key
-- makes a second one for the same date impossible, whatever a statement does.
CREATE TABLE series_occurrence (
  organization_id {id} NOT NULL,
  series_id {id} NOT NULL,
  date {text} NOT NULL,
  event_id {id} NOT NULL,
  tie {text} NOT NULL CHECK (tie IN ('attached', 'detached', 'removed')),
  PRIMARY KEY (organization_id, series_id, date),
  UNIQUE (organization_id, event_id),
  FOREIGN KEY (organization_id, series_id) REFERENCES series (organization_id, id),
  FOREIGN KEY (organization_id, event_id) REFERENCES event (organization_id, id)
) {strict};
