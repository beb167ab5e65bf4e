package platter.driver.rbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import platter.driver.DriverContract;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;

class RbdDriverTest implements DriverContract {
  private final String place;
  private final Pool outside;
  private RbdDriver driver;

  RbdDriverTest() throws BackendException {
    place = TestCeph.newPlace();
    outside = Pool.connect(Place.of(place));
    driver = RbdDriver.open(place, new Sharing.Alone(), Guard.NONE);
  }

  @BeforeEach
  void aFreshStorageIsEmpty() throws BackendException {
    assertThat(driver.list()).isEmpty();
  }

  @AfterEach
  void close() {
    driver.close();
    outside.close();
  }

  @Override
  public StorageDriver driver() {
    return driver;
  }

  @Override
  public StorageDriver reopen() throws BackendException {
    driver.close();
    driver = RbdDriver.open(place, new Sharing.Alone(), Guard.NONE);
    return driver;
  }

  @Override
  public StorageDriver openAgain() throws BackendException {
    return RbdDriver.open(place, new Sharing.Alone(), Guard.NONE);
  }

  @Override
  public void write(VolumeId id, long offset, byte[] bytes) throws Exception {
    try (var image = outside.open(id.text())) {
      image.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), offset);
      image.flush();
    }
  }

  @Override
  public byte[] read(VolumeId id, long offset, int length) throws Exception {
    var bytes = ByteBuffer.allocateDirect(length);
    try (var image = outside.openReadOnly(id.text())) {
      image.read(bytes, offset);
    }
    var read = new byte[length];
    bytes.flip().get(read);
    return read;
  }

  @Override
  public String addForeign() throws Exception {
    outside.create("notes", GIB);
    return "notes";
  }

  /** Whole objects. */
  @Override
  public long unitOfUsedBytes() {
    return 4 << 20;
  }

  /** A cluster shares the machine with its tests. */
  @Override
  public int patienceSeconds() {
    return 120;
  }
}
