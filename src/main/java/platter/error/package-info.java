/**
 * Every way to fail. {@link platter.error.ErrorCode} is the caller's side (code, HTTP status and
 * wire text of the EVS error page), {@link platter.error.BackendException} the storage's side,
 * sealed by what to do next, and {@link platter.error.Failure} is what a job tells when it failed.
 */
@NullMarked
package platter.error;

import org.jspecify.annotations.NullMarked;
