package platter.driver.rbd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;

/**
 * The functions of librados that are needed, under their names without {@code rados_}.
 *
 * @see <a href="https://docs.ceph.com/en/latest/rados/api/librados/">librados (C)</a>
 */
final class Librados {
  final Function create;
  final Function confReadFile;
  final Function confParseEnv;
  final Function confSet;
  final Function connect;
  final Function shutdown;
  final Function ioctxCreate;
  final Function ioctxDestroy;
  final Function ioctxSetNamespace;
  final Function lockExclusive;
  final Function lockShared;
  final Function unlock;
  final Function listLockers;
  final Function breakLock;
  final Function blocklistAdd;
  final Function waitForLatestOsdmap;
  final Function getInstanceId;
  final Function monCommand;
  final Function bufferFree;
  final Function remove;

  Librados(SymbolLookup library) {
    create = of(library, "create", ADDRESS, ADDRESS);
    confReadFile = of(library, "conf_read_file", ADDRESS, ADDRESS);
    confParseEnv = of(library, "conf_parse_env", ADDRESS, ADDRESS);
    confSet = of(library, "conf_set", ADDRESS, ADDRESS, ADDRESS);
    connect = of(library, "connect", ADDRESS);
    shutdown = ofNothing(library, "shutdown", ADDRESS);
    ioctxCreate = of(library, "ioctx_create", ADDRESS, ADDRESS, ADDRESS);
    ioctxDestroy = ofNothing(library, "ioctx_destroy", ADDRESS);
    ioctxSetNamespace = ofNothing(library, "ioctx_set_namespace", ADDRESS, ADDRESS);
    lockExclusive =
        of(
            library,
            "lock_exclusive",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_BYTE);
    lockShared =
        of(
            library,
            "lock_shared",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_BYTE);
    unlock = of(library, "unlock", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    listLockers =
        new Function(
            library,
            "rados_list_lockers",
            FunctionDescriptor.of(
                JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
                ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    breakLock = of(library, "break_lock", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    // since Ceph 16; before, it had another name
    var block = library.find("rados_blocklist_add").isPresent() ? "blocklist_add" : "blacklist_add";
    blocklistAdd = of(library, block, ADDRESS, ADDRESS, JAVA_INT);
    waitForLatestOsdmap = of(library, "wait_for_latest_osdmap", ADDRESS);
    getInstanceId =
        new Function(library, "rados_get_instance_id", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    monCommand =
        of(
            library,
            "mon_command",
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    bufferFree = ofNothing(library, "buffer_free", ADDRESS);
    remove = of(library, "remove", ADDRESS, ADDRESS);
  }

  private static Function of(SymbolLookup library, String name, MemoryLayout... arguments) {
    return new Function(library, "rados_" + name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static Function ofNothing(SymbolLookup library, String name, MemoryLayout... arguments) {
    return new Function(library, "rados_" + name, FunctionDescriptor.ofVoid(arguments));
  }
}
