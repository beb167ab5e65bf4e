package platter.driver.rbd;

import platter.driver.Guard;
import platter.driver.Sharing;
import platter.driver.dir.KilledWriter;

/** A program that creates, grows and deletes volumes of a pool until it is killed. */
final class RbdKilledWriter {
  private RbdKilledWriter() {}

  public static void main(String[] args) throws Exception {
    var driver = RbdDriver.open(args[0], new Sharing.Alone(), Guard.NONE);
    KilledWriter.start(driver, Long.parseLong(args[1]));
  }
}
