-- row: add-unique

-- case: add-unique
-- contexts: plain rich inherited
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)

-- case: add-unique-partitioned-refused
-- contexts: partitioned
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)

-- case: add-unique-with-key
ALTER TABLE users ADD UNIQUE (id, email)

-- case: add-unique-deferrable
ALTER TABLE orders ADD CONSTRAINT orders_user_key UNIQUE (user_id) DEFERRABLE

-- case: add-unique-using-index
ALTER TABLE orders ADD CONSTRAINT orders_room_key UNIQUE USING INDEX orders_room_idx

-- case: add-unique-using-not-unique
ALTER TABLE orders ADD CONSTRAINT orders_state_key UNIQUE USING INDEX orders_state_idx

-- case: add-unique-nulls
-- from: 15
ALTER TABLE orders ADD UNIQUE NULLS NOT DISTINCT (user_id)

-- case: add-primary-key
ALTER TABLE bare ADD PRIMARY KEY (id)

-- case: add-primary-key-not-null
-- setup: ALTER TABLE bare ALTER COLUMN id SET NOT NULL
ALTER TABLE bare ADD PRIMARY KEY (id)

-- case: add-primary-key-proven
-- setup: ALTER TABLE bare ADD CONSTRAINT bare_id_set CHECK (id IS NOT NULL)
ALTER TABLE bare ADD CONSTRAINT bare_pkey PRIMARY KEY (id)

-- case: add-primary-key-twice
ALTER TABLE users ADD PRIMARY KEY (nick)

-- case: drop-unique
ALTER TABLE orders DROP CONSTRAINT orders_number_key

-- case: drop-unique-referenced
ALTER TABLE orgs DROP CONSTRAINT orgs_code_key

-- case: drop-unique-referenced-cascade
ALTER TABLE orgs DROP CONSTRAINT orgs_code_key CASCADE

-- case: drop-primary-key
ALTER TABLE users DROP CONSTRAINT users_pkey

-- case: add-unique-partition-key
-- contexts: plain
ALTER TABLE logs ADD UNIQUE (day, level)

-- case: add-primary-key-partitioned
-- contexts: plain
ALTER TABLE zones ADD PRIMARY KEY (id, region)

-- case: add-unique-only-partitioned
-- contexts: plain
ALTER TABLE ONLY logs ADD CONSTRAINT logs_level_key UNIQUE (day, level)

-- row: primary-key-swap

-- case: swap-key
-- contexts: plain
-- setup: ALTER TABLE drafts ADD COLUMN key bigint; UPDATE drafts SET key = id; ALTER TABLE drafts ALTER COLUMN key SET NOT NULL; CREATE UNIQUE INDEX drafts_new ON drafts (key)
ALTER TABLE drafts DROP CONSTRAINT drafts_pkey, ADD CONSTRAINT drafts_pkey PRIMARY KEY USING INDEX drafts_new

-- case: swap-key-nullable
-- contexts: plain
-- setup: ALTER TABLE drafts ADD COLUMN key bigint; UPDATE drafts SET key = id; CREATE UNIQUE INDEX drafts_new ON drafts (key)
ALTER TABLE drafts DROP CONSTRAINT drafts_pkey, ADD CONSTRAINT drafts_pkey PRIMARY KEY USING INDEX drafts_new

-- case: swap-key-proven
-- contexts: plain
-- setup: ALTER TABLE drafts ADD COLUMN key bigint; UPDATE drafts SET key = id; ALTER TABLE drafts ADD CONSTRAINT drafts_key_set CHECK (key IS NOT NULL); CREATE UNIQUE INDEX drafts_new ON drafts (key)
ALTER TABLE drafts DROP CONSTRAINT drafts_pkey, ADD CONSTRAINT drafts_pkey PRIMARY KEY USING INDEX drafts_new

-- case: swap-key-not-valid
-- from: 18
-- contexts: plain
-- setup: ALTER TABLE drafts ADD COLUMN key bigint; UPDATE drafts SET key = id; ALTER TABLE drafts ADD CONSTRAINT drafts_key_set NOT NULL key NOT VALID; CREATE UNIQUE INDEX drafts_new ON drafts (key)
ALTER TABLE drafts DROP CONSTRAINT drafts_pkey, ADD CONSTRAINT drafts_pkey PRIMARY KEY USING INDEX drafts_new

-- case: swap-key-orders
ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_room_idx

-- case: swap-key-referenced
-- contexts: plain rich
-- setup: CREATE UNIQUE INDEX orgs_new ON orgs (size)
ALTER TABLE orgs DROP CONSTRAINT orgs_pkey, ADD CONSTRAINT orgs_pkey PRIMARY KEY USING INDEX orgs_new

-- case: key-using-index
-- contexts: plain
-- setup: CREATE UNIQUE INDEX bare_new ON bare (id)
ALTER TABLE bare ADD CONSTRAINT bare_pkey PRIMARY KEY USING INDEX bare_new

-- case: swap-key-build
-- contexts: plain
ALTER TABLE drafts DROP CONSTRAINT drafts_pkey, ADD PRIMARY KEY (id, body)

-- row: add-exclude

-- case: exclude-range
ALTER TABLE orders ADD CONSTRAINT orders_no_overlap EXCLUDE USING gist (during WITH &&)

-- case: exclude-box
ALTER TABLE users ADD EXCLUDE USING gist (area WITH &&)

-- case: exclude-btree
ALTER TABLE orders ADD CONSTRAINT orders_one EXCLUDE (number WITH =)

-- case: exclude-partial
ALTER TABLE orders ADD EXCLUDE USING gist (during WITH &&) WHERE (room > 0)

-- case: drop-exclude
-- contexts: plain
-- setup: ALTER TABLE bare ADD CONSTRAINT bare_one EXCLUDE (id WITH =)
ALTER TABLE bare DROP CONSTRAINT bare_one

-- row: create-index

-- case: create-index
CREATE INDEX ON users (age)

-- case: create-unique-index
CREATE UNIQUE INDEX users_uid_idx ON users (uid, id)

-- case: create-unique-index-partition
CREATE UNIQUE INDEX users_uid_idx ON users (uid)

-- case: create-index-partial
CREATE INDEX users_active_idx ON users (name) WHERE active

-- case: create-index-expression
CREATE INDEX users_lower_idx ON users (lower(email))

-- case: create-index-gin
CREATE INDEX users_docb_idx ON users USING gin (docb)

-- case: create-index-only
CREATE INDEX users_age_only_idx ON ONLY users (age)

-- case: create-index-if-not-exists
CREATE INDEX IF NOT EXISTS orders_state_idx ON orders (user_id)

-- case: create-index-exists
CREATE INDEX orders_state_idx ON orders (user_id)

-- case: create-index-concurrently
CREATE INDEX CONCURRENTLY users_age2_idx ON users (age)

-- case: create-unique-index-concurrently
CREATE UNIQUE INDEX CONCURRENTLY orders_user_idx ON orders (user_id)

-- case: create-index-concurrently-there
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_state_idx ON orders (user_id)

-- case: create-index-matview
CREATE INDEX ON order_totals (placed)

-- case: create-index-immutable-refused
CREATE INDEX users_now_idx ON users (name) WHERE seen > now()

-- case: create-index-partitioned
-- contexts: plain
CREATE INDEX ON logs (text)

-- case: create-index-concurrently-partition
-- contexts: plain
CREATE INDEX CONCURRENTLY ON logs_2024 (text)

-- case: attach-index
-- contexts: plain
-- setup: CREATE INDEX logs_text_idx ON ONLY logs (text); CREATE INDEX logs_2024_text ON logs_2024 (text)
ALTER INDEX logs_text_idx ATTACH PARTITION logs_2024_text

-- row: drop-index

-- case: drop-index
DROP INDEX orders_state_idx

-- case: drop-index-two
DROP INDEX orders_state_idx, orders_room_idx

-- case: drop-index-constraint
DROP INDEX orders_number_key

-- case: drop-index-if-exists
DROP INDEX IF EXISTS nothing

-- case: drop-index-missing
DROP INDEX nothing

-- case: drop-index-concurrently
DROP INDEX CONCURRENTLY orders_state_idx

-- case: drop-index-concurrently-unique
DROP INDEX CONCURRENTLY IF EXISTS orders_room_idx

-- case: drop-index-partitioned
-- contexts: plain
DROP INDEX logs_level_idx

-- case: drop-index-partitioned-concurrently
-- contexts: plain
DROP INDEX CONCURRENTLY logs_level_idx

-- case: drop-index-of-partition
-- contexts: plain
DROP INDEX logs_2024_level_idx

-- row: reindex

-- case: reindex-table
REINDEX TABLE orders

-- case: reindex-index
REINDEX INDEX orders_state_idx

-- case: reindex-table-concurrently
REINDEX TABLE CONCURRENTLY orders

-- case: reindex-index-concurrently
REINDEX INDEX CONCURRENTLY orders_pkey

-- case: reindex-options
REINDEX (VERBOSE, CONCURRENTLY TRUE) TABLE drafts

-- case: reindex-no-indexes
REINDEX TABLE bare

-- case: reindex-users
-- contexts: plain rich inherited
REINDEX TABLE users
