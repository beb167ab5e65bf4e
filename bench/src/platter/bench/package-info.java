/**
 * Measurements of a whole server from outside: {@link platter.bench.Bench} is the command. Servers
 * run in JVMs of their own, started as the launcher starts them; this one makes the load. Never
 * shipped.
 */
@NullMarked
package platter.bench;

import org.jspecify.annotations.NullMarked;
