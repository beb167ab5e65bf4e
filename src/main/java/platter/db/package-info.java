/**
 * Transactions, and the databases that keep them. {@link platter.db.Database} is the contract,
 * {@link platter.db.SqliteDatabase} the embedded one, {@link platter.db.PostgresDatabase} the one
 * that nodes share: both commit in groups, and their readers wait for no writer. SQL is text beside
 * the record it fills; {@link platter.db.Tx} binds it, {@link platter.db.Dialect} has what differs.
 */
@NullMarked
package platter.db;

import org.jspecify.annotations.NullMarked;
