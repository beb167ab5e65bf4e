package platter.http;

/**
 * Which family a route belongs to. It decides the shape of its errors and how a refused token or a
 * foreign project is told (reference: "Body shapes", "Errors of the query").
 */
public enum Face {
  /** {@code {"error":{"message","code":"EVS.nnnn"}}}. */
  EVS,
  /** As EVS, and a bad token is 400 Common.0013, a foreign project 400 Common.0018. */
  JOBS,
  /** {@code {"itemNotFound":{"message","code":404}}}: the key follows from the status. */
  CINDER,
  /** {@code {"error":{"code":int,"message","title"}}}; no project in the path. */
  IAM,
  /** Answers anybody: version documents, login. Errors as IAM. */
  OPEN,
  /** Platter's own calls; errors as EVS. */
  PLATTER
}
