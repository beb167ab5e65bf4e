/**
 * Numbers for operators: counters and histograms that cost those who count next to nothing, and the
 * text that Prometheus reads.
 */
@NullMarked
package platter.metric;

import org.jspecify.annotations.NullMarked;
