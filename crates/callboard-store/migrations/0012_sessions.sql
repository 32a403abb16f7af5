-- Where a session was last used from, for its owner's eyes. Only adds.

ALTER TABLE session ADD COLUMN seen_at {int};
ALTER TABLE session ADD COLUMN seen_from {text};
ALTER TABLE session ADD COLUMN client {text};
-- The living sessions of an account in the order of their making.
CREATE INDEX session_living ON session (account_id, created_at, id) WHERE revoked_at IS NULL;
