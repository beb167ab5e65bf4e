/**
 * Who exists beside those of the configuration: domains, projects, users and access keys that are
 * made, changed and taken away while the service runs. {@link platter.account.StoredAccounts} is
 * the door. The rows are those of all nodes; each has them in memory, merged with its configuration
 * ({@link platter.account.Merged}), so that no request asks the database who calls.
 */
@NullMarked
package platter.account;

import org.jspecify.annotations.NullMarked;
