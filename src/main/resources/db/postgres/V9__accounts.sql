-- A token that was taken back before its end. Tokens are kept nowhere else.
create table revoked_token (
  digest text collate "C" not null primary key, -- SHA-256 of its text, in hex
  expires_at bigint not null -- milliseconds since 1970; from then on the row says nothing new
);

create index revoked_token_until on revoked_token (expires_at);
