package platter.job;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes by number, which never change, in memory of a fixed budget: the newest win. Each of its
 * parts is a ring of entries, in chunks outside the heap, and an open table of places in it; a
 * place that the ring has run over is found out when it is looked at. Ten million entries are some
 * thousand objects, so the collector hardly sees them.
 */
final class AnswerTable {
  private static final int PARTS = 16;
  private static final int CHUNK_BYTES = 128 << 10;
  private static final int FIRST_PLACES = 64;
  private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final long PLACE = (1L << 48) - 1;

  private final Part[] parts = new Part[PARTS];

  /**
   * @param maxBytes of all entries together; what says where they are is about a tenth of that
   */
  AnswerTable(long maxBytes) {
    int chunks = Math.clamp(maxBytes / PARTS / CHUNK_BYTES, 1, Integer.MAX_VALUE);
    Arrays.setAll(parts, _ -> new Part(chunks));
  }

  byte @Nullable [] find(long number) {
    return part(number).find(number);
  }

  /** Keeps them, but for what is larger than a chunk. What is kept already stays as it is. */
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
    private int maxChunks;
    private ByteBuffer[] chunks = new ByteBuffer[1];

    /** Where the next entry begins, counted over all rounds. None goes over the end of a chunk. */
    private long next;

    /**
     * The places of entries plus one, under some bits of their numbers, so that hardly ever another
     * entry is looked at; zero is free.
     */
    private long[] places = new long[FIRST_PLACES];

    private int used;

    Part(int maxChunks) {
      this.maxChunks = maxChunks;
    }

    synchronized byte @Nullable [] find(long number) {
      long place = placeOf(number);
      if (place < 0) {
        return null;
      }
      var chunk = chunk(place);
      int at = (int) (place % CHUNK_BYTES);
      var bytes = new byte[chunk.getInt(at + Long.BYTES)];
      chunk.get(at + HEAD_BYTES, bytes);
      return bytes;
    }

    synchronized void put(long number, byte[] bytes) {
      int size = HEAD_BYTES + bytes.length;
      if (size > CHUNK_BYTES || placeOf(number) >= 0 || !room(size)) {
        return;
      }
      if (used * 4 >= places.length * 3) {
        rebuild();
      }
      var chunk = chunk(next);
      int at = (int) (next % CHUNK_BYTES);
      chunk.putLong(at, number);
      chunk.putInt(at + Long.BYTES, bytes.length);
      chunk.put(at + HEAD_BYTES, bytes);
      places[free(places, number)] = mark(number) | next + 1;
      used++;
      next += size;
    }

    synchronized boolean hasRoom() {
      return next < (long) maxChunks * CHUNK_BYTES;
    }

    /** Where the entry of a number is; -1 when there is none. */
    private long placeOf(long number) {
      int mask = places.length - 1;
      long mark = mark(number);
      for (int slot = slot(number) & mask; places[slot] != 0; slot = (slot + 1) & mask) {
        long place = place(places[slot]);
        if (mark == (places[slot] & ~PLACE) && isThere(place) && numberAt(place) == number) {
          return place;
        }
      }
      return -1;
    }

    private static int free(long[] places, long number) {
      int mask = places.length - 1;
      int slot = slot(number) & mask;
      while (places[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private static long mark(long number) {
      return number * SPREAD & ~PLACE;
    }

    private static long place(long marked) {
      return (marked & PLACE) - 1;
    }

    private static int slot(long number) {
      return (int) ((number * SPREAD) >>> 28);
    }

    private ByteBuffer chunk(long place) {
      return chunks[(int) (place / CHUNK_BYTES % maxChunks)];
    }

    private long numberAt(long place) {
      return chunk(place).getLong((int) (place % CHUNK_BYTES));
    }

    /** Whether the ring has not run over it. */
    private boolean isThere(long place) {
      return place >= next - (long) maxChunks * CHUNK_BYTES;
    }

    /** Moves on to a chunk that has so much, a new one in the first round. */
    private boolean room(int size) {
      int left = CHUNK_BYTES - (int) (next % CHUNK_BYTES);
      if (left < size) {
        next += left;
      }
      int chunk = (int) (next / CHUNK_BYTES % maxChunks);
      if (chunk == chunks.length) {
        chunks = Arrays.copyOf(chunks, Math.min(maxChunks, chunk * 2));
      }
      if (chunks[chunk] == null) {
        try {
          chunks[chunk] = ByteBuffer.allocateDirect(CHUNK_BYTES);
        } catch (OutOfMemoryError e) { // the process may have no more of it: that is the budget
          maxChunks = Math.max(1, chunk);
        }
      }
      return chunks[(int) (next / CHUNK_BYTES % maxChunks)] != null;
    }

    /** Forgets what was run over; then more than half of the table is free. */
    private void rebuild() {
      used = 0;
      for (long marked : places) {
        used += marked != 0 && isThere(place(marked)) ? 1 : 0;
      }
      var grown = new long[Math.max(FIRST_PLACES, Integer.highestOneBit(used * 2) * 2)];
      for (long marked : places) {
        if (marked != 0 && isThere(place(marked))) {
          grown[free(grown, numberAt(place(marked)))] = marked;
        }
      }
      places = grown;
    }
  }
}
