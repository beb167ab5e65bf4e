package platter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Every {@link TestServer} of this class runs on a PostgreSQL database of its own: for an empty
 * class that extends a suite, so that the suite runs on both databases.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OnPostgres.Switch.class)
public @interface OnPostgres {
  /** On from before the first test of the class to after its last. */
  final class Switch implements BeforeAllCallback, AfterAllCallback {
    private static volatile boolean on;

    static boolean isOn() {
      return on;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
      on = true;
    }

    @Override
    public void afterAll(ExtensionContext context) {
      on = false;
    }
  }
}
