-- Up to where an organization's changes were swept: the oldest that is kept follows it, also when none is left.
ALTER TABLE organization ADD COLUMN change_floor {int} NOT NULL DEFAULT 0;
