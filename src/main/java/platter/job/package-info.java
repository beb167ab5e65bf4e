/**
 * The engine: accept, run, undo, recover, report. A job is a type, parameters that are fixed before
 * the first step, and a list of steps, each an idempotent "ensure" with an undo. {@link
 * platter.job.JobMachine} has the rules and nothing else; {@link platter.job.JobRunner} has the
 * clock, the database and the threads, and no rules. It knows steps, never volumes.
 */
@NullMarked
package platter.job;

import org.jspecify.annotations.NullMarked;
