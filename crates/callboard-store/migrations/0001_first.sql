-- The first schema: organizations and people, places, keys, events, ticket types, media,
-- idempotency, the change log and the audit log. One text for SQLite and PostgreSQL;
-- the tokens in braces are spelt by the driver.

CREATE TABLE organization (
  id {id} PRIMARY KEY,
  name {text} NOT NULL,
  slug {text} NOT NULL UNIQUE,
  version {int} NOT NULL DEFAULT 1,
  stock_version {int} NOT NULL DEFAULT 1,
  change_seq {int} NOT NULL DEFAULT 0,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL
) {strict};

CREATE TABLE account (
  id {id} PRIMARY KEY,
  email {text} NOT NULL,
  email_folded {text} NOT NULL UNIQUE,
  name {text} NOT NULL,
  password_hash {text} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL
) {strict};

-- account_id is null while an invited address has not signed up.
CREATE TABLE member (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  account_id {id} REFERENCES account (id),
  email {text} NOT NULL,
  email_folded {text} NOT NULL,
  role {text} NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'box_office', 'viewer')),
  invite_hash {bytes},
  joined_at {int},
  version {int} NOT NULL DEFAULT 1,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, email_folded)
) {strict};
CREATE INDEX member_account ON member (account_id, joined_at, organization_id);
CREATE INDEX member_email ON member (email_folded);
CREATE UNIQUE INDEX member_invite ON member (invite_hash) WHERE invite_hash IS NOT NULL;

CREATE TABLE session (
  id {id} PRIMARY KEY,
  account_id {id} NOT NULL REFERENCES account (id),
  organization_id {id} NOT NULL REFERENCES organization (id),
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  revoked_at {int}
) {strict};
CREATE INDEX session_expiry ON session (expires_at);
CREATE INDEX session_account ON session (account_id, organization_id);

-- Failed sign-ins by (account, address), hashed; exact on every node. first_at is the attempt from
-- which the quiet quarter of an hour counts that forgets them.
CREATE TABLE login_failure (
  bucket {bytes} PRIMARY KEY,
  failures {int} NOT NULL,
  first_at {int} NOT NULL,
  blocked_until {int} NOT NULL
) {strict};

-- The last number given out of each sequence (channel, event, media).
CREATE TABLE counter (
  name {text} PRIMARY KEY,
  value {int} NOT NULL
) {strict};

CREATE TABLE venue (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  name {text} NOT NULL,
  slug {text} NOT NULL,
  city {text} NOT NULL,
  state_province {text} NOT NULL,
  country {text} NOT NULL,
  timezone {text} NOT NULL,
  capacity {int} NOT NULL CHECK (capacity >= 0),
  address {text},
  latitude {real},
  longitude {real},
  version {int} NOT NULL DEFAULT 1,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int},
  PRIMARY KEY (organization_id, id)
) {strict};
CREATE UNIQUE INDEX venue_slug ON venue (organization_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE channel (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  number {int} NOT NULL UNIQUE,
  name {text} NOT NULL,
  slug {text} NOT NULL,
  description {text},
  version {int} NOT NULL DEFAULT 1,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int},
  PRIMARY KEY (organization_id, id)
) {strict};
CREATE UNIQUE INDEX channel_slug ON channel (organization_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX channel_number ON channel (organization_id, number) WHERE deleted_at IS NULL;

CREATE TABLE box_office (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  name {text} NOT NULL,
  slug {text} NOT NULL,
  timezone {text} NOT NULL,
  currency {text} NOT NULL,
  default_venue_id {id},
  default_channel_id {id},
  version {int} NOT NULL DEFAULT 1,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, default_venue_id) REFERENCES venue (organization_id, id),
  FOREIGN KEY (organization_id, default_channel_id) REFERENCES channel (organization_id, id)
) {strict};
CREATE UNIQUE INDEX box_office_slug ON box_office (organization_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE event (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  number {int} NOT NULL UNIQUE,
  lifecycle {text} NOT NULL CHECK (lifecycle IN ('draft', 'published', 'cancelled', 'archived')),
  before_archive {text},
  title {text},
  slug {text} NOT NULL,
  description {text},
  notes {text},
  booking {text} NOT NULL CHECK (booking IN ('open', 'reserved', 'filled')),
  visibility {text} NOT NULL CHECK (visibility IN ('public', 'unlisted', 'private')),
  category {text} NOT NULL,
  classifications {text} NOT NULL,
  timezone {text} NOT NULL,
  time_basis {text} NOT NULL CHECK (time_basis IN ('instant', 'local')),
  show_date {text} NOT NULL,
  doors_at {int},
  starts_at {int},
  ends_at {int},
  doors_wall {text},
  starts_wall {text},
  ends_wall {text},
  -- Start, else doors, else local midnight; and the instant from which it is over.
  effective_start {int} NOT NULL,
  over_at {int} NOT NULL,
  -- Date and start in the venue's zone; '~' sorts a missing start last in its day on both engines.
  venue_date {text},
  venue_start {text},
  set_minutes {int},
  venue_id {id},
  channel_id {id},
  box_office_id {id},
  series_id {id},
  place {text} NOT NULL,
  performers {text} NOT NULL,
  producer_name {text},
  online_price {int},
  door_price {int},
  door_seller {text},
  offers {text} NOT NULL,
  links {text} NOT NULL,
  cover {int},
  poster_url {text},
  currency {text} NOT NULL,
  capacity {int},
  audience {text},
  attendance {text},
  external_source {text},
  external_id {text},
  metadata {text} NOT NULL,
  version {int} NOT NULL DEFAULT 1,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int},
  PRIMARY KEY (organization_id, id),
  CHECK ((venue_id IS NULL) = (venue_date IS NULL)),
  CHECK ((venue_id IS NULL) = (venue_start IS NULL)),
  CHECK ((external_source IS NULL) = (external_id IS NULL)),
  FOREIGN KEY (organization_id, venue_id) REFERENCES venue (organization_id, id),
  FOREIGN KEY (organization_id, channel_id) REFERENCES channel (organization_id, id),
  FOREIGN KEY (organization_id, box_office_id) REFERENCES box_office (organization_id, id)
) {strict};
CREATE UNIQUE INDEX event_box_office_slug ON event (organization_id, box_office_id, slug)
  WHERE box_office_id IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX event_loose_slug ON event (organization_id, slug)
  WHERE box_office_id IS NULL AND deleted_at IS NULL;
CREATE INDEX event_slug ON event (organization_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX event_start ON event (organization_id, effective_start, id) WHERE deleted_at IS NULL;
CREATE INDEX event_updated ON event (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX event_venue ON event (organization_id, venue_id, venue_date, venue_start, id)
  WHERE venue_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX event_venue_start ON event (organization_id, venue_id, effective_start, id)
  WHERE venue_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX event_channel ON event (organization_id, channel_id, effective_start, number)
  WHERE channel_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX event_box_office ON event (organization_id, box_office_id, effective_start, id)
  WHERE box_office_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX event_series ON event (organization_id, series_id, effective_start, id)
  WHERE series_id IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX event_external ON event (organization_id, external_source, external_id)
  WHERE external_source IS NOT NULL AND deleted_at IS NULL;

-- The CHECK makes an oversold row impossible, whatever a statement does.
CREATE TABLE ticket_type (
  organization_id {id} NOT NULL,
  event_id {id} NOT NULL,
  id {id} NOT NULL,
  position {int} NOT NULL,
  name {text} NOT NULL,
  description {text},
  price_minor {int} NOT NULL CHECK (price_minor >= 0),
  quantity {int} NOT NULL CHECK (quantity >= 0),
  sold {int} NOT NULL DEFAULT 0 CHECK (sold >= 0),
  held {int} NOT NULL DEFAULT 0 CHECK (held >= 0),
  sale_starts_at {int},
  sale_ends_at {int},
  min_per_order {int} NOT NULL DEFAULT 1 CHECK (min_per_order >= 1),
  max_per_order {int},
  hidden {bool} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int},
  PRIMARY KEY (organization_id, event_id, id),
  CONSTRAINT ticket_type_stock CHECK (sold + held <= quantity),
  FOREIGN KEY (organization_id, event_id) REFERENCES event (organization_id, id)
) {strict};
CREATE UNIQUE INDEX ticket_type_id ON ticket_type (organization_id, id);
CREATE INDEX ticket_type_live ON ticket_type (organization_id, event_id, position) WHERE deleted_at IS NULL;

-- Folded words of title, description and venue name; a prefix is a range.
CREATE TABLE search_term (
  organization_id {id} NOT NULL,
  term {text} NOT NULL,
  event_id {id} NOT NULL,
  PRIMARY KEY (organization_id, term, event_id)
) {clustered};
CREATE INDEX search_term_event ON search_term (organization_id, event_id);

CREATE TABLE classification (
  number {int} PRIMARY KEY,
  slug {text} NOT NULL UNIQUE,
  name {text} NOT NULL
) {strict};

CREATE TABLE api_key (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  account_id {id} REFERENCES account (id),
  family {text} NOT NULL CHECK (family IN ('channel', 'venue', 'box_office', 'developer', 'native')),
  label {text} NOT NULL,
  prefix {text} NOT NULL,
  hint {text} NOT NULL,
  hash {bytes} NOT NULL UNIQUE,
  scopes {text} NOT NULL,
  venue_id {id},
  channel_id {id},
  box_office_id {id},
  event_id {id},
  expires_at {int},
  disabled {bool} NOT NULL,
  rate_limit_per_minute {int},
  created_at {int} NOT NULL,
  last_used_at {int},
  -- May lie ahead: a rotated key works until its grace ends.
  revoked_at {int},
  version {int} NOT NULL DEFAULT 1,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, venue_id) REFERENCES venue (organization_id, id),
  FOREIGN KEY (organization_id, channel_id) REFERENCES channel (organization_id, id),
  FOREIGN KEY (organization_id, box_office_id) REFERENCES box_office (organization_id, id),
  FOREIGN KEY (organization_id, event_id) REFERENCES event (organization_id, id)
) {strict};
CREATE INDEX api_key_box_office ON api_key (organization_id, box_office_id) WHERE box_office_id IS NOT NULL;
CREATE INDEX api_key_account ON api_key (account_id, family, created_at);

CREATE TABLE media (
  organization_id {id} NOT NULL REFERENCES organization (id),
  id {id} NOT NULL,
  number {int} NOT NULL UNIQUE,
  account_id {id} REFERENCES account (id),
  mime_type {text} NOT NULL,
  width {int} NOT NULL,
  height {int} NOT NULL,
  size {int} NOT NULL,
  alt {text},
  created_at {int} NOT NULL,
  PRIMARY KEY (organization_id, id)
) {strict};

-- Bytes of media in pieces, so that no row is larger than a page cache likes.
CREATE TABLE media_chunk (
  organization_id {id} NOT NULL,
  media_id {id} NOT NULL,
  part {int} NOT NULL,
  bytes {bytes} NOT NULL,
  PRIMARY KEY (organization_id, media_id, part),
  FOREIGN KEY (organization_id, media_id) REFERENCES media (organization_id, id)
) {strict};

CREATE TABLE idempotency (
  organization_id {id} NOT NULL,
  principal {id} NOT NULL,
  route {text} NOT NULL,
  key {text} NOT NULL,
  fingerprint {bytes} NOT NULL,
  status {int} NOT NULL,
  headers {text} NOT NULL,
  body {bytes} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  PRIMARY KEY (organization_id, principal, route, key)
) {strict};
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

CREATE TABLE change (
  organization_id {id} NOT NULL,
  seq {int} NOT NULL,
  id {id} NOT NULL,
  at {int} NOT NULL,
  kind {text} NOT NULL,
  resource {text} NOT NULL,
  resource_id {id} NOT NULL,
  data {text},
  PRIMARY KEY (organization_id, seq)
) {strict};

CREATE TABLE audit (
  organization_id {id} NOT NULL,
  id {id} NOT NULL,
  at {int} NOT NULL,
  key_id {id},
  account_id {id},
  action {text} NOT NULL,
  resource {text} NOT NULL,
  resource_id {id} NOT NULL,
  request_id {text} NOT NULL,
  PRIMARY KEY (organization_id, id)
) {strict};
