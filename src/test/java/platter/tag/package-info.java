@org.jspecify.annotations.NullMarked
package platter.tag;
