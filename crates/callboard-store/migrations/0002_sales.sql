-- Sales: holds, orders, tickets, check-ins, and the ledger of every ticket type. Only adds.

-- The end of the type's ledger stands on the row that every move of stock locks anyway.
ALTER TABLE ticket_type ADD COLUMN ledger_seq {int} NOT NULL DEFAULT 0;
ALTER TABLE ticket_type ADD COLUMN ledger_hash {bytes};

CREATE TABLE hold (
  organization_id {id} NOT NULL,
  id {id} NOT NULL,
  event_id {id} NOT NULL,
  expires_at {int} NOT NULL,
  released_at {int},
  order_id {id},
  created_at {int} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, event_id) REFERENCES event (organization_id, id)
) {strict};

-- ended_at is set when its stock is given back or sold; until then its quantity is part of ticket_type.held.
CREATE TABLE hold_item (
  organization_id {id} NOT NULL,
  hold_id {id} NOT NULL,
  ticket_type_id {id} NOT NULL,
  position {int} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity >= 1),
  expires_at {int} NOT NULL,
  ended_at {int},
  PRIMARY KEY (organization_id, hold_id, ticket_type_id),
  FOREIGN KEY (organization_id, hold_id) REFERENCES hold (organization_id, id),
  FOREIGN KEY (organization_id, ticket_type_id) REFERENCES ticket_type (organization_id, id)
) {strict};
CREATE INDEX hold_item_live ON hold_item (organization_id, ticket_type_id, expires_at, quantity) WHERE ended_at IS NULL;

-- One id per organization and folded e-mail address.
CREATE TABLE attendee (
  organization_id {id} NOT NULL REFERENCES organization (id),
  email_folded {text} NOT NULL,
  id {id} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (organization_id, email_folded)
) {strict};

CREATE TABLE ticket_order (
  organization_id {id} NOT NULL,
  id {id} NOT NULL,
  number {text} NOT NULL,
  event_id {id} NOT NULL,
  status {text} NOT NULL CHECK (status IN ('completed', 'cancelled', 'refunded')),
  total {int} NOT NULL CHECK (total >= 0),
  currency {text} NOT NULL,
  buyer_name {text} NOT NULL,
  buyer_email {text} NOT NULL,
  attendee_id {id} NOT NULL,
  payment_method {text} NOT NULL CHECK (payment_method IN ('free', 'door', 'external')),
  payment_reference {text},
  hold_id {id},
  version {int} NOT NULL DEFAULT 1,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, event_id) REFERENCES event (organization_id, id)
) {strict};
CREATE UNIQUE INDEX ticket_order_number ON ticket_order (organization_id, number);
CREATE INDEX ticket_order_created ON ticket_order (organization_id, created_at, id);
CREATE INDEX ticket_order_event ON ticket_order (organization_id, event_id, created_at, id);

CREATE TABLE order_item (
  organization_id {id} NOT NULL,
  order_id {id} NOT NULL,
  position {int} NOT NULL,
  ticket_type_id {id} NOT NULL,
  quantity {int} NOT NULL CHECK (quantity >= 1),
  price_minor {int} NOT NULL CHECK (price_minor >= 0),
  PRIMARY KEY (organization_id, order_id, position),
  FOREIGN KEY (organization_id, order_id) REFERENCES ticket_order (organization_id, id),
  FOREIGN KEY (organization_id, ticket_type_id) REFERENCES ticket_type (organization_id, id)
) {strict};

-- The code is 130 random bits: whoever has it has the ticket.
CREATE TABLE ticket (
  organization_id {id} NOT NULL,
  id {id} NOT NULL,
  order_id {id} NOT NULL,
  position {int} NOT NULL,
  event_id {id} NOT NULL,
  ticket_type_id {id} NOT NULL,
  code {text} NOT NULL,
  status {text} NOT NULL CHECK (status IN ('valid', 'void')),
  check_in_id {id},
  checked_in_at {int},
  gate {text},
  PRIMARY KEY (organization_id, id),
  CHECK ((check_in_id IS NULL) = (checked_in_at IS NULL)),
  FOREIGN KEY (organization_id, order_id) REFERENCES ticket_order (organization_id, id)
) {strict};
CREATE UNIQUE INDEX ticket_code ON ticket (organization_id, code);
CREATE INDEX ticket_of_order ON ticket (organization_id, order_id, position);
CREATE UNIQUE INDEX ticket_check_in ON ticket (organization_id, check_in_id) WHERE check_in_id IS NOT NULL;

-- Admissions, undone ones too.
CREATE TABLE check_in (
  organization_id {id} NOT NULL,
  id {id} NOT NULL,
  ticket_id {id} NOT NULL,
  at {int} NOT NULL,
  gate {text},
  undone_at {int},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, ticket_id) REFERENCES ticket (organization_id, id)
) {strict};

-- Append-only: each row's hash is made of what it says and of the hash before it.
CREATE TABLE ledger (
  organization_id {id} NOT NULL,
  ticket_type_id {id} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  kind {text} NOT NULL,
  quantity_delta {int} NOT NULL,
  sold_delta {int} NOT NULL,
  held_delta {int} NOT NULL,
  quantity {int} NOT NULL,
  sold {int} NOT NULL,
  held {int} NOT NULL,
  reference {id},
  prev_hash {bytes} NOT NULL,
  hash {bytes} NOT NULL,
  PRIMARY KEY (organization_id, ticket_type_id, seq),
  CHECK (sold >= 0 AND held >= 0 AND sold + held <= quantity)
) {strict};
