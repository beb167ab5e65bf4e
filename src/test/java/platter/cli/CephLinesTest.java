package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import platter.json.Json;

/** What is printed is what {@code connection_info} of a real cluster says; see RbdDirectTest. */
class CephLinesTest {
  private static CephLines of(String name, String hosts, String ports) {
    return new CephLines(
        Json.mapper()
            .readTree(
                """
                {"driver_volume_type": "rbd", "name": "%s", "hosts": [%s], "ports": [%s],
                 "auth_username": "platter", "volume_id": "0123e4f5-0000-4000-8000-0123456789ab"}
                """
                    .formatted(name, hosts, ports)));
  }

  @Test
  void eachMonitorIsNamedAndTheGuestFindsTheVolumeByItsSerial() {
    var lines = of("volumes/abc", "\"10.0.0.1\", \"[fd00::2]\"", "\"6789\", \"6790\"");
    assertThat(lines.qemu())
        .isEqualTo(
            "-blockdev driver=rbd,node-name=platter-0123456789ab,pool=volumes,image=abc,user=platter"
                + ",server.0.host=10.0.0.1,server.0.port=6789"
                + ",server.1.host=fd00::2,server.1.port=6790,discard=unmap"
                + " -device virtio-blk-pci,drive=platter-0123456789ab,serial=40008000"
                + "0123456789ab");
    assertThat(lines.libvirt())
        .contains("  <source protocol='rbd' name='volumes/abc'>")
        .contains("    <host name='10.0.0.1' port='6789'/><host name='[fd00::2]' port='6790'/>");
    assertThat(lines.kernel()).isEqualTo("sudo rbd map volumes/abc --id platter");
  }

  @Test
  void aNamespaceStandsBetweenPoolAndImage() {
    var lines = of("volumes/lab/abc", "\"h\"", "\"6789\"");
    assertThat(lines.qemu()).contains(",pool=volumes,namespace=lab,image=abc,");
    assertThat(lines.kernel()).isEqualTo("sudo rbd map volumes/lab/abc --id platter");
  }
}
