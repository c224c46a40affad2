import type { HazardContext } from './hazard-case';

const TYPES = `
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE color AS ENUM ('red', 'green');
CREATE TYPE address AS (street text, town text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN label AS text;
CREATE DOMAIN short_label AS varchar(40);
CREATE DOMAIN required AS text NOT NULL;
CREATE DOMAIN unused AS integer;
CREATE FUNCTION next_code() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT md5(random()::text)';
CREATE FUNCTION fixed_code() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::text';
CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE SEQUENCE codes;`;

const USERS_COLUMNS = `
  id bigint NOT NULL, org_id bigint, org_code varchar(20), name text, email varchar(50), nick varchar(20) NOT NULL,
  age integer, rank smallint, small smallint, ratio real, price numeric(10,2), amount numeric(8), born timestamp, seen timestamptz,
  at_time time(3), day date, span interval(3), flags bit(8), bits varbit(8), net cidr, doc json, docb jsonb, note xml, uid uuid,
  feeling mood, fixed char(10), tags varchar(10)[], points positive, title label, area box, active boolean DEFAULT true,
  country text DEFAULT 'CH', twice integer GENERATED ALWAYS AS (rank * 2) STORED`;

/** Ten rows that satisfy every constraint. */
const USERS_ROWS = `
INSERT INTO users (id, org_id, org_code, name, email, nick, age, rank, small, ratio, price, amount, born, seen, at_time, day, span, flags, bits, net, doc, docb, uid, feeling, fixed, tags, points, title, area)
SELECT i, 1, 'a', 'name ' || i, 'mail' || i, 'nick' || i, i, i, i, i, i, i, '2024-01-01', '2024-01-01', '10:00', '2024-01-01', '1 day', B'10101010', B'1010', '10.0.0.0/8',
  '{}', '{}', ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, 'ok', 'x', '{a}', i, 'title', box(point(i, i), point(i + 0.5, i + 0.5))
FROM generate_series(1, 10) i;`;

/** Tables that are the same in every context. */
const OTHERS = `
CREATE TABLE orgs (id bigint PRIMARY KEY, code varchar(20) CONSTRAINT orgs_code_key UNIQUE, name text, size integer);
INSERT INTO orgs VALUES (1, 'a', 'first', 1), (2, 'b', 'second', 2);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT orders_pkey PRIMARY KEY, user_id bigint, org_id bigint CONSTRAINT orders_org_fkey REFERENCES orgs,
  number integer NOT NULL CONSTRAINT orders_number_key UNIQUE, total numeric(10,2) CONSTRAINT orders_total_check CHECK (total >= 0), state text DEFAULT 'new',
  placed timestamptz NOT NULL DEFAULT now(), feeling mood, room integer, floor integer, during tsrange, points positive, half integer GENERATED ALWAYS AS (room / 2) STORED);
INSERT INTO orders (org_id, number, total, user_id, room, points) SELECT 1, i, i, i, i, i FROM generate_series(1, 10) i;
ALTER TABLE orders ADD CONSTRAINT orders_state_check CHECK (state <> '') NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_room_set CHECK (room IS NOT NULL);
ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (org_id) REFERENCES orgs NOT VALID;
CREATE INDEX orders_floor_idx ON orders (floor);
CREATE INDEX orders_state_idx ON orders (state);
CREATE UNIQUE INDEX orders_room_idx ON orders (room);
CREATE INDEX orders_total_idx ON orders (lower(state)) WHERE total > 0;
CREATE TRIGGER orders_keep BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep_row();
CREATE RULE orders_rule AS ON DELETE TO orders WHERE OLD.number < 0 DO INSTEAD NOTHING;
CREATE POLICY orders_policy ON orders USING (number > 0);
CREATE STATISTICS orders_stats ON org_id, state FROM orders;
CREATE VIEW order_list AS SELECT number, placed, state FROM orders;
CREATE VIEW order_ids AS SELECT number FROM order_list;
CREATE MATERIALIZED VIEW order_totals AS SELECT number, placed FROM orders;
CREATE UNIQUE INDEX order_totals_key ON order_totals (number);
CREATE UNLOGGED TABLE drafts (id bigint PRIMARY KEY, body text);
INSERT INTO drafts VALUES (1, 'x');
CREATE TABLE bare (id integer, body text);
INSERT INTO bare VALUES (1, 'x');
CREATE TABLE people (id integer, name text, CONSTRAINT people_name_check CHECK (name <> ''));
CREATE TABLE staff (salary integer) INHERITS (people);
INSERT INTO staff VALUES (1, 'x', 1);
CREATE TABLE logs (id bigint NOT NULL, day date NOT NULL, level integer, text varchar(40), org_id bigint, CONSTRAINT logs_pkey PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE logs_2023 PARTITION OF logs FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
CREATE INDEX logs_level_idx ON logs (level);
INSERT INTO logs SELECT i, '2023-06-01', i, 'x', 1 FROM generate_series(1, 5) i;
CREATE TABLE zones (id integer, region text NOT NULL, size integer) PARTITION BY LIST (region);
CREATE TABLE zones_north PARTITION OF zones FOR VALUES IN ('n', 'nn');
CREATE TABLE zones_south PARTITION OF zones FOR VALUES IN ('s') PARTITION BY RANGE (id);
CREATE TABLE zones_south_low PARTITION OF zones_south FOR VALUES FROM (0) TO (100);
INSERT INTO zones VALUES (1, 'n', 1), (2, 's', 1);
CREATE TABLE logs_2025 (id bigint NOT NULL, day date NOT NULL, level integer, text varchar(40), org_id bigint);
INSERT INTO logs_2025 VALUES (9, '2025-06-01', 1, 'x', 1);
CREATE TABLE zones_west (id integer, region text NOT NULL, size integer);
INSERT INTO zones_west VALUES (1, 'w', 1);`;

/** Everything that makes a change of users dearer. */
const DECORATED = `
ALTER TABLE users ADD CONSTRAINT users_org_fkey FOREIGN KEY (org_id) REFERENCES orgs;
ALTER TABLE users ADD CONSTRAINT users_org_code_fkey FOREIGN KEY (org_code) REFERENCES orgs (code);
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (user_id) REFERENCES users (id);
CREATE INDEX users_email_idx ON users (email);
CREATE INDEX users_nick_idx ON users (lower(nick));
CREATE INDEX users_name_idx ON users (name) WHERE active;
CREATE INDEX users_age_idx ON users (name) WHERE age > 3;
CREATE INDEX users_born_idx ON users (born);
CREATE INDEX users_seen_idx ON users (seen);
CREATE INDEX users_country_idx ON users (country) INCLUDE (title);
CREATE INDEX users_amount_idx ON users (amount);
ALTER TABLE users ADD CONSTRAINT users_price_check CHECK (price >= 0);
ALTER TABLE users ADD CONSTRAINT users_bits_check CHECK (length(bits) < 9);
ALTER TABLE users ADD CONSTRAINT users_span_check CHECK (span > '0 s') NOT VALID;
CREATE VIEW user_spans AS SELECT id, at_time, day FROM users;
CREATE MATERIALIZED VIEW user_days AS SELECT id, day, uid FROM users;
CREATE TRIGGER users_fixed BEFORE UPDATE OF fixed ON users FOR EACH ROW EXECUTE FUNCTION keep_row();
CREATE POLICY users_policy ON users USING (ratio IS NOT NULL);
CREATE STATISTICS users_stats ON docb, feeling FROM users;`;

const users = {
  plain: `CREATE TABLE users (${USERS_COLUMNS}, CONSTRAINT users_pkey PRIMARY KEY (id));`,
  rich: `CREATE TABLE users (${USERS_COLUMNS}, CONSTRAINT users_pkey PRIMARY KEY (id));`,
  partitioned: `CREATE TABLE users (${USERS_COLUMNS}, CONSTRAINT users_pkey PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE users_low PARTITION OF users FOR VALUES FROM (0) TO (100);
CREATE TABLE users_high PARTITION OF users FOR VALUES FROM (100) TO (200);
CREATE TABLE users_rest PARTITION OF users DEFAULT;
CREATE INDEX users_born_idx ON users (born);
ALTER TABLE users ADD CONSTRAINT users_org_fkey FOREIGN KEY (org_id) REFERENCES orgs;`,
  inherited: `CREATE TABLE users (${USERS_COLUMNS}, CONSTRAINT users_pkey PRIMARY KEY (id));
CREATE TABLE vips (perk text) INHERITS (users);
CREATE TABLE top_vips (gift text) INHERITS (vips);
CREATE INDEX vips_email_idx ON vips (email);
INSERT INTO vips (id, nick, name, email, price, points) VALUES (50, 'v', 'v', 'v', 1, 1);`,
} satisfies Record<HazardContext, string>;

const DECORATIONS: Readonly<Record<HazardContext, string>> = {
  plain: '',
  rich: DECORATED,
  partitioned:
    'ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (user_id) REFERENCES users (id);',
  inherited: '',
};

/** The schema of a context, with rows in every table. */
export function hazardSchema(context: HazardContext): string {
  return `${TYPES}${OTHERS}${users[context]}${USERS_ROWS}${DECORATIONS[context]}`;
}
