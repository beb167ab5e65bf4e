package platter.http;

import platter.auth.AuthException;
import platter.auth.Caller;
import platter.auth.Inbound;

/** Finds out who sent a request. */
@FunctionalInterface
public interface Authentication {
  Caller of(Inbound request) throws AuthException;
}
