/**
 * Transactions, and the databases that keep them. {@link platter.db.Database} is the contract,
 * {@link platter.db.SqliteDatabase} the embedded one: one writer that commits in groups, readers
 * that wait for nobody. SQL is text beside the record it fills; {@link platter.db.Tx} binds it.
 */
@NullMarked
package platter.db;

import org.jspecify.annotations.NullMarked;
