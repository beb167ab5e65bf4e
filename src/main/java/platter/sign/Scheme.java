package platter.sign;

/** Which of the three ways a request was signed. */
public sealed interface Scheme {
  /** {@code SDK-HMAC-SHA256 Access=…}: what all current SDKs do. */
  record Plain() implements Scheme {}

  /**
   * {@code SDK-HMAC-SHA256 Credential=…}: the older form, still made by gophertelekomcloud and
   * openstack4j.
   *
   * @param scope {@code yyyyMMdd/region/service/sdk_request}
   */
  record Scoped(String scope) implements Scheme {}

  /**
   * {@code V11-HMAC-SHA256 Credential=…}: SDKs do it when told to.
   *
   * @param scope {@code yyyyMMdd/region/service}
   */
  record Derived(String scope) implements Scheme {}
}
