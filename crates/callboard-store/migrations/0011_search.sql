-- Words under which events are found, many events to a row: what searches read, and what writing an event costs. Rows of
-- search_term stay valid until their event's words change. Only adds.

-- Which segment an organization's new events go to, and how many it has.
CREATE TABLE search_segment (
  organization_id {id} PRIMARY KEY,
  segment {int} NOT NULL,
  entries {int} NOT NULL
) {strict};
-- The terms of one event, a space before and after each. Searches read those of the open segment one by one.
CREATE TABLE search_entry (
  organization_id {id} NOT NULL,
  segment {int} NOT NULL,
  number {int} NOT NULL,
  terms {text} NOT NULL,
  PRIMARY KEY (organization_id, segment, number)
) {clustered};
-- The events of a closed segment that have a term: their numbers, of twelve digits and a space each.
CREATE TABLE search_block (
  organization_id {id} NOT NULL,
  term {text} NOT NULL,
  segment {int} NOT NULL,
  first {int} NOT NULL,
  events {text} NOT NULL,
  PRIMARY KEY (organization_id, term, segment, first)
) {clustered};
-- Where the numbers of a block begin.
CREATE TABLE search_seat (
  at {int} PRIMARY KEY
) {strict};
INSERT INTO search_seat (at) WITH RECURSIVE seat (at) AS (SELECT 1 UNION ALL SELECT at + 13 FROM seat WHERE at < 820)
  SELECT at FROM seat;
-- The segment of an event's terms; none where it has none, or where they are rows of search_term.
ALTER TABLE event ADD COLUMN search_segment {int};
