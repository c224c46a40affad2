/** Rows in the demo tables when they are new. The traffic reads and writes by these ids. */
export const CUSTOMERS = 200_000;
export const PRODUCTS = 2000;
const ORDERS = 120_000;

interface Part {
  /** What the screen says while it runs. */
  readonly title: string;
  readonly sql: string;
}

const TABLES = `
create table public.customers (
  id bigint generated always as identity primary key,
  email text not null,
  name text not null,
  country_code text,
  phone text,
  fax text,
  loyalty_points integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table public.products (
  id bigint generated always as identity primary key,
  sku text not null,
  title text not null,
  price integer not null,
  stock integer not null default 0
);
create table public.orders (
  id bigint generated always as identity primary key,
  customer_id bigint not null,
  product_id bigint not null,
  quantity integer not null,
  status text not null default 'placed',
  placed_at timestamptz not null default now()
);
comment on table public.customers is 'Everybody who has an account in the shop.';
comment on column public.customers.name is 'First and last name, as printed on invoices.';
comment on column public.customers.fax is 'Not used since 2019.';
comment on column public.products.price is 'In cents.';
comment on table public.orders is 'One line per product ordered.';`;

const FIRST_NAMES =
  `Ada,Ahmed,Aiko,Alice,Amara,Ana,Anders,Anna,Astrid,Aylin,Ben,Bruno,Camille,Carlos,Chidi,Chloe,Clara,Daniel,David,Diego,
Elena,Elif,Emma,Eva,Fatima,Felix,Freya,Gabriel,Grace,Hana,Hassan,Helen,Hugo,Ines,Isabel,Ivan,Jakob,James,Jana,Jonas,Julia,Kai,
Karim,Kenji,Lars,Layla,Lea,Leon,Lina,Linus,Lucia,Luis,Maja,Marc,Maria,Marta,Max,Mei,Mia,Milan,Mina,Nadia,Nikolai,Nina,Noah,
Nora,Olga,Oscar,Paul,Petra,Priya,Rafael,Rania,Ravi,Rosa,Samir,Sara,Sofia,Stefan,Tara,Theo,Thomas,Tomas,Vera,Victor,Wei,Yara,
Yuki,Zoe`.replaceAll(/\s/g, '');

const LAST_NAMES =
  `Abe,Adeyemi,Ahmed,Almeida,Andersson,Baker,Bauer,Becker,Bianchi,Bose,Brown,Carter,Castillo,Chen,Clark,Cohen,Costa,Cruz,
Dubois,Eriksen,Evans,Fernandez,Fischer,Fontaine,Garcia,Gomez,Green,Gupta,Hall,Hansen,Hernandez,Hoffmann,Horvat,Hughes,Ivanov,
Jackson,Jansen,Johansson,Jones,Kaya,Keller,Khan,Kim,Klein,Kowalski,Kumar,Lambert,Larsen,Lee,Lehmann,Lewis,Lopez,Marino,Martin,
Mendes,Meyer,Moreau,Mori,Muller,Nakamura,Nguyen,Nielsen,Novak,Okafor,Olsen,Owens,Park,Patel,Petrov,Popescu,Quinn,Ramos,Reyes,
Ricci,Roberts,Rossi,Roux,Santos,Sato,Schmidt,Schneider,Sharma,Silva,Singh,Smith,Sousa,Suzuki,Tanaka,Taylor,Torres,Turner,
Varga,Vogel,Wagner,Walker,Wang,Weber,White,Wong,Yilmaz,Young,Zhang`.replaceAll(/\s/g, '');

const FILL_CUSTOMERS = `
insert into public.customers (email, name, country_code, phone, fax, loyalty_points, created_at, updated_at)
select lower(first || '.' || last) || n || '@' || (array['example.com', 'example.org', 'example.net'])[1 + n % 3],
  first || ' ' || last,
  case when n % 50 = 0 then null else (array['US', 'DE', 'FR', 'GB', 'JP', 'BR', 'IN', 'NG', 'SE', 'ES'])[1 + (hashint4(n + 7) & 2147483647) % 10] end,
  case when n % 4 = 0 then null else '+1 555 ' || lpad(((hashint4(n + 1) & 2147483647) % 10000000)::text, 7, '0') end,
  case when n % 40 = 0 then '+1 555 ' || lpad(((hashint4(n + 2) & 2147483647) % 10000000)::text, 7, '0') end,
  (hashint4(n + 3) & 2147483647) % 5000,
  now() - make_interval(mins => ${CUSTOMERS} - n),
  now() - make_interval(mins => ${CUSTOMERS} - n)
from (select n, firsts[1 + (hashint4(n) & 2147483647) % cardinality(firsts)] as first, lasts[1 + (hashint4(-n) & 2147483647) % cardinality(lasts)] as last
  from generate_series(1, ${CUSTOMERS}) n,
    (select string_to_array('${FIRST_NAMES}', ',') as firsts, string_to_array('${LAST_NAMES}', ',') as lasts) names) people`;

const FILL_PRODUCTS = `
insert into public.products (sku, title, price, stock)
select 'SKU-' || lpad(n::text, 5, '0'),
  (array['Red', 'Blue', 'Green', 'Small', 'Large', 'Soft', 'Plain', 'Fine'])[1 + n % 8] || ' ' ||
  (array['chair', 'table', 'lamp', 'cup', 'bowl', 'shelf', 'rug', 'clock', 'vase', 'mirror', 'blanket'])[1 + n % 11],
  100 + (hashint4(n) & 2147483647) % 50000, 1000000
from generate_series(1, ${PRODUCTS}) n`;

const FILL_ORDERS = `
insert into public.orders (customer_id, product_id, quantity, status, placed_at)
select 1 + (hashint4(n) & 2147483647) % ${CUSTOMERS}, 1 + (hashint4(-n) & 2147483647) % ${PRODUCTS}, 1 + n % 5,
  (array['placed', 'paid', 'sent', 'returned'])[1 + n % 4], now() - make_interval(secs => ${ORDERS} - n)
from generate_series(1, ${ORDERS}) n`;

const INDEXES = `
alter table public.customers add constraint customers_email_key unique (email);
alter table public.customers add constraint customers_name_present check (btrim(name) <> '' and length(name) <= 200);
create index customers_name_idx on public.customers (name);
create index customers_country_code_idx on public.customers (country_code);
alter table public.products add constraint products_sku_key unique (sku);
alter table public.products add constraint products_price_positive check (price > 0);`;

const RELATIONS = `
alter table public.orders add constraint orders_quantity_positive check (quantity > 0);
alter table public.orders add constraint orders_customer_id_fkey foreign key (customer_id) references public.customers (id);
alter table public.orders add constraint orders_product_id_fkey foreign key (product_id) references public.products (id);
create index orders_customer_id_idx on public.orders (customer_id);`;

/** The shop's schema and rows, in the order in which the owner runs them. */
export const DEMO_PARTS: readonly Part[] = [
  { title: 'Making the tables', sql: TABLES },
  { title: 'Filling products', sql: FILL_PRODUCTS },
  { title: `Filling ${CUSTOMERS.toLocaleString('en-US')} customers`, sql: FILL_CUSTOMERS },
  { title: `Filling ${ORDERS.toLocaleString('en-US')} orders`, sql: FILL_ORDERS },
  { title: 'Building indexes', sql: INDEXES },
  { title: 'Linking the tables', sql: RELATIONS },
  { title: 'Counting what is there', sql: 'analyze public.customers, public.products, public.orders' },
];
