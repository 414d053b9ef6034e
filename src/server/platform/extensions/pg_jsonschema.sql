-- -
create function json_matches_schema(schema json, instance json) returns boolean language sql immutable as 'select true';
create function jsonb_matches_schema(schema json, instance jsonb) returns boolean language sql immutable as 'select true';
create function jsonschema_is_valid(schema json) returns boolean language sql immutable as 'select true';
