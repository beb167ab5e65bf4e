package platter.driver.rbd;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import platter.error.BackendException;

/**
 * Takes calls of the C library off virtual threads, whose few carriers they would hold for as long
 * as the cluster takes to answer.
 */
final class PlatformThreads {
  private static final int AT_ONCE = 64;

  private final Semaphore free = new Semaphore(AT_ONCE);

  /** Something that calls the library. */
  interface Call<T> {
    T run() throws BackendException;
  }

  /** How it ended. */
  private sealed interface End<T> {
    record Answer<T>(T value) implements End<T> {}

    record Thrown<T>(Throwable cause) implements End<T> {}
  }

  <T> T run(Call<T> call) throws BackendException {
    return Thread.currentThread().isVirtual() ? elsewhere(call) : call.run();
  }

  private <T> T elsewhere(Call<T> call) throws BackendException {
    var end = new AtomicReference<Optional<End<T>>>(Optional.empty());
    free.acquireUninterruptibly();
    try {
      join(Thread.ofPlatform().daemon().start(() -> end.set(Optional.of(end(call)))));
    } finally {
      free.release();
    }
    return switch (end.get().orElseThrow()) {
      case End.Answer<T>(var value) -> value;
      case End.Thrown<T>(BackendException e) -> throw e;
      case End.Thrown<T>(RuntimeException e) -> throw e;
      case End.Thrown<T>(var e) -> throw new IllegalStateException(e);
    };
  }

  private static <T> End<T> end(Call<T> call) {
    try {
      return new End.Answer<>(call.run());
    } catch (BackendException | RuntimeException | Error e) {
      return new End.Thrown<>(e);
    }
  }

  /** An interruption is kept for later: the call goes on in any case. */
  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
