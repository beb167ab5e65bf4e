/**
 * Who is alive: a node's incarnation, its lease, and what happens to the jobs of a node that died.
 * {@link platter.node.Lease} is what others ask; {@link platter.node.Alone} answers for a service
 * of one node, {@link platter.node.Membership} for several on one database.
 */
@NullMarked
package platter.node;

import org.jspecify.annotations.NullMarked;
