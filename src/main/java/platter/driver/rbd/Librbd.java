package platter.driver.rbd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;

/**
 * The functions of librbd that are needed, under their names without {@code rbd_}.
 *
 * @see <a href="https://github.com/ceph/ceph/blob/main/src/include/rbd/librbd.h">librbd.h</a>
 */
final class Librbd {
  // enum of image options
  static final int OPTION_FEATURES = 1;
  static final int OPTION_CLONE_FORMAT = 12;

  // of the pool
  final Function optionsCreate;
  final Function optionsDestroy;
  final Function optionsSetUint64;
  final Function create4;
  final Function clone3;
  final Function list2;
  final Function listCleanup;
  final Function remove;
  final Function rename;
  final Function trashMove;
  final Function trashList;
  final Function trashListCleanup;
  final Function trashRemove;
  final Function trashRestore;
  final Function namespaceCreate;
  final Function open;
  final Function openReadOnly;
  final Function openById;

  // of an image that is open
  final Function close;
  final Function getId;
  final Function getSize;
  final Function resize2;
  final Function flatten;
  final Function snapCreate;
  final Function snapRemove;
  final Function snapList;
  final Function snapListEnd;
  final Function snapGetNamespaceType;
  final Function metadataGet;
  final Function metadataSet;
  final Function diffIterate2;
  final Function read;
  final Function write;
  final Function flush;
  final Function discard;
  final Function writeZeroes;
  final Function watchersList;
  final Function watchersListCleanup;

  Librbd(SymbolLookup library) {
    optionsCreate = ofNothing(library, "image_options_create", ADDRESS);
    optionsDestroy = ofNothing(library, "image_options_destroy", ADDRESS);
    optionsSetUint64 = of(library, "image_options_set_uint64", ADDRESS, JAVA_INT, JAVA_LONG);
    create4 = of(library, "create4", ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    clone3 = of(library, "clone3", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    list2 = of(library, "list2", ADDRESS, ADDRESS, ADDRESS);
    listCleanup = ofNothing(library, "image_spec_list_cleanup", ADDRESS, JAVA_LONG);
    remove = of(library, "remove", ADDRESS, ADDRESS);
    rename = of(library, "rename", ADDRESS, ADDRESS, ADDRESS);
    trashMove = of(library, "trash_move", ADDRESS, ADDRESS, JAVA_LONG);
    trashList = of(library, "trash_list", ADDRESS, ADDRESS, ADDRESS);
    trashListCleanup = ofNothing(library, "trash_list_cleanup", ADDRESS, JAVA_LONG);
    trashRemove = of(library, "trash_remove", ADDRESS, ADDRESS, JAVA_BOOLEAN);
    trashRestore = of(library, "trash_restore", ADDRESS, ADDRESS, ADDRESS);
    namespaceCreate = of(library, "namespace_create", ADDRESS, ADDRESS);
    open = of(library, "open", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    openReadOnly = of(library, "open_read_only", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    openById = of(library, "open_by_id", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    close = of(library, "close", ADDRESS);
    getId = of(library, "get_id", ADDRESS, ADDRESS, JAVA_LONG);
    getSize = of(library, "get_size", ADDRESS, ADDRESS);
    resize2 = of(library, "resize2", ADDRESS, JAVA_LONG, JAVA_BOOLEAN, ADDRESS, ADDRESS);
    flatten = of(library, "flatten", ADDRESS);
    snapCreate = of(library, "snap_create", ADDRESS, ADDRESS);
    snapRemove = of(library, "snap_remove", ADDRESS, ADDRESS);
    snapList = of(library, "snap_list", ADDRESS, ADDRESS, ADDRESS);
    snapListEnd = ofNothing(library, "snap_list_end", ADDRESS);
    snapGetNamespaceType = of(library, "snap_get_namespace_type", ADDRESS, JAVA_LONG, ADDRESS);
    metadataGet = of(library, "metadata_get", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    metadataSet = of(library, "metadata_set", ADDRESS, ADDRESS, ADDRESS);
    diffIterate2 =
        of(
            library,
            "diff_iterate2",
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_BYTE,
            JAVA_BYTE,
            ADDRESS,
            ADDRESS);
    read = ofBytes(library, "read", ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
    write = ofBytes(library, "write", ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
    flush = of(library, "flush", ADDRESS);
    discard = of(library, "discard", ADDRESS, JAVA_LONG, JAVA_LONG);
    watchersList = of(library, "watchers_list", ADDRESS, ADDRESS, ADDRESS);
    watchersListCleanup = ofNothing(library, "watchers_list_cleanup", ADDRESS, JAVA_LONG);
    writeZeroes =
        ofBytes(library, "write_zeroes", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
  }

  private static Function of(SymbolLookup library, String name, MemoryLayout... arguments) {
    return new Function(library, "rbd_" + name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static Function ofBytes(SymbolLookup library, String name, MemoryLayout... arguments) {
    return new Function(library, "rbd_" + name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static Function ofNothing(SymbolLookup library, String name, MemoryLayout... arguments) {
    return new Function(library, "rbd_" + name, FunctionDescriptor.ofVoid(arguments));
  }
}
