-- row: type-metadata

-- case: varchar-wider
ALTER TABLE users ALTER COLUMN email TYPE varchar(80)

-- case: varchar-unbounded
ALTER TABLE users ALTER COLUMN nick TYPE varchar

-- case: varchar-text
ALTER TABLE users ALTER COLUMN org_code TYPE text

-- case: varchar-same
ALTER TABLE users ALTER COLUMN email TYPE varchar(50)

-- case: text-varchar
ALTER TABLE users ALTER COLUMN name TYPE varchar

-- case: numeric-wider
ALTER TABLE users ALTER COLUMN price TYPE numeric(14,2)

-- case: numeric-unbounded
ALTER TABLE users ALTER COLUMN price TYPE numeric

-- case: numeric-no-scale-wider
ALTER TABLE users ALTER COLUMN amount TYPE numeric(12)

-- case: timestamp-precision-up
-- setup: ALTER TABLE users ADD COLUMN t timestamp(3), ADD COLUMN z timestamptz(0)
ALTER TABLE users ALTER COLUMN t TYPE timestamp(6), ALTER COLUMN z TYPE timestamptz

-- case: time-precision-up
ALTER TABLE users ALTER COLUMN at_time TYPE time(6)

-- case: interval-precision-up
ALTER TABLE users ALTER COLUMN span TYPE interval(6)

-- case: interval-unbounded
ALTER TABLE users ALTER COLUMN span TYPE interval

-- case: varbit-wider
ALTER TABLE users ALTER COLUMN bits TYPE varbit(16)

-- case: cidr-inet
ALTER TABLE users ALTER COLUMN net TYPE inet

-- case: xml-text
ALTER TABLE users ALTER COLUMN note TYPE text

-- case: domain-base
ALTER TABLE users ALTER COLUMN points TYPE integer

-- case: plain-domain-base
ALTER TABLE users ALTER COLUMN title TYPE text

-- case: text-plain-domain
ALTER TABLE users ALTER COLUMN name TYPE label

-- case: varchar-using-itself
ALTER TABLE users ALTER COLUMN email TYPE text USING email::text

-- case: varchar-foreign-key
ALTER TABLE orgs ALTER COLUMN code TYPE varchar(40)

-- case: varchar-partition-column
-- contexts: plain
ALTER TABLE logs ALTER COLUMN text TYPE varchar(80)

-- case: type-partition-key
-- contexts: plain
ALTER TABLE zones ALTER COLUMN region TYPE varchar

-- case: type-inherited
-- contexts: plain
ALTER TABLE staff ALTER COLUMN name TYPE varchar

-- case: type-only-parent
-- contexts: plain
ALTER TABLE ONLY people ALTER COLUMN name TYPE varchar

-- case: type-missing-column
ALTER TABLE users ALTER COLUMN nothing TYPE text

-- row: type-timestamp

-- case: ts-tz-utc
ALTER TABLE users ALTER COLUMN born TYPE timestamptz

-- case: ts-tz-zone
-- time zone: Europe/Zurich
ALTER TABLE users ALTER COLUMN born TYPE timestamptz

-- case: ts-tz-gmt
-- time zone: GMT
ALTER TABLE users ALTER COLUMN born TYPE timestamp with time zone

-- case: ts-tz-etc
-- time zone: Etc/UTC
ALTER TABLE users ALTER COLUMN born TYPE timestamptz

-- case: tz-ts-utc
ALTER TABLE users ALTER COLUMN seen TYPE timestamp

-- case: tz-ts-zone
-- time zone: America/New_York
ALTER TABLE users ALTER COLUMN seen TYPE timestamp without time zone

-- case: ts-tz-using-utc
ALTER TABLE users ALTER COLUMN born TYPE timestamptz USING born AT TIME ZONE 'UTC'

-- case: tz-ts-using-cast
ALTER TABLE users ALTER COLUMN seen TYPE timestamp USING seen::timestamp

-- case: ts-tz-narrower
ALTER TABLE users ALTER COLUMN born TYPE timestamptz(0)

-- case: ts-tz-orders
ALTER TABLE orders ALTER COLUMN placed TYPE timestamp

-- row: type-collation

-- case: collate
ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C"

-- case: collate-indexed
ALTER TABLE users ALTER COLUMN email TYPE varchar(50) COLLATE "C"

-- case: collate-included
ALTER TABLE users ALTER COLUMN title TYPE text COLLATE "C"

-- case: collate-state
ALTER TABLE orders ALTER COLUMN state TYPE text COLLATE "C"

-- case: int-oid
ALTER TABLE users ALTER COLUMN age TYPE oid

-- case: int-oid-indexed
ALTER TABLE orders ALTER COLUMN floor TYPE oid

-- case: collate-same
ALTER TABLE users ALTER COLUMN country TYPE text COLLATE "default"

-- case: text-varchar-collate
ALTER TABLE users ALTER COLUMN country TYPE varchar COLLATE "C"

-- row: type-rewrite

-- case: int-bigint
ALTER TABLE users ALTER COLUMN age TYPE bigint

-- case: smallint-int
ALTER TABLE users ALTER COLUMN small TYPE integer

-- case: bigint-int-key
ALTER TABLE users ALTER COLUMN id TYPE integer

-- case: real-double
ALTER TABLE users ALTER COLUMN ratio TYPE double precision

-- case: varchar-narrower
ALTER TABLE users ALTER COLUMN email TYPE varchar(10)

-- case: text-varchar-bounded
ALTER TABLE users ALTER COLUMN name TYPE varchar(100)

-- case: char-wider
ALTER TABLE users ALTER COLUMN fixed TYPE char(20)

-- case: char-text
ALTER TABLE users ALTER COLUMN fixed TYPE text

-- case: numeric-scale
ALTER TABLE users ALTER COLUMN price TYPE numeric(12,4)

-- case: numeric-narrower
ALTER TABLE users ALTER COLUMN price TYPE numeric(6,2)

-- case: int-numeric
ALTER TABLE users ALTER COLUMN age TYPE numeric

-- case: ts-date
ALTER TABLE users ALTER COLUMN born TYPE date

-- case: date-ts
ALTER TABLE users ALTER COLUMN day TYPE timestamp

-- case: time-precision-down
ALTER TABLE users ALTER COLUMN at_time TYPE time(0)

-- case: json-jsonb
ALTER TABLE users ALTER COLUMN doc TYPE jsonb

-- case: jsonb-json
ALTER TABLE users ALTER COLUMN docb TYPE json USING docb::json

-- case: jsonb-text
ALTER TABLE users ALTER COLUMN docb TYPE text

-- case: json-text
ALTER TABLE users ALTER COLUMN doc TYPE text

-- case: uuid-text
ALTER TABLE users ALTER COLUMN uid TYPE text

-- case: enum-text
ALTER TABLE users ALTER COLUMN feeling TYPE text

-- case: text-enum
ALTER TABLE users ALTER COLUMN name TYPE mood USING 'ok'::mood

-- case: text-enum-no-using
ALTER TABLE users ALTER COLUMN name TYPE mood

-- case: enum-enum
ALTER TABLE users ALTER COLUMN feeling TYPE color USING 'red'::color

-- case: bit-wider
ALTER TABLE users ALTER COLUMN flags TYPE bit(16) USING flags::bit(16)

-- case: array-element
ALTER TABLE users ALTER COLUMN tags TYPE varchar(20)[]

-- case: array-text
ALTER TABLE users ALTER COLUMN tags TYPE text[]

-- case: int-domain-check
ALTER TABLE users ALTER COLUMN age TYPE positive

-- case: using-lower
ALTER TABLE users ALTER COLUMN email TYPE text USING lower(email)

-- case: using-coalesce
ALTER TABLE users ALTER COLUMN age TYPE integer USING coalesce(age, 0)

-- case: using-other-column
ALTER TABLE users ALTER COLUMN name TYPE text USING nick

-- case: int-boolean
-- contexts: plain partitioned inherited
ALTER TABLE users ALTER COLUMN age TYPE boolean USING age <> 0

-- case: foreign-key-int
ALTER TABLE users ALTER COLUMN org_id TYPE integer

-- case: parent-key-int
ALTER TABLE orgs ALTER COLUMN id TYPE integer

-- case: identity-int
ALTER TABLE orders ALTER COLUMN id SET DATA TYPE integer

-- case: orders-number-bigint
ALTER TABLE orders ALTER COLUMN number TYPE bigint

-- case: two-types
ALTER TABLE users ALTER COLUMN age TYPE bigint, ALTER COLUMN email TYPE text

-- case: viewed-bigint
ALTER TABLE users ALTER COLUMN at_time TYPE timetz

-- case: default-cannot-follow
ALTER TABLE users ALTER COLUMN active TYPE integer USING active::integer

-- case: trigger-column-type
ALTER TABLE users ALTER COLUMN fixed TYPE varchar(10)

-- case: generated-source-type
ALTER TABLE users ALTER COLUMN rank TYPE integer

-- case: generated-itself-type
ALTER TABLE users ALTER COLUMN twice TYPE bigint

-- case: orders-floor-bigint
ALTER TABLE orders ALTER COLUMN floor TYPE bigint
