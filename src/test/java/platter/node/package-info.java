/** Several members of one real PostgreSQL, each by a clock that the test moves. */
package platter.node;
