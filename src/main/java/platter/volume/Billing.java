package platter.volume;

import static platter.error.ErrorCode.INVALID_BSS;
import static platter.http.Shape.may;

import java.util.Arrays;
import platter.error.ApiException;
import platter.http.Body;
import platter.http.Shape;

/** There are no bills: everything is pay-per-use. What a call says of them is checked. */
final class Billing {
  /** Of a subscription. */
  private static final int MAX_MONTHS = 9;

  private static final Shape TRUE_OR_FALSE = Shape.oneOf("true", "false");

  /** Read by {@link #bss}. */
  static final Shape.Member BSS =
      may(
          "bssParam",
          Shape.object(
              may("chargingMode", Shape.oneOf("postPaid", "prePaid")),
              may("isAutoPay", TRUE_OR_FALSE),
              may("isAutoRenew", TRUE_OR_FALSE),
              may("periodType", Shape.oneOf("month", "year")),
              may("periodNum", Shape.whole(1, MAX_MONTHS))));

  /** Read by {@link #bssOfBatch}. */
  static final Shape.Member BSS_OF_BATCH =
      may("bss_param", Shape.object(may("is_auto_pay", Shape.either(TRUE_OR_FALSE, Shape.flag()))));

  private Billing() {}

  /** There are no bills here, so everything is pay-per-use; but nonsense is told. */
  static void bss(Body body) {
    var bss = body.object("bssParam");
    if (bss.isEmpty()) {
      return;
    }
    var param = bss.get();
    var mode = param.text("chargingMode").orElse("postPaid");
    oneOf("chargingMode", mode, "postPaid", "prePaid");
    param.text("isAutoPay").ifPresent(value -> oneOf("isAutoPay", value, "true", "false"));
    param.text("isAutoRenew").ifPresent(value -> oneOf("isAutoRenew", value, "true", "false"));
    var period = param.text("periodType");
    period.ifPresent(value -> oneOf("periodType", value, "month", "year"));
    var number = param.integer("periodNum", INVALID_BSS);
    if (mode.equals("prePaid")) {
      int max = period.filter("year"::equals).isPresent() ? 1 : MAX_MONTHS;
      if (period.isEmpty()
          || number.isEmpty()
          || number.getAsInt() < 1
          || number.getAsInt() > max) {
        throw new ApiException(
            INVALID_BSS, "prePaid needs a periodType and a periodNum of 1.." + max);
      }
    }
  }

  /** {@code is_auto_pay} is a string in the schema, and a boolean in the examples. */
  static void bssOfBatch(Body body) {
    var bss = body.object("bss_param");
    if (bss.isPresent() && !bss.get().isBool("is_auto_pay")) {
      bss.get()
          .text("is_auto_pay")
          .ifPresent(value -> oneOf("is_auto_pay", value, "true", "false"));
    }
  }

  private static void oneOf(String what, String value, String... allowed) {
    if (!Arrays.asList(allowed).contains(value)) {
      throw new ApiException(INVALID_BSS, what + " must be one of " + Arrays.toString(allowed));
    }
  }
}
