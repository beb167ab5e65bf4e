package platter.node;

/**
 * A node's incarnation: whoever holds a job writes it under this name, and under no other.
 *
 * @param node the name of the node
 * @param epoch rises by one at each start of the node
 */
public record Owner(String node, long epoch) {}
