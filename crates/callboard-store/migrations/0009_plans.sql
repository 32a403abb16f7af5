-- Indexes in the order of every list, so that no list sorts what grows. Only adds.

-- Events of a place in the order of their last change.
CREATE INDEX event_venue_updated ON event (organization_id, venue_id, updated_at, id)
  WHERE venue_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX event_channel_updated ON event (organization_id, channel_id, updated_at, id)
  WHERE channel_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX event_box_office_updated ON event (organization_id, box_office_id, updated_at, id)
  WHERE box_office_id IS NOT NULL AND deleted_at IS NULL;
-- Places, people and keys in the order of their making.
CREATE INDEX venue_created ON venue (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX channel_created ON channel (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX box_office_created ON box_office (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX member_created ON member (organization_id, created_at, id);
CREATE INDEX member_invited ON member (email_folded, created_at, id) WHERE account_id IS NULL;
-- The organizations of an account by their ids.
CREATE INDEX member_joined ON member (account_id, organization_id) WHERE joined_at IS NOT NULL;
CREATE INDEX api_key_created ON api_key (organization_id, created_at, id);
CREATE INDEX api_key_made ON api_key (account_id, family, created_at, id);
CREATE INDEX api_key_of_venue ON api_key (organization_id, venue_id, created_at, id) WHERE venue_id IS NOT NULL;
CREATE INDEX api_key_of_box_office ON api_key (organization_id, box_office_id, created_at, id)
  WHERE box_office_id IS NOT NULL;
-- Failed sign-ins in the order in which they are forgotten.
CREATE INDEX login_failure_first ON login_failure (first_at);
