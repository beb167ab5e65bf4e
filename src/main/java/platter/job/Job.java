package platter.job;

import org.jspecify.annotations.Nullable;
import platter.id.JobId;
import platter.id.ProjectId;

/**
 * A job as it stands at one moment.
 *
 * @param parent the number of the batch it belongs to, or null
 * @param entities JSON object: what the answer tells of a single-volume job; {@code {}} for a batch
 * @param params JSON object: what the steps need
 * @param beginMillis time of acceptance, milliseconds since 1970
 * @param endMillis time of the end, or 0 when it has not ended
 */
record Job(
    JobId id,
    ProjectId project,
    String type,
    @Nullable Long parent,
    String entities,
    String params,
    long beginMillis,
    JobState state,
    long endMillis) {

  Job in(JobState next) {
    return new Job(id, project, type, parent, entities, params, beginMillis, next, endMillis);
  }

  Job ended(JobState.Ended how, long atMillis) {
    return new Job(id, project, type, parent, entities, params, beginMillis, how, atMillis);
  }
}
