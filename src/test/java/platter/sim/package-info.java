/**
 * A service of several nodes in one process, on a clock that does not run by itself: {@link
 * platter.sim.SimulationTest} is the door, {@link platter.sim.Simulation} one seed's day.
 * Everything happens in one order that the seed decides ({@link platter.sim.Timeline}).
 */
@NullMarked
package platter.sim;

import org.jspecify.annotations.NullMarked;
