/**
 * Routes, requests, answers: the one place that meets the HTTP library. {@link platter.http.Server}
 * finds the route, asks who calls and whether they may, reads the body within its limits, and turns
 * an error into its status and shape. Handlers see {@link platter.http.Request} and give {@link
 * platter.http.Answer}.
 */
@NullMarked
package platter.http;

import org.jspecify.annotations.NullMarked;
