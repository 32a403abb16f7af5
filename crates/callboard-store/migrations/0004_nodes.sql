-- What several nodes share besides the data: rate windows, leases of background work, marks of the installation.

-- The last admissions of one window, oldest first, eight bytes each (big-endian milliseconds): a ring of as many
-- as the limit admits. One row is one window, so that its lock makes the count exact.
CREATE TABLE rate_slot (
  bucket {bytes} PRIMARY KEY,
  ring {bytes} NOT NULL,
  idle_at {int} NOT NULL
) {strict};
CREATE INDEX rate_slot_idle ON rate_slot (idle_at);

-- Work that one node does for all. fence rises with each new owner.
CREATE TABLE lease (
  name {text} PRIMARY KEY,
  owner {id} NOT NULL,
  fence {int} NOT NULL,
  expires_at {int} NOT NULL
) {strict};

-- What every node must agree on, such as the signing secret's fingerprint.
CREATE TABLE installation (
  name {text} PRIMARY KEY,
  value {bytes} NOT NULL
) {strict};
