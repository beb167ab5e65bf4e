/** The driver of Ceph RBD, against a real cluster of one node, where Ceph's packages are. */
@NullMarked
package platter.driver.rbd;

import org.jspecify.annotations.NullMarked;
