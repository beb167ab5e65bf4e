@org.jspecify.annotations.NullMarked
package platter.node;
