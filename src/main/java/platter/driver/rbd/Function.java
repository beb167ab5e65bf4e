package platter.driver.rbd;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * One function of a C library. Its arguments travel as objects: beside a question to a cluster that
 * costs nothing.
 */
final class Function {
  private final String name;
  private final MethodHandle handle; // (Object[])long

  /**
   * @throws java.util.NoSuchElementException when the library has none of that name
   */
  @SuppressWarnings("restricted") // the manifest enables native access
  Function(SymbolLookup library, String name, FunctionDescriptor shape) {
    this.name = name;
    var exact = Linker.nativeLinker().downcallHandle(library.findOrThrow(name), shape);
    int arguments = exact.type().parameterCount();
    this.handle =
        exact
            .asType(exact.type().generic().changeReturnType(long.class))
            .asSpreader(Object[].class, arguments);
  }

  /** Returns what it returns; 0 when it returns nothing. */
  long call(Object... arguments) {
    try {
      return (long) handle.invokeExact(arguments);
    } catch (Throwable e) { // the signature of invokeExact; the call throws nothing
      throw new IllegalStateException(name, e);
    }
  }

  /** As {@link #call}, of a function that says by a number below zero that it failed. */
  long checked(Object... arguments) throws CephException {
    long answer = call(arguments);
    if (answer < 0) {
      throw new CephException(name, (int) -answer);
    }
    return answer;
  }
}
