package platter.type;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The types of the page "Disk Types and Performance". */
public enum VolumeType {
  SATA("Common I/O"),
  SAS("High I/O"),
  GPSSD("General purpose SSD"),
  SSD("Ultra-high I/O"),
  ESSD("Extreme SSD"),
  /** IOPS and throughput are chosen. */
  GPSSD2("General purpose SSD V2"),
  /** IOPS are chosen. */
  ESSD2("Extreme SSD V2");

  /** Smallest and largest data disk, GiB. */
  public static final int MIN_SIZE_GIB = 10;

  public static final int MAX_SIZE_GIB = 32_768;

  private final String description;

  VolumeType(String description) {
    this.description = description;
  }

  /** What the product page calls it. */
  String description() {
    return description;
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(VolumeType::name).toList();
  }

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

  /**
   * Whether a volume of this type may become one of that: from a hard disk any other, from an SSD
   * another SSD (page "Changing the EVS Disk Type").
   */
  public boolean mayBecome(VolumeType other) {
    return this != other && (other.isSsd() || !isSsd());
  }

  private boolean isSsd() {
    return switch (this) {
      case SATA, SAS -> false;
      case GPSSD, SSD, ESSD, GPSSD2, ESSD2 -> true;
    };
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
