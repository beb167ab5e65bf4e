package platter.type;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** The types of the page "Disk Types and Performance". */
public enum VolumeType {
  /** Common I/O. */
  SATA,
  /** High I/O. */
  SAS,
  /** General purpose SSD. */
  GPSSD,
  /** Ultra-high I/O. */
  SSD,
  /** Extreme SSD. */
  ESSD,
  /** General purpose SSD V2: IOPS and throughput are chosen. */
  GPSSD2,
  /** Extreme SSD V2: IOPS are chosen. */
  ESSD2;

  /** Smallest and largest data disk, GiB. */
  public static final int MIN_SIZE_GIB = 10;

  public static final int MAX_SIZE_GIB = 32_768;

  public static Optional<VolumeType> named(String name) {
    for (var type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The id of the type list: the same on every Platter. */
  public String id() {
    return UUID.nameUUIDFromBytes(
            ("platter volume type " + name()).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  public boolean choosesIops() {
    return this == GPSSD2 || this == ESSD2;
  }

  public boolean choosesThroughput() {
    return this == GPSSD2;
  }

  /** Whether a volume of that size may have so many I/O operations a second. */
  public boolean allowsIops(int iops, int sizeGib) {
    return switch (this) {
      case GPSSD2 -> iops >= 3000 && iops <= Math.min(128_000, 500L * sizeGib);
      case ESSD2 -> iops >= 100 && iops <= Math.min(256_000, 1000L * sizeGib);
      case SATA, SAS, GPSSD, SSD, ESSD -> false;
    };
  }

  /** Whether a volume of so many IOPS may have that throughput, MiB/s. */
  public boolean allowsThroughput(int throughput, int iops) {
    return this == GPSSD2 && throughput >= 125 && throughput <= Math.min(1000, iops / 4);
  }
}
