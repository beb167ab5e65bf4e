package platter.account;

import platter.auth.Domain;

/** A row of account_domain. */
record StoredDomain(Domain domain, long createdMillis) {}
