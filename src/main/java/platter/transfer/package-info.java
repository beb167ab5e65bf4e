/**
 * Hands a volume to another project: one offers it and gets a key, whoever has the key takes it.
 * There are no jobs: rows and quotas move in one transaction (reference: transfer.md).
 */
@NullMarked
package platter.transfer;

import org.jspecify.annotations.NullMarked;
