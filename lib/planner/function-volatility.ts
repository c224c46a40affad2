import type { Volatility } from './catalog';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Functions of PostgreSQL that have an immutable form, whatever their other forms are. */
const IMMUTABLE = words(`
  abbrev abs acldefault acos acosd acosh age any_value area array_agg array_dims array_fill array_length
  array_lower array_ndims array_position array_positions array_remove array_replace array_reverse array_sort
  array_to_tsvector array_upper ascii asin asind asinh atan atan2 atan2d atand atanh avg bit bit_and
  bit_count bit_length bit_or bit_xor bool bool_and bool_or box broadcast btrim bytea cardinality casefold
  cbrt ceil ceiling center char char_length character_length chr cidr circle corr cos cosd cosh cot cotd
  count covar_pop covar_samp crc32 crc32c cume_dist date date_add date_bin date_part date_subtract
  date_trunc datemultirange daterange decode degrees dense_rank diagonal diameter div encode erf erfc every
  exp extract factorial family first_value floor gamma gcd generate_series generate_subscripts get_bit
  get_byte height host hostmask icu_unicode_version initcap int2 int4 int4multirange int4range int8
  int8multirange int8range interval is_normalized isclosed isempty isfinite ishorizontal isopen isparallel
  isperp isvertical json_array_elements json_array_elements_text json_array_length json_each json_each_text
  json_object json_object_keys json_strip_nulls json_to_tsvector json_typeof jsonb_array_elements
  jsonb_array_elements_text jsonb_array_length jsonb_each jsonb_each_text jsonb_insert jsonb_object
  jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict
  jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
  jsonb_path_query_first jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_tsvector
  jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead left length lgamma like
  like_escape line ln log log10 lower lower_inc lower_inf lpad lseg ltrim macaddr macaddr8 make_date
  make_interval make_time make_timestamp makeaclitem masklen max md5 min min_scale mod mode multirange name
  netmask network normalize notlike npoints nth_value ntile num_nonnulls num_nulls numeric nummultirange
  numnode numrange octet_length oid overlaps overlay parse_ident path pclose percent_rank percentile_cont
  percentile_disc pg_lsn pg_partition_root pg_size_bytes pg_size_pretty pg_snapshot_xip pg_snapshot_xmax
  pg_snapshot_xmin pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name pg_walfile_name_offset
  phraseto_tsquery pi plainto_tsquery point polygon popen position pow power quote_ident quote_literal
  quote_nullable radians radius range_agg range_intersect_agg range_merge rank regexp_count regexp_instr
  regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
  regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
  repeat replace reverse right round row_number rpad rtrim scale set_bit set_byte set_masklen setweight
  sha224 sha256 sha384 sha512 sign sin sind sinh slope split_part sqrt stddev stddev_pop stddev_samp
  string_agg string_to_array string_to_table strip strpos substr substring sum tan tand tanh text time
  timestamp timestamptz timetz timezone to_ascii to_bin to_hex to_oct to_timestamp to_tsquery to_tsvector
  translate trim_array trim_scale trunc ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank
  ts_rank_cd ts_token_type tsmultirange tsrange tstzmultirange tstzrange tsvector_to_array txid_snapshot_xip
  txid_snapshot_xmax txid_snapshot_xmin txid_visible_in_snapshot unicode_assigned unicode_version unistr
  unnest upper upper_inc upper_inf uuid_extract_timestamp uuid_extract_version var_pop var_samp varbit
  varchar variance websearch_to_tsquery width width_bucket xid xml_is_well_formed_content
  xml_is_well_formed_document xmlagg xmlcomment xmlexists xmltext xmlvalidate xpath xpath_exists
`);

/** Those that give one value within a statement, and no immutable form. */
const STABLE = words(`
  array_to_json array_to_string col_description concat concat_ws convert convert_from convert_to
  current_database current_schema current_schemas current_setting current_user enum_first enum_last
  enum_range format format_type get_current_ts_config json_agg json_agg_strict json_build_array
  json_build_object json_object_agg json_object_agg_strict json_object_agg_unique
  json_object_agg_unique_strict json_populate_record json_populate_recordset json_to_record
  json_to_recordset jsonb_agg jsonb_agg_strict jsonb_build_array jsonb_build_object jsonb_path_exists_tz
  jsonb_path_match_tz jsonb_path_query_array_tz jsonb_path_query_first_tz jsonb_path_query_tz
  jsonb_populate_record jsonb_populate_record_valid jsonb_populate_recordset jsonb_to_record
  jsonb_to_recordset make_timestamptz now obj_description pg_backend_pid pg_client_encoding pg_column_size
  pg_current_xact_id pg_get_serial_sequence pg_get_userbyid pg_get_viewdef pg_postmaster_start_time
  pg_table_is_visible pg_trigger_depth pg_typeof row_to_json session_user shobj_description
  statement_timestamp system_user to_char to_date to_json to_jsonb to_number transaction_timestamp ts_debug
  txid_current txid_current_if_assigned txid_current_snapshot version xml_is_well_formed
`);

/** Those that may give another value each time. */
const VOLATILE = words(`
  array_sample array_shuffle clock_timestamp current_query currval gen_random_uuid lastval lo_get nextval pg_relation_size
  pg_total_relation_size query_to_xml random random_normal set_config setseed setval timeofday uuidv4 uuidv7
`);

/**
 * How often a function of PostgreSQL gives the same value, by its lower-case name without a schema; that of its calmest form
 * where it has several. Null: it is not known here; PostgreSQL takes a function that does not say for volatile.
 */
export function functionVolatility(name: string): Volatility | null {
  if (IMMUTABLE.has(name)) return 'immutable';
  if (STABLE.has(name)) return 'stable';
  return VOLATILE.has(name) ? 'volatile' : null;
}

/** Those that are known here. */
export const KNOWN_FUNCTIONS: readonly string[] = [...IMMUTABLE, ...STABLE, ...VOLATILE];
