-- -
create function id_encode(number bigint, salt text default '', min_length integer default 0) returns text language sql immutable as 'select $1::text';
create function id_decode(hash text, salt text default '', min_length integer default 0) returns bigint[] language sql immutable as 'select null::bigint[]';
