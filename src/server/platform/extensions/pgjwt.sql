-- -
create function sign(payload json, secret text, algorithm text default 'HS256') returns text language sql immutable as 'select ''''::text';
create function verify(token text, secret text, algorithm text default 'HS256') returns table (header json, payload json, valid boolean)
  language sql immutable as 'select null::json, null::json, false';
create function url_encode(data bytea) returns text language sql immutable as 'select encode($1, ''base64'')';
create function url_decode(data text) returns bytea language sql immutable as 'select decode($1, ''base64'')';
