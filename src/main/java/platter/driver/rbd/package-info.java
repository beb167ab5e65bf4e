/**
 * Volumes and snapshots as images in a pool of a Ceph cluster, by its own libraries librados and
 * librbd, which are looked up on the machine when a storage {@code rbd:…} is opened and are no part
 * of Platter. {@link platter.driver.rbd.RbdDriver} is the door; {@link platter.driver.rbd.Images}
 * says what lies in the pool.
 */
@NullMarked
package platter.driver.rbd;

import org.jspecify.annotations.NullMarked;
