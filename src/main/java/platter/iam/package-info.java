/**
 * The identity service that clients ask before they call EVS: tokens, projects, domains, the
 * catalog of endpoints; and the version documents of the one root that serves all. {@link
 * platter.iam.Iam} is the door.
 */
@NullMarked
package platter.iam;

import org.jspecify.annotations.NullMarked;
