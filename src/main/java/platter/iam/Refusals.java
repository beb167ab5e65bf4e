package platter.iam;

import platter.error.IamException;

/** The errors of the identity service, with the cloud's wording (page "IAM", 2 and examples). */
final class Refusals {
  private Refusals() {}

  static IamException badBody() {
    return new IamException(400, "The request body is invalid", "Bad Request");
  }

  /** Names what is wrong with a header or a query parameter. */
  static IamException badRequest(String message) {
    return new IamException(400, message, "Bad Request");
  }

  static IamException wrongPassword() {
    return new IamException(401, "The username or password is wrong.", "Unauthorized");
  }

  static IamException crowded() {
    return new IamException(
        429, "Too many users are logging in; try again later", "Too Many Requests");
  }

  static IamException badToken() {
    return new IamException(401, "The X-Auth-Token is invalid!", "Unauthorized");
  }

  /** The same for what is foreign and for what does not exist. */
  static IamException noRight() {
    return new IamException(403, "You have no right to do this action", "Forbidden");
  }

  static IamException unknownSubject() {
    return new IamException(404, "X-Subject-Token is invalid in the request", "Not Found");
  }

  /** The same for a foreign project and for one that does not exist. */
  static IamException unknownProject() {
    return new IamException(404, "Could not find the project", "Not Found");
  }
}
