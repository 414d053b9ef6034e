create table public.instruments (
    id bigint generated always as identity primary key,
    serial text not null unique,
    site text
);

alter table public.instruments enable row level security;

create policy instruments_read on public.instruments
    for select using (true);

create table public.readings (
    id bigint generated always as identity primary key,
    instrument_id bigint not null references public.instruments (id),
    taken_at timestamptz not null,
    value numeric(12, 4) not null
);
