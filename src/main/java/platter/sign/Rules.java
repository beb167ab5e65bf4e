package platter.sign;

/** The points in which clients differ when they write the canonical request (page "Signing", 2). */
public enum Rules {
  /** The current SDKs; of a header that came twice, the first value counts (Java). */
  CURRENT,
  /** As CURRENT, and a header that came twice has one line for each value, sorted (Go). */
  CURRENT_LINE_PER_VALUE,
  /**
   * The older Go client: runs of white space in a header's value become one space, query keys are
   * sorted without regard to case, a plus sign in a query is a space.
   */
  OLDER,
  /** As OLDER, for a POST without a body: the query is signed as if it were the body. */
  OLDER_QUERY_AS_BODY
}
