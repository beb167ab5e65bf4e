package platter.account;

import static platter.auth.Action.KEY_CREATE;
import static platter.http.Shape.about;
import static platter.http.Shape.needs;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalLong;
import platter.auth.Role;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.error.IamException;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;

/**
 * {@code POST /v3.0/OS-CREDENTIAL/credentials} (reference: iam.md 4): a user's own access key, or
 * as an administrator anybody's.
 */
final class CredentialsApi {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private static final Shape.Members CREATE =
      about("credential", needs("user_id", Shape.text()), Wishes.DESCRIPTION);

  private final CreateKey create;
  private final InstantSource clock;

  CredentialsApi(CreateKey create, InstantSource clock) {
    this.create = create;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/v3.0/OS-CREDENTIAL/credentials", Face.IAM, KEY_CREATE, this::create)
            .body(CREATE));
  }

  private Answer create(Request request) {
    CreateKey.Wanted wanted;
    try {
      wanted = wanted(request);
    } catch (ApiException _) {
      throw new IamException(400, "The request body is invalid", "Bad Request");
    }
    var caller = request.caller();
    if (!wanted.userId().equals(caller.userId()) && caller.role() != Role.ADMINISTRATOR) {
      throw new IamException(403, "You have no right to do this action", "Forbidden");
    }
    CreateKey.Made made;
    try {
      made = create.create(caller, wanted, clock.millis());
    } catch (ApiException e) {
      throw e.code() == ErrorCode.IN_USE
          ? new IamException(400, "akSkNumExceed", "Bad Request")
          : new IamException(404, "Could not find the user", "Not Found");
    }
    var key = made.key();
    return Answer.json(
        201,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("credential");
          g.writeStringProperty("access", key.access());
          g.writeStringProperty(
              "create_time", TIME.format(Instant.ofEpochMilli(key.createdMillis())));
          g.writeStringProperty("description", key.description());
          g.writeStringProperty("secret", made.secret());
          g.writeStringProperty("status", "active");
          g.writeStringProperty("user_id", key.userId());
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  private static CreateKey.Wanted wanted(Request request) {
    var body =
        Body.of(request, ErrorCode.INVALID_BODY)
            .object("credential")
            .orElseThrow(() -> Wishes.bad("credential is missing"));
    return new CreateKey.Wanted(
        body.text("user_id").orElseThrow(() -> Wishes.bad("user_id is missing")),
        Wishes.description(body).orElse(""),
        OptionalLong.empty());
  }
}
