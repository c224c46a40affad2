-- row: enum-add-value

-- case: enum-add
ALTER TYPE mood ADD VALUE 'calm'

-- case: enum-add-before
ALTER TYPE mood ADD VALUE 'calm' BEFORE 'ok'

-- case: enum-add-there
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok'

-- case: enum-add-twice
ALTER TYPE mood ADD VALUE 'ok'

-- case: enum-add-and-use
-- before: ALTER TYPE mood ADD VALUE 'calm'
ALTER TABLE users ALTER COLUMN feeling SET DEFAULT 'calm'

-- case: enum-add-and-use-check
-- before: ALTER TYPE mood ADD VALUE 'calm' AFTER 'ok'
ALTER TABLE orders ADD CHECK (feeling <> 'calm') NOT VALID

-- row: enum-rename

-- case: enum-rename-value
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'

-- case: enum-rename-type
ALTER TYPE mood RENAME TO feeling

-- case: enum-rename-missing
ALTER TYPE mood RENAME VALUE 'none' TO 'fine'

-- case: enum-drop-used
DROP TYPE mood

-- case: enum-drop-unused
DROP TYPE color

-- case: enum-create
CREATE TYPE size AS ENUM ('s', 'm')

-- row: alter-domain

-- case: domain-add-check
ALTER DOMAIN positive ADD CONSTRAINT positive_small CHECK (VALUE < 1000)

-- case: domain-add-check-not-valid
ALTER DOMAIN positive ADD CONSTRAINT positive_small CHECK (VALUE < 1000) NOT VALID

-- case: domain-validate
-- setup: ALTER DOMAIN positive ADD CONSTRAINT positive_small CHECK (VALUE < 1000) NOT VALID
ALTER DOMAIN positive VALIDATE CONSTRAINT positive_small

-- case: domain-set-not-null
-- contexts: rich plain partitioned
ALTER DOMAIN label SET NOT NULL

-- case: domain-set-not-null-rows
-- contexts: plain
ALTER DOMAIN positive SET NOT NULL

-- case: domain-drop-not-null
ALTER DOMAIN label DROP NOT NULL

-- case: domain-set-default
ALTER DOMAIN label SET DEFAULT 'x'

-- case: domain-unused-check
ALTER DOMAIN unused ADD CHECK (VALUE > 0)

-- case: domain-drop-check
ALTER DOMAIN positive DROP CONSTRAINT positive_check

-- row: attach-partition

-- case: attach
-- contexts: plain
ALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: attach-checked
-- contexts: plain
-- setup: ALTER TABLE logs_2025 ADD CONSTRAINT logs_2025_day CHECK (day >= '2025-01-01' AND day < '2026-01-01')
ALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: attach-default-checked
-- contexts: plain
-- setup: ALTER TABLE logs_rest ADD CONSTRAINT logs_rest_day CHECK (NOT (day >= '2025-01-01' AND day < '2026-01-01')); ALTER TABLE logs_2025 ADD CONSTRAINT logs_2025_day CHECK (day >= '2025-01-01' AND day < '2026-01-01')
ALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: attach-not-valid-check
-- contexts: plain
-- setup: ALTER TABLE logs_2025 ADD CONSTRAINT logs_2025_day CHECK (day >= '2025-01-01' AND day < '2026-01-01') NOT VALID
ALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: attach-indexed
-- contexts: plain
-- setup: CREATE UNIQUE INDEX logs_2025_key ON logs_2025 (id, day); CREATE INDEX logs_2025_level ON logs_2025 (level)
ALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: attach-all-ready
-- contexts: plain
-- setup: ALTER TABLE logs_2025 ADD CONSTRAINT logs_2025_pkey PRIMARY KEY (id, day); CREATE INDEX logs_2025_level ON logs_2025 (level); ALTER TABLE logs_2025 ADD CHECK (day >= '2025-01-01' AND day < '2026-01-01')
ALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: attach-list
-- contexts: plain
ALTER TABLE zones ATTACH PARTITION zones_west FOR VALUES IN ('w')

-- case: attach-list-checked
-- contexts: plain
-- setup: ALTER TABLE zones_west ADD CHECK (region = 'w')
ALTER TABLE zones ATTACH PARTITION zones_west FOR VALUES IN ('w')

-- case: attach-default
-- contexts: plain
-- setup: ALTER TABLE zones_west ADD CHECK (region NOT IN ('n', 'nn', 's'))
ALTER TABLE zones ATTACH PARTITION zones_west DEFAULT

-- case: attach-nested
-- contexts: plain
-- setup: UPDATE zones_west SET id = 250, region = 's'
ALTER TABLE zones_south ATTACH PARTITION zones_west FOR VALUES FROM (200) TO (300)

-- case: attach-foreign-key
-- contexts: plain
-- setup: ALTER TABLE logs ADD CONSTRAINT logs_org_fkey FOREIGN KEY (org_id) REFERENCES orgs
ALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: attach-already
-- contexts: plain
ALTER TABLE logs ATTACH PARTITION logs_2024 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: inherit
-- contexts: plain
-- setup: CREATE TABLE guests (id integer, name text, CONSTRAINT people_name_check CHECK (name <> ''))
ALTER TABLE guests INHERIT people

-- case: no-inherit
-- contexts: plain
ALTER TABLE staff NO INHERIT people

-- row: partition-of

-- case: partition-of
-- contexts: plain
CREATE TABLE logs_new PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')

-- case: partition-of-list
-- contexts: plain
CREATE TABLE zones_east PARTITION OF zones FOR VALUES IN ('e')

-- case: partition-of-default
-- contexts: plain
CREATE TABLE zones_rest PARTITION OF zones DEFAULT

-- case: partition-of-nested
-- contexts: plain
CREATE TABLE zones_south_high PARTITION OF zones_south FOR VALUES FROM (100) TO (200)

-- case: partition-of-users
-- contexts: partitioned
CREATE TABLE users_next PARTITION OF users FOR VALUES FROM (200) TO (300)

-- case: create-inherits
-- contexts: plain
CREATE TABLE guests (visits integer) INHERITS (people)

-- case: create-table-references
CREATE TABLE visits (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), org_id bigint REFERENCES orgs)

-- case: create-table-like
CREATE TABLE users_copy (LIKE users INCLUDING ALL)

-- case: create-table-as
-- contexts: plain
CREATE TABLE order_copy AS SELECT * FROM orders

-- case: create-table-there
-- contexts: plain
CREATE TABLE IF NOT EXISTS orgs (id bigint)

-- row: detach-partition

-- case: detach
-- contexts: plain
ALTER TABLE logs DETACH PARTITION logs_2023

-- case: detach-no-default
-- contexts: plain
ALTER TABLE zones DETACH PARTITION zones_north

-- case: detach-concurrently
-- contexts: plain
ALTER TABLE zones DETACH PARTITION zones_north CONCURRENTLY

-- case: detach-concurrently-default
-- contexts: plain
ALTER TABLE logs DETACH PARTITION logs_2024 CONCURRENTLY

-- case: detach-users
-- contexts: partitioned
ALTER TABLE users DETACH PARTITION users_high

-- case: detach-subpartitioned
-- contexts: plain
ALTER TABLE zones DETACH PARTITION zones_south

-- case: detach-not-a-partition
-- contexts: plain
ALTER TABLE logs DETACH PARTITION logs_2025
