-- row: refresh

-- case: refresh
REFRESH MATERIALIZED VIEW order_totals

-- case: refresh-concurrently
REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals

-- case: refresh-no-data
REFRESH MATERIALIZED VIEW order_totals WITH NO DATA

-- case: refresh-concurrently-no-unique
-- setup: DROP INDEX order_totals_key
REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals

-- case: create-materialized-view
CREATE MATERIALIZED VIEW user_names AS SELECT name FROM users

-- case: create-view
CREATE VIEW user_names AS SELECT name FROM users

-- case: replace-view
CREATE OR REPLACE VIEW order_list AS SELECT number, placed, state, total FROM orders

-- case: drop-materialized-view
DROP MATERIALIZED VIEW order_totals

-- row: trigger-policy

-- case: create-trigger
CREATE TRIGGER users_keep BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION keep_row()

-- case: create-trigger-after
CREATE TRIGGER users_tell AFTER INSERT ON users FOR EACH STATEMENT EXECUTE FUNCTION keep_row()

-- case: replace-trigger
CREATE OR REPLACE TRIGGER orders_keep BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION keep_row()

-- case: create-constraint-trigger
CREATE CONSTRAINT TRIGGER orders_late AFTER UPDATE ON orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION keep_row()

-- case: disable-trigger
ALTER TABLE orders DISABLE TRIGGER orders_keep

-- case: enable-trigger-user
ALTER TABLE users ENABLE TRIGGER USER

-- case: enable-trigger-always
ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_keep

-- case: drop-trigger
DROP TRIGGER orders_keep ON orders

-- case: drop-trigger-of-all
-- setup: CREATE TRIGGER users_keep BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION keep_row()
DROP TRIGGER users_keep ON users

-- case: drop-trigger-of-statements
-- setup: CREATE TRIGGER users_keep AFTER UPDATE ON users FOR EACH STATEMENT EXECUTE FUNCTION keep_row()
DROP TRIGGER users_keep ON users

-- case: drop-trigger-if-exists
DROP TRIGGER IF EXISTS nothing ON orders

-- case: drop-trigger-missing
DROP TRIGGER nothing ON orders

-- case: create-rule
CREATE RULE users_rule AS ON DELETE TO users DO INSTEAD NOTHING

-- case: drop-rule
DROP RULE orders_rule ON orders

-- case: enable-rls
ALTER TABLE users ENABLE ROW LEVEL SECURITY

-- case: force-rls
ALTER TABLE orders FORCE ROW LEVEL SECURITY

-- case: create-policy
CREATE POLICY users_own ON users USING (age > 0)

-- case: alter-policy
ALTER POLICY orders_policy ON orders USING (number > 1)

-- case: drop-policy-of-all
-- setup: CREATE POLICY users_all ON users USING (true)
DROP POLICY users_all ON users

-- case: drop-rule-of-all
-- setup: CREATE RULE users_none AS ON DELETE TO users DO INSTEAD NOTHING
DROP RULE users_none ON users

-- case: drop-policy
DROP POLICY orders_policy ON orders

-- case: rename-trigger
ALTER TRIGGER orders_keep ON orders RENAME TO orders_kept

-- row: storage-owner

-- case: replica-identity
ALTER TABLE users REPLICA IDENTITY FULL

-- case: replica-identity-index
ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_number_key

-- case: set-storage
ALTER TABLE users ALTER COLUMN name SET STORAGE EXTERNAL

-- case: set-compression
ALTER TABLE users ALTER COLUMN name SET COMPRESSION pglz

-- case: owner
ALTER TABLE users OWNER TO CURRENT_USER

-- case: owner-view
ALTER VIEW order_list OWNER TO CURRENT_USER

-- case: set-options
ALTER TABLE users ALTER COLUMN name SET (n_distinct = 5)

-- case: access-method
-- from: 15
ALTER TABLE orders SET ACCESS METHOD heap

-- row: new-file

-- case: set-unlogged
ALTER TABLE bare SET UNLOGGED

-- case: set-unlogged-referenced
ALTER TABLE orgs SET UNLOGGED

-- case: set-logged
ALTER TABLE drafts SET LOGGED

-- case: set-logged-already
ALTER TABLE bare SET LOGGED

-- case: cluster
CLUSTER orders USING orders_pkey

-- case: cluster-none
CLUSTER bare

-- case: vacuum-full
VACUUM FULL orders

-- case: vacuum-full-options
-- contexts: plain rich
VACUUM (FULL, ANALYZE) users

-- case: vacuum
VACUUM (ANALYZE) orders

-- case: truncate
TRUNCATE orders

-- case: truncate-users
TRUNCATE TABLE users

-- case: truncate-cascade
TRUNCATE orgs CASCADE

-- case: truncate-only
-- contexts: plain
TRUNCATE ONLY people

-- case: truncate-both
TRUNCATE users, orders RESTART IDENTITY

-- row: options-comment

-- case: fillfactor
ALTER TABLE users SET (fillfactor = 80)

-- case: fillfactor-orders
ALTER TABLE orders SET (fillfactor = 80, autovacuum_enabled = false)

-- case: autovacuum
ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_enabled = false)

-- case: reset-option
ALTER TABLE orders RESET (fillfactor)

-- case: set-statistics
ALTER TABLE users ALTER COLUMN name SET STATISTICS 500

-- case: create-statistics
CREATE STATISTICS users_more ON name, email FROM users

-- case: drop-statistics
DROP STATISTICS orders_stats

-- case: comment-table
COMMENT ON TABLE users IS 'people'

-- case: comment-column
COMMENT ON COLUMN users.name IS 'full'

-- case: comment-index
COMMENT ON INDEX orders_state_idx IS 'x'

-- case: comment-constraint
COMMENT ON CONSTRAINT orders_total_check ON orders IS 'x'

-- case: publication-create
CREATE PUBLICATION feed FOR TABLE users

-- case: publication-add
-- contexts: plain
-- setup: CREATE PUBLICATION feed FOR TABLE bare
ALTER PUBLICATION feed ADD TABLE orders

-- case: publication-drop
-- contexts: plain
-- setup: CREATE PUBLICATION feed FOR TABLE bare, orders
ALTER PUBLICATION feed DROP TABLE orders

-- case: grant
GRANT SELECT ON users TO PUBLIC

-- case: analyze
ANALYZE users

-- case: analyze-in-transaction
-- before: SELECT 1
ANALYZE users

-- case: analyze-several-in-transaction
-- before: SELECT 1
ANALYZE orders, users (id)

-- case: analyze-only-in-transaction
-- from: 18
-- before: SELECT 1
ANALYZE ONLY users

-- case: index-fillfactor
ALTER INDEX orders_state_idx SET (fillfactor = 80)

-- case: cluster-on
ALTER TABLE orders CLUSTER ON orders_pkey

-- row: drop-table

-- case: drop-table
DROP TABLE bare

-- case: drop-table-referencing
-- setup: CREATE TABLE leaf (org_id bigint REFERENCES orgs, user_id bigint REFERENCES users (id))
DROP TABLE leaf

-- case: drop-table-referenced
DROP TABLE orgs

-- case: drop-table-cascade
DROP TABLE orders CASCADE

-- case: drop-users
DROP TABLE users

-- case: drop-users-cascade
DROP TABLE users CASCADE

-- case: drop-table-viewed
DROP TABLE orders

-- case: drop-table-if-exists
DROP TABLE IF EXISTS nothing

-- case: drop-table-missing
DROP TABLE nothing

-- case: drop-partition
-- contexts: plain
DROP TABLE logs_2023

-- case: drop-partitioned
-- contexts: plain
DROP TABLE logs

-- case: drop-view
DROP VIEW order_list CASCADE

-- case: drop-view-used
DROP VIEW order_list

-- case: drop-two
DROP TABLE bare, drafts

-- case: drop-inheritance-parent
-- contexts: plain
DROP TABLE people CASCADE

-- row: shape

-- case: shape-check-then-validate
-- before: ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0) NOT VALID
ALTER TABLE users VALIDATE CONSTRAINT users_age_check

-- case: shape-column-then-index
-- before: ALTER TABLE users ADD COLUMN phone text
CREATE INDEX users_phone_idx ON users (phone)

-- case: shape-column-then-update
-- before: ALTER TABLE users ADD COLUMN phone text
UPDATE users SET phone = ''

-- case: shape-create-then-index
-- before: CREATE TABLE visits (id bigint, user_id bigint)
CREATE INDEX visits_user_idx ON visits (user_id)

-- case: shape-create-then-foreign-key
-- before: CREATE TABLE visits (id bigint, user_id bigint)
ALTER TABLE visits ADD CONSTRAINT visits_user_fkey FOREIGN KEY (user_id) REFERENCES users (id)

-- case: shape-concurrently-in-transaction
-- before: SELECT 1
CREATE INDEX CONCURRENTLY users_age2_idx ON users (age)

-- case: shape-drop-concurrently-in-transaction
-- before: SELECT 1
DROP INDEX CONCURRENTLY orders_state_idx

-- case: shape-vacuum-in-transaction
-- before: SELECT 1
VACUUM orders

-- case: shape-two-tables
-- before: ALTER TABLE orders ADD COLUMN a text
ALTER TABLE users ADD COLUMN a text

-- case: shape-fill
UPDATE users SET name = '' WHERE name IS NULL

-- case: shape-insert-select
INSERT INTO bare SELECT id FROM orders

-- case: shape-delete
DELETE FROM bare

-- case: shape-lock
LOCK TABLE orders IN SHARE MODE
