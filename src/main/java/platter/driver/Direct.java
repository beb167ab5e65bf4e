package platter.driver;

import java.util.List;
import platter.error.BackendException;
import platter.id.VolumeId;

/** How hosts reach the volumes of a storage without Platter between: the images of a Ceph pool. */
public interface Direct {
  /**
   * What a host needs, but for its key, which the operator of the cluster gives it.
   *
   * @param name as {@code POOL/IMAGE}, or {@code POOL/NAMESPACE/IMAGE}
   * @param user of the cluster, without {@code client.}
   * @param monitors of the cluster
   */
  record Connection(String name, String user, List<Monitor> monitors) {}

  /** Where a monitor of the cluster listens. */
  record Monitor(String host, int port) {}

  /**
   * Says how a host connects.
   *
   * @throws BackendException.Unavailable when the cluster does not answer
   */
  Connection connection(VolumeId id) throws BackendException;

  /** Whether somebody has it open to write who is no Platter. One that is not there is not open. */
  boolean isOpen(VolumeId id) throws BackendException;

  /**
   * Has the storage take nothing more of those who have it open to write and are no Platter,
   * whatever else they have open: when it returns no write of theirs can come. Nobody is no error.
   */
  void cutOff(VolumeId id) throws BackendException;
}
