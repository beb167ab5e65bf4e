-- A token that was taken back before its end. Tokens are kept nowhere else.
create table revoked_token (
  digest text not null primary key, -- SHA-256 of its text, in hex
  expires_at integer not null -- milliseconds since 1970; from then on the row says nothing new
) without rowid;

create index revoked_token_until on revoked_token (expires_at);
