-- What keys asked for lately, for people who look for a fault: written in batches beside the requests, a bounded
-- number of lines per organization, swept after a week. The id is the request's own and sorts by time.
CREATE TABLE request_line (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {text} NOT NULL,
  at {int} NOT NULL,
  key_id {id} NOT NULL,
  surface {text} NOT NULL,
  method {text} NOT NULL,
  path {text} NOT NULL,
  query {text},
  status {int} NOT NULL,
  micros {int} NOT NULL,
  headers {text} NOT NULL,
  problem {text},
  PRIMARY KEY (organization_id, id)
) {clustered};
