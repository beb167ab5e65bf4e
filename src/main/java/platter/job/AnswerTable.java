package platter.job;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes by number, which never change, in memory of a fixed budget: the newest win. Each of its
 * parts is a ring of entries and an open table of places in it; a place that the ring has run over
 * is found out when it is looked at. A million entries are a few dozen objects, so the collector
 * never sees them.
 */
final class AnswerTable {
  private static final int PARTS = 16;
  private static final int FIRST_RING_BYTES = 16 << 10;
  private static final int FIRST_PLACES = 64;
  private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final Part[] parts = new Part[PARTS];

  /**
   * @param maxBytes of all entries together
   */
  AnswerTable(long maxBytes) {
    int each = Math.clamp(maxBytes / PARTS, FIRST_RING_BYTES, 1 << 30);
    Arrays.setAll(parts, _ -> new Part(each));
  }

  byte @Nullable [] find(long number) {
    return part(number).find(number);
  }

  void put(long number, byte[] bytes) {
    part(number).put(number, bytes);
  }

  /** Whether more is kept beside this one before others are pushed out. */
  boolean hasRoom(long number) {
    return part(number).hasRoom();
  }

  private Part part(long number) {
    return parts[(int) ((number * SPREAD) >>> 60)];
  }

  private static final class Part {
    private final int maxBytes;
    private byte[] ring = new byte[FIRST_RING_BYTES];

    /** Where the next entry begins, counted over all rounds. */
    private long next;

    private long[] numbers = new long[FIRST_PLACES];

    /** The place of a number's entry plus one; zero is free. */
    private long[] places = new long[FIRST_PLACES];

    private int used;

    Part(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    synchronized byte @Nullable [] find(long number) {
      long place = places[slot(number)] - 1;
      if (!isThere(place)) {
        return null;
      }
      int at = (int) (place % ring.length);
      int length = getInt(at + Long.BYTES);
      return Arrays.copyOfRange(ring, at + HEAD_BYTES, at + HEAD_BYTES + length);
    }

    synchronized void put(long number, byte[] bytes) {
      int size = HEAD_BYTES + bytes.length;
      if (size > maxBytes / 4 || isThere(places[slot(number)] - 1)) {
        return; // one such would push out too many others; or it is kept already
      }
      room(size);
      int at = (int) (next % ring.length);
      putLong(at, number);
      putInt(at + Long.BYTES, bytes.length);
      System.arraycopy(bytes, 0, ring, at + HEAD_BYTES, bytes.length);
      if (used * 4 >= numbers.length * 3) {
        rebuild();
      }
      int slot = slot(number);
      used += places[slot] == 0 ? 1 : 0;
      numbers[slot] = number;
      places[slot] = next + 1;
      next += size;
    }

    synchronized boolean hasRoom() {
      return next < maxBytes;
    }

    /** The slot of a number, or the free one where it would stand. */
    private int slot(long number) {
      int mask = numbers.length - 1;
      int slot = (int) ((number * SPREAD) >>> 28) & mask;
      while (places[slot] != 0 && numbers[slot] != number) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    /** Whether it is a place, and the ring has not run over it. */
    private boolean isThere(long place) {
      return place >= 0 && place >= next - ring.length;
    }

    /** Grows before the first round is over; later skips the end that an entry does not fit in. */
    private void room(int size) {
      while (next + size > ring.length && next <= ring.length && ring.length < maxBytes) {
        ring = Arrays.copyOf(ring, (int) Math.min(maxBytes, ring.length * 2L));
      }
      int left = ring.length - (int) (next % ring.length);
      if (left < size) {
        next += left;
      }
    }

    /** Forgets what was run over; then more than half of the table is free. */
    private void rebuild() {
      var oldNumbers = numbers;
      var oldPlaces = places;
      int there = 0;
      for (long place : oldPlaces) {
        there += isThere(place - 1) ? 1 : 0;
      }
      int length = Math.max(FIRST_PLACES, Integer.highestOneBit(there * 2) * 2);
      numbers = new long[length];
      places = new long[length];
      used = there;
      for (int i = 0; i < oldPlaces.length; i++) {
        if (isThere(oldPlaces[i] - 1)) {
          int slot = slot(oldNumbers[i]);
          numbers[slot] = oldNumbers[i];
          places[slot] = oldPlaces[i];
        }
      }
    }

    private void putLong(int at, long value) {
      putInt(at, (int) (value >>> 32));
      putInt(at + Integer.BYTES, (int) value);
    }

    private void putInt(int at, int value) {
      ring[at] = (byte) (value >>> 24);
      ring[at + 1] = (byte) (value >>> 16);
      ring[at + 2] = (byte) (value >>> 8);
      ring[at + 3] = (byte) value;
    }

    private int getInt(int at) {
      return (ring[at] & 0xff) << 24
          | (ring[at + 1] & 0xff) << 16
          | (ring[at + 2] & 0xff) << 8
          | (ring[at + 3] & 0xff);
    }
  }
}
