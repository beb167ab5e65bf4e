package platter.attachment;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import platter.driver.Direct;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.volume.Attachment;
import platter.volume.Attachment.Status;
import tools.jackson.core.JsonGenerator;

/** An attachment as Cinder's calls show it. */
final class AttachmentJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final Tickets tickets;
  private final NbdAddress address;
  private final StorageDriver driver;

  AttachmentJson(Tickets tickets, NbdAddress address, StorageDriver driver) {
    this.tickets = tickets;
    this.driver = driver;
    this.address = address;
  }

  /** Of the list without details. */
  void brief(JsonGenerator g, Attachment attachment) {
    g.writeStartObject();
    members(g, attachment);
    g.writeEndObject();
  }

  private static void members(JsonGenerator g, Attachment attachment) {
    g.writeStringProperty("id", attachment.id());
    g.writeStringProperty("status", attachment.status().wireName());
    if (attachment.server().isPresent()) {
      g.writeStringProperty("instance", attachment.server().get());
    } else {
      g.writeNullProperty("instance");
    }
    g.writeStringProperty("volume_id", attachment.volume().text());
  }

  /**
   * All members.
   *
   * @param base of the call
   * @param secrets whether the caller may connect: then the ticket is told
   */
  void detail(JsonGenerator g, Attachment attachment, String base, boolean secrets) {
    g.writeStartObject();
    members(g, attachment);
    boolean reserved = attachment.status() == Status.RESERVED;
    g.writeStringProperty("attached_at", reserved ? "" : time(attachment.attachedAt()));
    g.writeStringProperty("detached_at", ""); // a row that has one is gone
    if (reserved) {
      g.writeNullProperty("attach_mode");
    } else {
      g.writeStringProperty("attach_mode", attachment.mode().wireName());
    }
    g.writeObjectPropertyStart("connection_info");
    if (attachment.ticket().isPresent() && attachment.status() != Status.DETACHING) {
      if (attachment.client() == Attachment.Client.RBD) {
        image(g, attachment);
      } else {
        connection(g, attachment, base, secrets);
      }
      ours(g, attachment);
    }
    g.writeEndObject();
    g.writeEndObject();
  }

  private void connection(JsonGenerator g, Attachment attachment, String base, boolean secrets) {
    var ticket = tickets.of(attachment.id());
    g.writeStringProperty("driver_volume_type", "nbd");
    if (address.tcp().isPresent()) {
      g.writeStringProperty("host", address.host(base).orElseThrow());
      g.writeNumberProperty("port", address.tcp().get().getPort());
      g.writeBooleanProperty("tls", address.tls());
    }
    address.socket().ifPresent(path -> g.writeStringProperty("socket", path.toString()));
    // of another secret, when the first account was made anew: a connector gives a new one
    if (secrets && attachment.ticket().get().equals(Tickets.digest(ticket))) {
      g.writeStringProperty("export", ticket);
      address.uri(base, ticket).ifPresent(uri -> g.writeStringProperty("uri", uri));
      address.socketUri(ticket).ifPresent(uri -> g.writeStringProperty("socket_uri", uri));
    }
  }

  /** As Cinder's driver of Ceph tells it; the key is for the cluster's operator to give. */
  private void image(JsonGenerator g, Attachment attachment) {
    var connection = connection(attachment);
    g.writeStringProperty("driver_volume_type", "rbd");
    g.writeStringProperty("name", connection.name());
    g.writeArrayPropertyStart("hosts");
    connection.monitors().forEach(one -> g.writeString(one.host()));
    g.writeEndArray();
    g.writeArrayPropertyStart("ports");
    connection.monitors().forEach(one -> g.writeString(Integer.toString(one.port())));
    g.writeEndArray();
    g.writeStringProperty("cluster_name", "ceph");
    g.writeBooleanProperty("auth_enabled", true);
    g.writeStringProperty("auth_username", connection.user());
    g.writeStringProperty("secret_type", "ceph");
    g.writeNullProperty("secret_uuid");
  }

  private Direct.Connection connection(Attachment attachment) {
    try {
      return driver
          .direct()
          .orElseThrow(() -> new IllegalStateException("attachment " + attachment.id()))
          .connection(attachment.volume());
    } catch (BackendException e) {
      throw new ApiException(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private static void ours(JsonGenerator g, Attachment attachment) {
    g.writeStringProperty("access_mode", attachment.mode().wireName());
    g.writeBooleanProperty("discard", true);
    g.writeBooleanProperty("encrypted", false);
    g.writeNullProperty("qos_specs");
    g.writeStringProperty("volume_id", attachment.volume().text());
    g.writeStringProperty("attachment_id", attachment.id());
    g.writeStringProperty("client", attachment.client().wireName());
    g.writeStringProperty("after_extend", afterExtend(attachment));
  }

  /** What makes the host see that its volume has grown. */
  private static String afterExtend(Attachment attachment) {
    return switch (attachment.client()) {
      case QEMU ->
          "the server closes the connection once and qemu connects again (reconnect-delay); then"
              + " QMP block_resize";
      case LIBVIRT ->
          "the server closes the connection once and qemu connects again; then virsh blockresize";
      case NBD_CLIENT ->
          "the connection stays; tell the kernel the new size (netlink NBD_CMD_RECONFIGURE), then"
              + " grow the file system";
      case RBD ->
          "the kernel sees the new size by itself; qemu: QMP block_resize; libvirt: virsh"
              + " blockresize";
      case OTHER -> "the connection stays and keeps its size; connect again to see the new one";
    };
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
