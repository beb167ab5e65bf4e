package platter.cli;

import java.util.Optional;
import picocli.CommandLine;

/** What extend and delete do with the job of the service's answer. */
record Waiting(Api api, CommandLine commandLine, OutputOptions output, boolean noWait) {
  /**
   * Waits for the end, and prints it when JSON is wanted.
   *
   * @return whether it has ended; with {@code --no-wait} it has not
   * @throws CliException when the job failed
   */
  boolean forJob(String wish, Api.Reply accepted) {
    var out = commandLine.getOut();
    var err = commandLine.getErr();
    var jobId = accepted.jobId();
    if (noWait) {
      if (output.json()) {
        out.println(accepted.text());
      } else {
        out.println(jobId);
        err.println("Accepted. To wait for it:  platter job wait " + jobId);
      }
      return false;
    }
    err.println("Job " + jobId + " accepted.");
    err.flush();
    var watch = new JobWatch(api, err);
    var ended = watch.toEnd(jobId, Optional.empty());
    var job = new JobView(ended.json());
    watch.tellEnd(job);
    if (output.json()) {
      out.println(ended.text());
    }
    JobWatch.requireSuccess(wish, job);
    return true;
  }
}
