-- -
create type vector;
create function vector_in(cstring, oid, integer) returns vector language internal immutable strict as 'varcharin';
create function vector_out(vector) returns cstring language internal immutable strict as 'varcharout';
create function vector_typmod_in(cstring[]) returns integer language internal immutable strict as 'varchartypmodin';
create function vector_typmod_out(integer) returns cstring language internal immutable strict as 'varchartypmodout';
create type vector (input = vector_in, output = vector_out, typmod_in = vector_typmod_in, typmod_out = vector_typmod_out, storage = external);
create type halfvec;
create function halfvec_in(cstring, oid, integer) returns halfvec language internal immutable strict as 'varcharin';
create function halfvec_out(halfvec) returns cstring language internal immutable strict as 'varcharout';
create type halfvec (input = halfvec_in, output = halfvec_out, typmod_in = vector_typmod_in, typmod_out = vector_typmod_out, storage = external);
create function vector_cast(vector, integer, boolean) returns vector language sql immutable as 'select $1';
create cast (vector as vector) with function vector_cast(vector, integer, boolean) as implicit;
create cast (text as vector) with inout as assignment;
create cast (real[] as vector) with inout as assignment;
create cast (double precision[] as vector) with inout as assignment;
create function cosine_distance(vector, vector) returns double precision language sql immutable as 'select 0.0::double precision';
create function l2_distance(vector, vector) returns double precision language sql immutable as 'select 0.0::double precision';
create function inner_product(vector, vector) returns double precision language sql immutable as 'select 0.0::double precision';
create function vector_dims(vector) returns integer language sql immutable as 'select 0';
create operator <=> (leftarg = vector, rightarg = vector, function = cosine_distance);
create operator <-> (leftarg = vector, rightarg = vector, function = l2_distance);
create operator <#> (leftarg = vector, rightarg = vector, function = inner_product);
create function vector_lt(vector, vector) returns boolean language sql immutable as 'select $1::text < $2::text';
create function vector_le(vector, vector) returns boolean language sql immutable as 'select $1::text <= $2::text';
create function vector_eq(vector, vector) returns boolean language sql immutable as 'select $1::text = $2::text';
create function vector_ge(vector, vector) returns boolean language sql immutable as 'select $1::text >= $2::text';
create function vector_gt(vector, vector) returns boolean language sql immutable as 'select $1::text > $2::text';
create function vector_cmp(vector, vector) returns integer language sql immutable as 'select case when $1::text < $2::text then -1 when $1::text = $2::text then 0 else 1 end';
create operator < (leftarg = vector, rightarg = vector, function = vector_lt);
create operator <= (leftarg = vector, rightarg = vector, function = vector_le);
create operator = (leftarg = vector, rightarg = vector, function = vector_eq);
create operator >= (leftarg = vector, rightarg = vector, function = vector_ge);
create operator > (leftarg = vector, rightarg = vector, function = vector_gt);
create operator class vector_ops default for type vector using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 vector_cmp(vector, vector);
create operator class vector_l2_ops for type vector using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 vector_cmp(vector, vector);
create operator class vector_ip_ops for type vector using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 vector_cmp(vector, vector);
create operator class vector_cosine_ops for type vector using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 vector_cmp(vector, vector);
